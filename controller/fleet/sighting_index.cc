#include "controller/fleet/sighting_index.h"

#include <algorithm>

namespace sockdrift {

void SightingIndex::Put(const SightingRow& sighting) {
  const PlanWorld key{sighting.measurement, sighting.world};
  const auto [it, added] = sightings_[key].try_emplace(sighting.host, sighting);
  SightingRow& held = it->second;
  const bool same = !added && held.behaviour == sighting.behaviour &&
                    held.record == sighting.record &&
                    held.facts == sighting.facts;
  if (same) {
    held.last_seen = std::max(held.last_seen, sighting.last_seen);
  } else {
    held = sighting;
    ++revision_;
  }
  absl::Time& seen = last_seen_[sighting.host];
  seen = std::max(seen, sighting.last_seen);
}

std::optional<absl::Time> SightingIndex::LastSeen(
    absl::string_view host) const {
  const auto it = last_seen_.find(std::string(host));
  if (it == last_seen_.end()) return std::nullopt;
  return it->second;
}

}  // namespace sockdrift
