// How like the entries of the atlas a host behaves.
#ifndef SOCKDRIFT_ATLAS_LIKENESS_H_
#define SOCKDRIFT_ATLAS_LIKENESS_H_

#include <cstddef>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "atlas/atlas.h"
#include "core/divergence/align.h"

namespace sockdrift {

// A record of a plan as somebody showed it. The world does not matter: an
// entry is of a machine with nothing on it, where replica and pristine worlds
// are one.
struct ShownPlan {
  std::string plan;
  ObservedRecord observed;  // canonical; ids may be empty
  Digest record;            // RecordDigest of it
};

struct Likeness {
  const HostSection* entry = nullptr;  // of the atlas
  size_t compared = 0;                 // cells that are DONE on both sides
  size_t differing = 0;
  std::vector<std::string> plans;  // in which some cell differs
  size_t plans_compared = 0;

  // Settings rather than a kernel make such a number of cells differ.
  bool far() const { return differing * 50 > compared; }
};

// Whether an entry is a release of Linux as it is, and not a variant of one
// (another architecture, a boot parameter), user-mode Linux or another system.
bool IsRelease(const HostSection& entry);

// Ranks entries of an atlas. Entries share most of their records: each is
// unpacked once, and each pair compared once, for all that one ranker is asked.
class EntryRanker {
 public:
  // `atlas` must outlive the ranker.
  explicit EntryRanker(const Atlas& atlas) : atlas_(atlas) {}
  EntryRanker(const EntryRanker&) = delete;
  EntryRanker& operator=(const EntryRanker&) = delete;

  // With every measured entry, the most alike first: the least share of cells
  // that differ; of equal ones the releases, then the most cells compared, then
  // the newest.
  // Entries that have few of the cells in common (less than half of what
  // another has) come last, those with none not at all. Plans of another
  // measurement than the atlas has are left out. An error is that the atlas is
  // corrupt.
  absl::StatusOr<std::vector<Likeness>> Rank(absl::Span<const ShownPlan> shown);
  // The same of an entry, with the other ones.
  absl::StatusOr<std::vector<Likeness>> RankOthers(const HostSection& entry);

  // How many of an entry's cells are DONE.
  absl::StatusOr<size_t> CellsOf(const HostSection& entry);

 private:
  // What two records have in common.
  struct Overlap {
    size_t compared = 0;
    size_t differing = 0;
  };
  absl::StatusOr<const DecodedRecord*> Read(const Digest& digest);
  absl::StatusOr<Overlap> Compare(const ShownPlan& shown, const Digest& record);
  absl::StatusOr<Overlap> Look(const ShownPlan& shown, const Digest& record);

  const Atlas& atlas_;
  std::map<Digest, DecodedRecord> records_;
  std::map<std::pair<Digest, Digest>, Overlap> overlaps_;  // of records
};

// Those at the beginning that are as like as the first one: the same cells
// differ in number, and nearly as many were compared. Beside a release no
// variant of one: that behaves so too is no answer of its own.
absl::Span<const Likeness> Nearest(const std::vector<Likeness>& ranked);

// "6.16 to 6.19 and 7.1": entries by name; neighbours in the atlas's order are
// a range. Variants are named by themselves.
std::string NameEntries(const Atlas& atlas, absl::Span<const Likeness> alike);

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_LIKENESS_H_
