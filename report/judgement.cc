#include "report/judgement.h"

namespace sockdrift {
Judgement JudgeProfile(const Profile& profile,
                       absl::Span<const PlanSheet> sheets,
                       absl::Span<const CompiledPlan* const> plans,
                       absl::Span<const Facts* const> facts,
                       const ClaimBook& book) {
  Judgement judgement;
  judgement.findings.resize(sheets.size());
  std::vector<JudgedPlan> judged;
  for (size_t i = 0; i < sheets.size(); ++i) {
    if (plans[i] == nullptr) continue;
    for (const size_t host : profile.hosts) {
      const SheetRecord* shown = sheets[i].RecordOf(host);
      if (shown == nullptr) continue;
      for (const Expectation& expectation : plans[i]->expectations) {
        judgement.findings[i].push_back(
            Evaluate(expectation, shown->record, *facts[host]));
      }
      judged.push_back({.plan = plans[i],
                        .record = &shown->record,
                        .findings = judgement.findings[i],
                        .refused = ""});
      break;
    }
  }
  if (!judged.empty()) judgement.claims = JudgeClaims(judged, book, {});
  return judgement;
}

}  // namespace sockdrift
