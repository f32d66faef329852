// Which entries of the atlas an audited host behaves like.
#ifndef SOCKDRIFT_CLI_ATLAS_NEAREST_H_
#define SOCKDRIFT_CLI_ATLAS_NEAREST_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "atlas/atlas.h"
#include "atlas/likeness.h"
#include "atlas/likeness_text.h"
#include "cli/audit.h"
#include "cli/behaviour_diff.h"
#include "wire/json/json.h"

namespace sockdrift {

// A host as it is asked about. A view: it owns nothing but names.
struct AtlasSubject {
  std::string host;
  const Facts* facts = nullptr;
  World world = World::kReplica;
  std::vector<ShownPlan> plans;
};
AtlasSubject SubjectOf(const Audit& audit);
// Of a host with several worlds the first, as its genome is: replica, where it
// was measured in that.
AtlasSubject SubjectOf(const BehaviourFile& file, const HostBehaviour& host);
// All that a host showed; points into both. Precondition: the file has the
// programs of the host's entries.
std::map<World, std::vector<ShownPlan>> ShownByWorld(const BehaviourFile& file,
                                                     const HostBehaviour& host);

// Points into itself: never copied or moved.
struct AtlasNearest {
  AtlasNearest() = default;
  AtlasNearest(const AtlasNearest&) = delete;
  AtlasNearest& operator=(const AtlasNearest&) = delete;

  std::vector<Likeness> ranked;  // at least one
  // How many of the first are as like. The first of all is the newest.
  size_t alike = 0;
  KernelClaim kernel;  // by the host's facts
  // An entry against the host, in the plans that differ: the first one; or
  // that of the host's own series, where the host is exactly like another.
  DiffSide entry;
  DiffSide host;
  BehaviourDiff diff;
  // Where it is far from every entry: the settings that differ from the
  // nearest one's, those of known causes first, then those that bear most on
  // sockets.
  std::vector<FactDiff> settings;

  const Likeness& first() const { return ranked.front(); }
  bool exact() const { return first().differing == 0; }
  // Whose cells are compared in `diff`.
  const Likeness& compared() const {
    return exact() && kernel.namesake != nullptr ? *kernel.namesake : first();
  }
  bool far() const { return first().far(); }
};

// Null where the atlas knows none of the subject's plans. `ranker` is of the
// atlas.
std::unique_ptr<const AtlasNearest> FindNearest(const AtlasSubject& subject,
                                                const Atlas& atlas,
                                                EntryRanker& ranker);
// The same of an audit, with the atlas that came with this program.
std::unique_ptr<const AtlasNearest> FindNearest(const Audit& audit);

// "behaves like 6.18 (…) in all 118,275 cells compared", "far from every
// entry: …".
std::string NearestHeadline(const AtlasNearest& nearest, const Atlas& atlas);
// In a few words what a table cannot say: that it is far, or behaves otherwise
// than its kernel calls itself; may be empty.
std::string RemarkOf(const AtlasNearest& nearest);
// The headline with what differs, in few lines, none wider than `width`.
std::vector<std::string> NearestLines(const AtlasNearest& nearest,
                                      const Atlas& atlas, size_t width);
// The object `atlas` of docs/json.md; `nearest` may be null.
Json NearestJson(const AtlasNearest* nearest, const Atlas& atlas);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_ATLAS_NEAREST_H_
