// Which hosts behave alike: the groups of one plan in one world.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_GROUP_H_
#define SOCKDRIFT_CORE_DIVERGENCE_GROUP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"

namespace sockdrift {

// What one host showed. A view: it owns nothing.
struct HostRecord {
  Digest behaviour;                // BehaviourDigest of the record
  const Record* record = nullptr;  // canonical; hosts may share one
};

struct Group {
  // The short form of `behaviour`: the same for the same behaviour on every
  // day and whatever else the fleet has.
  std::string id;
  // That of the member record with the most DONE cells; of several, the one
  // that most members show; then the lowest digest.
  Digest behaviour;
  size_t representative = 0;    // a member with that behaviour
  std::vector<size_t> members;  // indices of the input, ascending
  // Every behaviour of the members: more than one where they differ in what
  // could be tested, and in nothing else. Ascending.
  std::vector<Digest> behaviours;
  // Members with fewer DONE cells than the group knows of; 0: no note.
  size_t partly_tested = 0;
  // "3 of 12 hosts could test fewer cells (at least 40 of 64)"; empty for none.
  std::string note;
};

// A host that fits several groups, or none because it tested nothing.
struct Undecided {
  size_t host = 0;           // index of the input
  std::vector<size_t> fits;  // indices of groups, ascending; may be empty
  std::string reason;
};

struct Grouping {
  // Most members first, then by digest. The first is the majority.
  std::vector<Group> groups;
  std::vector<Undecided> undecided;
  // Another group is as large as the first one.
  bool majority_is_tied = false;
};

// Precondition: all records are of one program (one measurement digest) in one
// world. Records of the same behaviour are looked at once, so that ten thousand
// equal hosts cost no more than one.
Grouping GroupHosts(absl::Span<const HostRecord> hosts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_GROUP_H_
