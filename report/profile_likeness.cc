#include "report/profile_likeness.h"

#include <algorithm>
#include <map>
#include <utility>

#include "atlas/likeness_text.h"
#include "core/causes/cause.h"
#include "core/divergence/documented.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

std::vector<ShownPlan> ShownBy(const Profile& profile,
                               absl::Span<const PlanSheet> sheets,
                               World world) {
  std::vector<ShownPlan> shown;
  for (const PlanSheet& sheet : sheets) {
    if (sheet.world != world) continue;
    for (const size_t host : profile.hosts) {
      const SheetRecord* record = sheet.RecordOf(host);
      if (record == nullptr) continue;
      shown.push_back({sheet.plan,
                       {.program = sheet.program,
                        .measurement = sheet.measurement,
                        .ids = {},
                        .record = &record->record},
                       RecordDigest(record->record, sheet.measurement)});
      break;
    }
  }
  return shown;
}

std::vector<MisnamedKernel> MisnamedOf(const Profile& profile,
                                       absl::Span<const Facts* const> facts,
                                       const std::vector<Likeness>& ranked) {
  std::map<std::string, size_t> versions;
  for (const size_t host : profile.hosts) {
    ++versions[KernelVersionOf(*facts[host])];
  }
  std::vector<MisnamedKernel> misnamed;
  for (const auto& [version, hosts] : versions) {
    const KernelClaim kernel = CompareKernel(ranked, version);
    if (kernel.namesake == nullptr) continue;
    misnamed.push_back({version, hosts, kernel.namesake->entry->host,
                        kernel.namesake->differing});
  }
  return misnamed;
}

}  // namespace

ProfileLikeness LikenessOf(const Profile& profile,
                           absl::Span<const PlanSheet> sheets,
                           absl::Span<const Facts* const> facts,
                           const Atlas& atlas, EntryRanker& ranker) {
  ProfileLikeness likeness;
  const auto first = std::ranges::min_element(sheets, {}, &PlanSheet::world);
  // What a document does not state is not what its system does.
  if (first == sheets.end() || IsDocumented(*facts[profile.hosts.front()])) {
    return likeness;
  }
  // An error is a corrupt atlas, of which there is nothing to say here.
  const absl::StatusOr<std::vector<Likeness>> ranked =
      ranker.Rank(ShownBy(profile, sheets, first->world));
  if (!ranked.ok() || ranked->empty()) return likeness;
  likeness.says = LikenessSentence(atlas, *ranked, KernelClaim());
  for (const Likeness& one : Nearest(*ranked)) {
    likeness.nearest.push_back(one.entry->host);
  }
  likeness.compared = ranked->front().compared;
  likeness.differing = ranked->front().differing;
  likeness.far = ranked->front().far();
  if (!likeness.far) likeness.misnamed = MisnamedOf(profile, facts, *ranked);
  return likeness;
}

}  // namespace sockdrift
