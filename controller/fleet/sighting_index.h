// The latest sighting of each host, by plan and world: what analysis and
// metrics look at.
#ifndef SOCKDRIFT_CONTROLLER_FLEET_SIGHTING_INDEX_H_
#define SOCKDRIFT_CONTROLLER_FLEET_SIGHTING_INDEX_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/store/rows.h"

namespace sockdrift {

// What hosts can be compared in.
struct PlanWorld {
  Digest measurement;
  World world = World::kReplica;
  friend auto operator<=>(const PlanWorld&, const PlanWorld&) = default;
};

// Not thread-safe.
class SightingIndex {
 public:
  using Hosts = std::map<std::string, SightingRow, std::less<>>;

  // Takes the place of the host's former sighting of the plan and world.
  void Put(const SightingRow& sighting);

  const std::map<PlanWorld, Hosts>& all() const { return sightings_; }
  // Grows with every change that could change a group.
  uint64_t revision() const { return revision_; }
  // When the host was last seen in any plan.
  std::optional<absl::Time> LastSeen(absl::string_view host) const;

 private:
  std::map<PlanWorld, Hosts> sightings_;
  std::map<std::string, absl::Time, std::less<>> last_seen_;
  uint64_t revision_ = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_FLEET_SIGHTING_INDEX_H_
