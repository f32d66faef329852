#include "atlas/entry_order.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "atlas/atlas.h"
#include "core/divergence/documented.h"
#include "core/plan/expectation.h"

namespace sockdrift {
namespace {

// What an entry is sorted by, the most important first.
struct Place {
  int kind = 0;        // a kernel by its release, another system, a document
  std::string family;  // the entry itself, or what it is a variant of
  bool variant = false;
  std::string name;
};

Place PlaceOf(const HostBehaviour& entry) {
  Place place;
  place.name = entry.host;
  const auto of = entry.facts.find(atlas_fact::kVariantOf);
  place.variant = of != entry.facts.end();
  place.family = place.variant ? of->second : entry.host;
  const bool release =
      !place.family.empty() &&
      absl::ascii_isdigit(static_cast<unsigned char>(place.family[0]));
  place.kind = IsDocumented(entry.facts) ? 2 : release ? 0 : 1;
  return place;
}

bool Before(const Place& a, const Place& b) {
  if (a.kind != b.kind) return a.kind < b.kind;
  const int releases = a.kind == 0 ? CompareVersions(a.family, b.family) : 0;
  if (releases != 0) return releases < 0;
  if (a.family != b.family) return a.family < b.family;
  if (a.variant != b.variant) return b.variant;
  return a.name < b.name;
}

}  // namespace

void SortEntries(std::vector<HostBehaviour>& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const HostBehaviour& a, const HostBehaviour& b) {
              return Before(PlaceOf(a), PlaceOf(b));
            });
}

}  // namespace sockdrift
