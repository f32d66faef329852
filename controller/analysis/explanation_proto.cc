#include "controller/analysis/explanation_proto.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/analysis/proof_proto.h"
#include "core/divergence/render_explanation.h"
#include "core/proof/judged.h"

namespace sockdrift {
namespace {

void WriteCandidate(const JudgedCandidate& judged,
                    const std::vector<RunnableHost>& hosts,
                    v1::Candidate& out) {
  const Candidate& candidate = judged.candidate;
  const absl::string_view join =
      candidate.join == Join::kAll ? " and " : " or ";
  const auto render = [](std::string* text, const FactCondition& condition) {
    absl::StrAppend(text, RenderFactCondition(condition));
  };
  out.set_text(absl::StrJoin(candidate.terms, join, render));
  for (const FactCondition& alias : candidate.inseparable) {
    out.add_aliases(RenderFactCondition(alias));
  }
  out.set_group_true_count(static_cast<int32_t>(candidate.covered));
  out.set_group_count(static_cast<int32_t>(candidate.group_size));
  out.set_other_true_count(static_cast<int32_t>(candidate.exceptions));
  out.set_other_count(static_cast<int32_t>(candidate.others));
  out.set_tied(candidate.tied);
  if (judged.proof != nullptr) *out.mutable_evidence() = ToProto(*judged.proof);
  // What was proven does not need what came along with it.
  if (candidate.evidence != Evidence::kProven) {
    out.set_advice(HowToSeparate(candidate, hosts));
  }
}

}  // namespace

std::vector<ExplainedGroup> ExplainGroups(const PlanGroups& groups) {
  static const Facts& kNone = *new Facts;
  std::vector<const Facts*> facts;
  for (const HostShowing& host : groups.hosts) {
    facts.push_back(host.facts == nullptr ? &kNone : host.facts.get());
  }
  std::vector<GroupExplanation> explanations = Explain(facts, groups.grouping);
  std::vector<ExplainedGroup> explained(explanations.size());
  for (size_t i = 0; i < explained.size(); ++i) {
    if (i > 0 && groups.comparisons[i].differing.empty()) {
      explained[i].reason =
          "it differs from the first group only in what could be tested";
      continue;
    }
    explained[i].first_group_only = explanations[i].against_rest.empty() &&
                                    !explanations[i].against_majority.empty();
    explained[i].candidates = std::move(explained[i].first_group_only
                                            ? explanations[i].against_majority
                                            : explanations[i].against_rest);
    if (!explained[i].candidates.empty()) continue;
    explained[i].reason =
        groups.grouping.groups.size() < 2
            ? "all hosts behave alike"
            : "no fact that is known separates it from the other hosts";
  }
  return explained;
}

std::vector<RunnableHost> RunnableHosts(const PlanGroups& groups) {
  std::vector<RunnableHost> hosts;
  if (groups.fleet == nullptr) return hosts;
  for (const bool connected : {true, false}) {
    for (const KnownHost& host : *groups.fleet) {
      // An imported host has no agent that could ever answer.
      if (host.connected() != connected || host.facts == nullptr ||
          host.row.agent_version.empty()) {
        continue;
      }
      hosts.push_back({host.row.id, host.facts.get()});
    }
  }
  return hosts;
}

void WriteExplanations(const PlanGroups& groups, v1::PlanAnalysis& out) {
  const std::vector<RunnableHost> hosts = RunnableHosts(groups);
  const std::vector<ExplainedGroup> explained = ExplainGroups(groups);
  for (size_t i = 0; i < explained.size(); ++i) {
    v1::GroupExplanation& written = *out.add_explanations();
    written.set_group(static_cast<int32_t>(i));
    written.set_reason(explained[i].reason);
    const absl::Span<const Proof> proofs =
        i < groups.proofs.size() ? absl::MakeConstSpan(groups.proofs[i])
                                 : absl::Span<const Proof>();
    for (const JudgedCandidate& candidate :
         JudgeCandidates(explained[i].candidates, proofs)) {
      v1::Candidate& one = *written.add_candidates();
      WriteCandidate(candidate, hosts, one);
      one.set_first_group_only(explained[i].first_group_only);
    }
  }
}

}  // namespace sockdrift
