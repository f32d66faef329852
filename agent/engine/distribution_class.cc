#include "agent/engine/distribution_class.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {

std::string DistributionClass(
    std::vector<std::pair<std::string, int64_t>> counts) {
  if (counts.size() == 1) return absl::StrCat("all:", counts[0].first);
  std::sort(counts.begin(), counts.end());
  int64_t all = 0;
  for (const auto& [outcome, count] : counts) all += count;
  const auto outcomes = static_cast<int64_t>(counts.size());
  const bool even = std::all_of(
      counts.begin(), counts.end(),
      [&](const auto& one) { return one.second * outcomes * 4 >= all; });
  return absl::StrCat(even ? "even" : "mixed", ":{",
                      absl::StrJoin(counts, ",",
                                    [](std::string* out, const auto& one) {
                                      out->append(one.first);
                                    }),
                      "}");
}

}  // namespace sockdrift
