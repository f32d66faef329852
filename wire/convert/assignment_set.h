// What one run wants of one host, and the canonical bytes that name it.
#ifndef SOCKDRIFT_WIRE_CONVERT_ASSIGNMENT_SET_H_
#define SOCKDRIFT_WIRE_CONVERT_ASSIGNMENT_SET_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/plan/world.h"
#include "sockdrift/v1/plan.pb.h"

namespace sockdrift {

inline constexpr size_t kMaxAssignments = 10'000;

// One plan in one world; agent_service.proto says what each part means.
struct Assignment {
  std::string plan;
  Digest measurement;
  World world = World::kReplica;
  std::vector<uint32_t> cells = {};                   // ascending; empty: all
  std::map<std::string, std::string> overrides = {};  // only in fresh worlds
  bool root_cgroup = false;                           // only in fresh worlds

  friend bool operator==(const Assignment&, const Assignment&) = default;
};

struct AssignmentSet {
  std::vector<Assignment> assignments;  // in the order in which they run
};

// INVALID_ARGUMENT, naming the assignment, for a set that is empty or too
// large, cells that do not ascend, or overrides or the root cgroup in a world
// that is not fresh.
absl::Status ValidateAssignmentSet(const AssignmentSet& set);

// "sockdrift-set/" and version 1, the number of assignments, and of each: the
// plan's name, the 32 bytes of the measurement digest, the world's number, the
// ranges of cells (how many; of each the gap to the last one's end and its
// length) and the overrides by name (how many; name, value). A set that moves a
// probe to the root cgroup has version 2, and whether, a byte, ends each
// assignment.
std::string EncodeAssignmentSet(const AssignmentSet& set);
Digest AssignmentSetDigest(const AssignmentSet& set);

v1::AssignmentSet ToProto(const AssignmentSet& set);
// INVALID_ARGUMENT for a set that is not valid or whose digest is not its own.
absl::StatusOr<AssignmentSet> FromProto(const v1::AssignmentSet& proto);

v1::World ToProto(World world);
absl::StatusOr<World> FromProto(v1::World world);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_CONVERT_ASSIGNMENT_SET_H_
