#include "controller/web/pages.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/analysis/acknowledgement_calls.h"
#include "controller/analysis/analysis_proto.h"
#include "controller/analysis/host_list.h"
#include "controller/analysis/proof_proto.h"
#include "controller/web/gate_pages.h"
#include "controller/web/report_page.h"
#include "core/divergence/explain.h"
#include "wire/convert/assignment_set.h"
#include "wire/json/acknowledgement_json.h"

namespace sockdrift {
namespace {

constexpr char kJson[] = "application/json";
constexpr char kText[] = "text/plain; charset=utf-8";

std::string TimeText(const google::protobuf::Timestamp& time) {
  return sockdrift::TimeText(absl::FromUnixSeconds(time.seconds()));
}

std::string HexText(const std::string& bytes) {
  const absl::StatusOr<Digest> digest = Digest::FromBytes(bytes);
  return digest.ok() ? digest->Hex() : "";
}

WebAnswer JsonAnswer(const absl::Status& status, const Json& body) {
  if (status.ok()) return {200, kJson, body.dump(2) + "\n"};
  const int code = status.code() == absl::StatusCode::kNotFound          ? 404
                   : status.code() == absl::StatusCode::kInvalidArgument ? 400
                                                                         : 500;
  const Json error = {{"error", std::string(status.message())}};
  return {code, kJson, error.dump(2) + "\n"};
}

Json HostJson(const v1::FleetHost& host) {
  Json labels = Json::object();
  for (const v1::Label& label : host.labels()) {
    labels[label.name()] = label.value();
  }
  Json json = {{"host", host.host_id()},
               {"connected", host.connected()},
               {"duplicate", host.duplicate()},
               {"agent_version", host.agent_version()},
               {"labels", std::move(labels)},
               {"kernel_release", host.kernel_release()},
               {"arch", host.arch()},
               {"distribution", host.distribution()},
               {"first_seen", TimeText(host.first_seen_time())},
               {"last_seen", TimeText(host.last_seen_time())},
               {"divergent_cells", host.divergent_cell_count()},
               {"acknowledged_cells", host.acknowledged_cell_count()}};
  if (host.has_last_audit_time()) {
    json["last_audit"] = TimeText(host.last_audit_time());
  }
  if (host.has_genome_digest()) {
    json["genome"] = HexText(host.genome_digest());
  }
  return json;
}

WebAnswer Hosts(Hub& hub, FleetAnalysis& analysis,
                const WebParameters& parameter) {
  v1::ListHostsRequest request;
  request.set_selector(parameter("selector"));
  v1::ListHostsResponse response;
  const absl::Status status = WriteHosts(hub, analysis, request, response);
  Json hosts = Json::array();
  for (const v1::FleetHost& host : response.hosts()) {
    hosts.push_back(HostJson(host));
  }
  return JsonAnswer(status,
                    {{"schema", "sockdrift.hosts/1"}, {"hosts", hosts}});
}

Json GroupJson(const v1::BehaviourGroup& group) {
  return {{"behaviour", HexText(group.behaviour_digest())},
          {"hosts", std::vector<std::string>(group.host_ids().begin(),
                                             group.host_ids().end())},
          {"done_cells", group.done_count()},
          {"differing_cells", group.differing_cell_count()},
          {"acknowledged_cells", group.acknowledged_cell_count()},
          {"majority", group.majority()}};
}

// What an experiment showed; without one it is a correlation.
std::string VerdictOf(const v1::Candidate& candidate) {
  if (!candidate.has_evidence()) {
    return std::string(EvidenceName(Evidence::kCorrelation));
  }
  const absl::StatusOr<Proof> proof = FromProto(candidate.evidence());
  return proof.ok() ? std::string(ProofVerdictName(proof->verdict)) : "";
}

Json PlanJson(const PlanGroups& plan) {
  const v1::PlanAnalysis proto = ToProto(plan, /*explained=*/true);
  Json groups = Json::array();
  for (const v1::BehaviourGroup& group : proto.groups()) {
    groups.push_back(GroupJson(group));
  }
  Json rules = Json::array();
  for (const v1::DivergenceRule& rule : proto.rules()) {
    rules.push_back({{"group", rule.group()},
                     {"text", rule.text()},
                     {"cells", rule.cell_count()},
                     {"example", rule.example_cell()}});
  }
  Json explanations = Json::array();
  for (const v1::GroupExplanation& explanation : proto.explanations()) {
    Json facts = Json::array();
    for (const v1::Candidate& candidate : explanation.candidates()) {
      facts.push_back({{"text", candidate.text()},
                       {"verdict", VerdictOf(candidate)},
                       {"evidence", candidate.evidence().text()},
                       {"group_true", candidate.group_true_count()},
                       {"group", candidate.group_count()},
                       {"other_true", candidate.other_true_count()},
                       {"other", candidate.other_count()},
                       {"first_group_only", candidate.first_group_only()},
                       {"tied", candidate.tied()},
                       {"advice", candidate.advice()}});
    }
    explanations.push_back(
        {{"group", explanation.group()}, {"candidates", std::move(facts)}});
  }
  return {
      {"plan", proto.plan()},
      {"measurement", HexText(proto.measurement_digest())},
      {"world", std::string(WorldName(plan.key.world))},
      {"cells", proto.cell_count()},
      {"divergent_cells", proto.divergent_cell_count()},
      {"acknowledged_cells", proto.acknowledged_cell_count()},
      {"acknowledged", AcknowledgedJson(proto)},
      {"groups", std::move(groups)},
      {"undecided", std::vector<std::string>(proto.undecided_host_ids().begin(),
                                             proto.undecided_host_ids().end())},
      {"rules", std::move(rules)},
      {"explanations", std::move(explanations)}};
}

WebAnswer Groups(FleetAnalysis& analysis, const WebParameters& parameter) {
  v1::AnalysisScope scope;
  if (!parameter("plan").empty()) scope.add_plans(parameter("plan"));
  scope.set_selector(parameter("selector"));
  const absl::StatusOr<std::vector<PlanGroups>> plans = analysis.Select(scope);
  Json json = Json::array();
  if (plans.ok()) {
    for (const PlanGroups& plan : *plans) json.push_back(PlanJson(plan));
  }
  return JsonAnswer(plans.status(),
                    {{"schema", "sockdrift.groups/1"}, {"plans", json}});
}

WebAnswer Acknowledgements(FleetAnalysis& analysis,
                           const WebParameters& parameter) {
  v1::ListAcknowledgementsRequest request;
  request.set_with_removed(parameter("removed") == "1");
  const absl::StatusOr<v1::ListAcknowledgementsResponse> response =
      ListAcknowledgements(analysis, request);
  return JsonAnswer(response.status(),
                    response.ok() ? AcknowledgementsJson(*response) : Json());
}

}  // namespace

WebPages MakePages(Hub& hub, FleetAnalysis& analysis,
                   const FleetMetrics& metrics, GateBook& gates,
                   std::vector<std::string> plan_folders,
                   std::function<absl::Status()> ready) {
  WebPages pages = MakeGatePages(gates);
  pages["/metrics"] = [&metrics](const WebParameters&) {
    return WebAnswer{200, "text/plain; version=0.0.4; charset=utf-8",
                     metrics.Text()};
  };
  pages["/healthz"] = [](const WebParameters&) {
    return WebAnswer{200, kText, "ok\n"};
  };
  pages["/readyz"] = [ready = std::move(ready)](const WebParameters&) {
    const absl::Status status = ready();
    if (status.ok()) return WebAnswer{200, kText, "ok\n"};
    return WebAnswer{503, kText, absl::StrCat(status.message(), "\n")};
  };
  pages["/api/v1/hosts"] = [&hub, &analysis](const WebParameters& parameter) {
    return Hosts(hub, analysis, parameter);
  };
  pages["/api/v1/groups"] = [&analysis](const WebParameters& parameter) {
    return Groups(analysis, parameter);
  };
  pages["/api/v1/acknowledgements"] =
      [&analysis](const WebParameters& parameter) {
        return Acknowledgements(analysis, parameter);
      };
  const auto report =
      std::make_shared<FleetReport>(hub, analysis, std::move(plan_folders));
  pages["/report"] = [report](const WebParameters& parameter) {
    return report->Answer(parameter);
  };
  return pages;
}

}  // namespace sockdrift
