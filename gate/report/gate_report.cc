#include "gate/report/gate_report.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using PlanKey = std::pair<std::string, World>;
using Measurements = std::map<PlanKey, std::set<Digest>>;

void NoteMeasurements(const GateSide& side, Measurements& measurements) {
  for (const GateHost& host : side.hosts) {
    for (const GateRecord& record : host.records) {
      measurements[{record.plan, record.world}].insert(
          record.observed.measurement);
    }
  }
}

void GiveIds(const Measurements& measurements, GateSide& side,
             GateCellIds& ids) {
  for (GateHost& host : side.hosts) {
    for (GateRecord& record : host.records) {
      if (measurements.at({record.plan, record.world}).size() < 2) continue;
      ObservedRecord& observed = record.observed;
      const auto [it, is_new] = ids.try_emplace(observed.measurement);
      if (is_new) it->second = CellIds(*observed.program);
      observed.ids = it->second;
    }
  }
}

}  // namespace

void PrepareToMeet(GateSide& baseline, GateSide& candidates, GateCellIds& ids) {
  Measurements measurements;
  NoteMeasurements(baseline, measurements);
  NoteMeasurements(candidates, measurements);
  GiveIds(measurements, baseline, ids);
  GiveIds(measurements, candidates, ids);
}

int GateExitCode(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass:
      return 0;
    case GateVerdict::kFail:
      return 1;
    case GateVerdict::kInconclusive:
      return 3;
  }
  return 5;
}

const std::vector<std::string>& GateFormats() {
  static const auto* formats =
      new std::vector<std::string>{"table", "json", "junit", "sarif", "md"};
  return *formats;
}

absl::StatusOr<std::string> RenderGate(const std::string& format,
                                       const GateReport& report,
                                       const GateTextStyle& style) {
  if (format == "table") return GateText(report, style);
  if (format == "json") return GateJson(report);
  if (format == "junit") return GateJUnit(report);
  if (format == "sarif") return GateSarif(report);
  if (format == "md") return GateMarkdown(report);
  return absl::InvalidArgumentError(
      absl::StrCat("there is no report \"", format, "\"; the formats are ",
                   absl::StrJoin(GateFormats(), ", ")));
}

}  // namespace sockdrift
