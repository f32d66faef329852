#include "controller/web/gate_pages.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gate/report/gate_report.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr char kJson[] = "application/json";
constexpr char kText[] = "text/plain; charset=utf-8";

constexpr int kFine = 200;
constexpr int kBadRequest = 400;
constexpr int kNotFound = 404;
constexpr int kPreconditionFailed = 412;
constexpr int kFailedDependency = 424;

WebAnswer Missing(const absl::Status& status) {
  return {kNotFound, kJson,
          Printed({{"error", std::string(status.message())}})};
}

// As Argo Rollouts' web provider reads it: one object under `data`.
Json DataJson(const GateReport& report) {
  const Judgement& judgement = *report.judgement;
  size_t divergences = 0;
  for (const Divergence& divergence : judgement.divergences) {
    divergences += divergence.Fails() ? divergence.rules.size() : 0;
  }
  return {{"verdict", std::string(GateVerdictName(judgement.verdict))},
          {"ok", judgement.verdict == GateVerdict::kPass},
          {"inconclusive", judgement.verdict == GateVerdict::kInconclusive},
          {"newDivergences", divergences},
          {"cells",
           {{"compared", judgement.compared},
            {"failing", judgement.Cells(&PlanResult::failing)},
            {"warned", judgement.Cells(&PlanResult::warned)},
            {"waived", judgement.Cells(&PlanResult::waived)}}},
          {"hosts",
           {{"baseline", report.baseline->hosts.size()},
            {"candidate", report.candidates->hosts.size()}}},
          {"reasons", Reasons(report)}};
}

WebAnswer VerdictPage(GateBook& gates, const std::string& name) {
  const absl::StatusOr<std::shared_ptr<const JudgedGate>> judged =
      gates.Verdict(name);
  if (!judged.ok()) return Missing(judged.status());
  const GateReport& report = (*judged)->report;
  return {kFine, kJson,
          Printed({{"schema", "sockdrift.verdict/1"},
                   {"gate", name},
                   {"judged", TimeText(report.now)},
                   {"data", DataJson(report)},
                   {"report", Json::parse(GateJson(report))}})};
}

Json GateEntry(const GateStanding& standing) {
  const GateFile& gate = standing.definition.gate;
  Json entry = {{"gate", gate.rules.name},
                {"file", standing.definition.file},
                {"baseline", gate.baseline},
                {"candidates", gate.candidates},
                {"verdict", ""},
                {"judged", ""},
                {"reason", "not judged yet"}};
  if (standing.judged != nullptr) {
    const GateReport& report = standing.judged->report;
    entry["verdict"] = std::string(GateVerdictName(report.judgement->verdict));
    entry["judged"] = TimeText(report.now);
    entry["reason"] = Reasons(report).front();
  }
  return entry;
}

WebAnswer ListPage(const GateBook& gates) {
  Json list = Json::array();
  for (const GateStanding& standing : gates.List()) {
    list.push_back(GateEntry(standing));
  }
  return {
      kFine, kJson,
      Printed({{"schema", "sockdrift.gates/1"},
               {"gates", std::move(list)},
               {"reload_error", std::string(gates.ReloadStatus().message())}})};
}

int FlaggerCode(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass:
      return kFine;
    case GateVerdict::kFail:
      return kPreconditionFailed;
    case GateVerdict::kInconclusive:
      return kFailedDependency;
  }
  return kFailedDependency;
}

WebAnswer Flagger(GateBook& gates, const std::string& body) {
  const Json asked = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  const auto metadata =
      asked.is_object() ? asked.find("metadata") : asked.end();
  if (!asked.is_object() || metadata == asked.end() || !metadata->is_object() ||
      !metadata->contains("gate") || !(*metadata)["gate"].is_string()) {
    return {kBadRequest, kText,
            "the body is to be Flagger's, with the gate's name: "
            "{\"metadata\": {\"gate\": \"NAME\"}}\n"};
  }
  const std::string name = (*metadata)["gate"];
  const absl::StatusOr<std::shared_ptr<const JudgedGate>> judged =
      gates.Verdict(name);
  if (!judged.ok()) {
    return {kNotFound, kText, absl::StrCat(judged.status().message(), "\n")};
  }
  const GateReport& report = (*judged)->report;
  const GateVerdict verdict = report.judgement->verdict;
  return {FlaggerCode(verdict), kText,
          absl::StrCat(GateVerdictName(verdict), " ", name, ": ",
                       Headline(report), "\n")};
}

}  // namespace

WebPages MakeGatePages(GateBook& gates) {
  WebPages pages;
  pages["/api/v1/gates"] = [&gates](const WebParameters&) {
    return ListPage(gates);
  };
  pages["/api/v1/gates/([^/]+)/verdict"] =
      [&gates](const WebParameters& parameter) {
        return VerdictPage(gates, parameter("1"));
      };
  return pages;
}

WebPages MakeHooks(GateBook& gates) {
  WebPages hooks;
  hooks["/api/v1/hooks/flagger"] = [&gates](const WebParameters& parameter) {
    return Flagger(gates, parameter("body"));
  };
  return hooks;
}

}  // namespace sockdrift
