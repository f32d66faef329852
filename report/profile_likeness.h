// Which entries of the atlas each profile behaves like.
#ifndef SOCKDRIFT_REPORT_PROFILE_LIKENESS_H_
#define SOCKDRIFT_REPORT_PROFILE_LIKENESS_H_

#include <string>
#include <vector>

#include "absl/types/span.h"
#include "atlas/likeness.h"
#include "report/plan_sheet.h"
#include "report/profiles.h"

namespace sockdrift {

// Hosts whose kernel calls itself otherwise than they behave.
struct MisnamedKernel {
  std::string version;
  size_t hosts = 0;
  std::string entry;     // of that series
  size_t differing = 0;  // cells, from it
};

struct ProfileLikeness {
  std::string says;  // a sentence; empty where nothing is comparable
  std::vector<std::string> nearest;  // names of entries, the newest first
  size_t compared = 0;
  size_t differing = 0;  // from the nearest
  bool far = false;      // settings rather than a kernel make that
  std::vector<MisnamedKernel> misnamed;
};

// Over the plans of the first world that some sheet is of, each by the first
// host of the profile that has it. `facts` has one entry a host.
ProfileLikeness LikenessOf(const Profile& profile,
                           absl::Span<const PlanSheet> sheets,
                           absl::Span<const Facts* const> facts,
                           const Atlas& atlas, EntryRanker& ranker);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_PROFILE_LIKENESS_H_
