// Which hosts behave alike over all plans of a report.
#ifndef SOCKDRIFT_REPORT_PROFILES_H_
#define SOCKDRIFT_REPORT_PROFILES_H_

#include <optional>
#include <string>
#include <vector>

#include "core/divergence/explain.h"
#include "report/plan_sheet.h"

namespace sockdrift {

struct Profile {
  std::string letter;         // "A" … "Z", "AA" …: its name in the report
  std::vector<size_t> hosts;  // ascending
  // The group of each sheet; none where no host of it was grouped there.
  std::vector<std::optional<size_t>> groups;
  size_t partly = 0;               // hosts that are not grouped in every plan
  std::vector<Candidate> because;  // against all other hosts
};

// Most hosts first, then by the first host. A host that is not grouped in some
// plans (undecided, or the plan was not run) goes with the largest profile that
// it agrees with where both are.
std::vector<Profile> FindProfiles(size_t hosts,
                                  absl::Span<const PlanSheet> sheets);

// Looks for what separates each profile from all other hosts.
void ExplainProfiles(absl::Span<const Facts* const> facts,
                     std::vector<Profile>& profiles);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_PROFILES_H_
