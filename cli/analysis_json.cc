#include "atlas/embedded_atlas.h"
#include "atlas/likeness_text.h"
#include "cli/analysis_report.h"
#include "cli/fleet_likeness.h"
#include "cli/wire_text.h"
#include "wire/json/acknowledgement_json.h"

namespace sockdrift {
namespace {

template <typename Texts>
Json TextList(const Texts& texts) {
  Json list = Json::array();
  for (const std::string& text : texts) list.push_back(text);
  return list;
}

Json GroupsJson(const v1::PlanAnalysis& plan, const FleetLikeness& likeness) {
  Json groups = Json::array();
  for (const v1::BehaviourGroup& group : plan.groups()) {
    groups.push_back({{"behaviour", HexDigest(group.behaviour_digest())},
                      {"majority", group.majority()},
                      {"done", group.done_count()},
                      {"differing_cells", group.differing_cell_count()},
                      {"acknowledged_cells", group.acknowledged_cell_count()},
                      {"hosts", TextList(group.host_ids())},
                      {"notes", TextList(group.notes())},
                      {"atlas", LikenessJson(likeness.OfPlan(
                                    SpeakerOf(group), plan.plan(),
                                    static_cast<World>(plan.world())))}});
  }
  return groups;
}

Json RulesJson(const v1::PlanAnalysis& plan) {
  Json rules = Json::array();
  for (const v1::DivergenceRule& rule : plan.rules()) {
    rules.push_back({{"group", rule.group()},
                     {"text", rule.text()},
                     {"cells", rule.cell_count()},
                     {"added", rule.added_cell_count()},
                     {"example", rule.example_cell()},
                     {"observation", rule.observation()},
                     {"from", rule.from_outcome()},
                     {"to", rule.to_outcome()}});
  }
  return rules;
}

Json CausesOfGroups(const v1::PlanAnalysis& plan) {
  Json list = Json::array();
  for (const v1::GroupCauses& group : plan.known_causes()) {
    Json causes = Json::array();
    for (const v1::KnownCause& cause : group.causes()) {
      causes.push_back({{"cause", cause.cause()},
                        {"title", cause.title()},
                        {"effect", cause.effect()},
                        {"cells", cause.cell_count()},
                        {"in_first_group", cause.in_first_group()},
                        {"doubt", cause.doubt()}});
    }
    list.push_back({{"group", group.group()},
                    {"causes", std::move(causes)},
                    {"without_known_cause", group.uncovered_cell_count()}});
  }
  return list;
}

std::string VerdictText(v1::ProofVerdict verdict) {
  switch (verdict) {
    case v1::PROOF_VERDICT_PROVEN:
      return "proven";
    case v1::PROOF_VERDICT_REFUTED:
      return "refuted";
    case v1::PROOF_VERDICT_PARTLY:
      return "partly";
    case v1::PROOF_VERDICT_UNTESTED:
      return "untested";
    default:
      return "correlation";
  }
}

Json EvidenceJson(const v1::ProofEvidence& evidence) {
  Json settings = Json::array();
  for (const v1::ProofSetting& setting : evidence.settings()) {
    settings.push_back({{"fact", setting.sysctl()},
                        {"group_value", setting.group_value()},
                        {"first_value", setting.first_value()}});
  }
  return {{"settings", std::move(settings)},
          {"group_host", evidence.group_host_id()},
          {"first_host", evidence.first_host_id()},
          {"world", WorldText(evidence.world())},
          {"cells", evidence.cell_count()},
          {"tested", evidence.tested_count()},
          {"followed", evidence.followed_count()},
          {"group_followed", evidence.group_followed_count()},
          {"first_followed", evidence.first_followed_count()},
          {"otherwise", evidence.otherwise_count()},
          {"not_done", evidence.not_done_count()},
          {"not_reproduced", evidence.not_reproduced_count()},
          {"runs", TextList(evidence.run_ids())},
          {"ended", TimeText(evidence.end_time())},
          {"reason", evidence.reason()},
          {"text", evidence.text()}};
}

Json CandidateJson(const v1::Candidate& candidate) {
  Json json = {{"text", candidate.text()},
               {"aliases", TextList(candidate.aliases())},
               {"group_true", candidate.group_true_count()},
               {"group", candidate.group_count()},
               {"other_true", candidate.other_true_count()},
               {"other", candidate.other_count()},
               {"first_group_only", candidate.first_group_only()},
               {"tied", candidate.tied()},
               {"advice", candidate.advice()},
               {"verdict", VerdictText(candidate.evidence().verdict())}};
  if (candidate.has_evidence()) {
    json["evidence"] = EvidenceJson(candidate.evidence());
  }
  return json;
}

Json ExplanationsJson(const v1::PlanAnalysis& plan) {
  Json explanations = Json::array();
  for (const v1::GroupExplanation& explanation : plan.explanations()) {
    Json candidates = Json::array();
    for (const v1::Candidate& candidate : explanation.candidates()) {
      candidates.push_back(CandidateJson(candidate));
    }
    explanations.push_back({{"group", explanation.group()},
                            {"candidates", std::move(candidates)},
                            {"reason", explanation.reason()}});
  }
  return explanations;
}

// What those hosts are like over all plans that speak for the groups.
Json SpeakersJson(const FleetLikeness& likeness) {
  Json list = Json::array();
  for (const auto& [name, host] : likeness.hosts()) {
    const KernelClaim kernel = host.whole.empty()
                                   ? KernelClaim()
                                   : CompareKernel(host.whole, host.kernel);
    Json atlas = LikenessJson(host.whole);
    atlas["says"] = host.whole.empty()
                        ? ""
                        : LikenessSentence(BuiltInAtlas(), host.whole, kernel);
    list.push_back(
        {{"host", name}, {"kernel", host.kernel}, {"atlas", std::move(atlas)}});
  }
  return list;
}

}  // namespace

std::string AnalysisJson(const PlanAnalyses& plans,
                         const FleetLikeness* likeness) {
  static const FleetLikeness& kUnknown = *new FleetLikeness;
  if (likeness == nullptr) likeness = &kUnknown;
  Json list = Json::array();
  for (const v1::PlanAnalysis& plan : plans) {
    list.push_back({{"plan", plan.plan()},
                    {"digest", HexDigest(plan.measurement_digest())},
                    {"world", WorldText(plan.world())},
                    {"cells", plan.cell_count()},
                    {"divergent_cells", plan.divergent_cell_count()},
                    {"acknowledged_cells", plan.acknowledged_cell_count()},
                    {"groups", GroupsJson(plan, *likeness)},
                    {"undecided", TextList(plan.undecided_host_ids())},
                    {"rules", RulesJson(plan)},
                    {"known_causes", CausesOfGroups(plan)},
                    {"explanations", ExplanationsJson(plan)},
                    {"acknowledged", AcknowledgedJson(plan)},
                    {"notes", TextList(plan.notes())}});
  }
  return Printed({{"schema", "sockdrift.groups/1"},
                  {"plans", list},
                  {"hosts", SpeakersJson(*likeness)}});
}

}  // namespace sockdrift
