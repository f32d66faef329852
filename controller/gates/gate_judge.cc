#include "controller/gates/gate_judge.h"

#include "absl/time/clock.h"
#include "controller/gates/run_again.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

const PlanPlaces& BuiltInPlaces() {
  static const auto* places =
      new PlanPlaces(FindPlanPlaces({}).value_or(PlanPlaces()));
  return *places;
}

void FillReport(const GateRequest& request, JudgedGate& judged) {
  judged.report.baseline = &judged.baseline.side();
  judged.report.candidates = &judged.candidates.side();
  judged.report.rules = &judged.rules;
  judged.report.rules_file = request.file;
  judged.report.judgement = &judged.judgement;
  judged.report.places = &BuiltInPlaces();
}

void JudgeAll(JudgedGate& judged) {
  judged.judgement =
      Judge(judged.baseline.side().hosts, judged.candidates.side().hosts,
            judged.rules, judged.report.now);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const JudgedGate>> JudgeFleet(
    BaselineBook& baselines, const GateRequest& request,
    const std::atomic<bool>& stopping) {
  auto judged = std::make_shared<JudgedGate>(baselines);
  judged->rules = request.gate.rules;
  judged->report.now = absl::Now();
  FillReport(request, *judged);
  for (const std::string& operand : request.gate.baseline) {
    SOCKDRIFT_RETURN_IF_ERROR(judged->baseline.Add(operand));
  }
  for (const auto& [name, bytes] : request.baseline_files) {
    SOCKDRIFT_RETURN_IF_ERROR(judged->baseline.AddFile(bytes, name));
  }
  for (const std::string& operand : request.candidates) {
    SOCKDRIFT_RETURN_IF_ERROR(judged->candidates.Add(operand));
  }
  judged->candidates.DropStale(request.gate.max_age, judged->report.now);
  PrepareToMeet(judged->baseline.side(), judged->candidates.side(),
                judged->ids);
  JudgeAll(*judged);
  if (!request.gate.confirm) return judged;
  judged->report.notes = RunFailingCellsAgain(
      baselines.analysis(), judged->judgement, judged->candidates,
      request.gate.confirm_timeout, stopping);
  if (!judged->report.notes.empty()) JudgeAll(*judged);
  return judged;
}

std::shared_ptr<const JudgedGate> CouldNotJudge(BaselineBook& baselines,
                                                const GateRequest& request,
                                                const absl::Status& status) {
  auto judged = std::make_shared<JudgedGate>(baselines);
  judged->rules = request.gate.rules;
  judged->report.now = absl::Now();
  FillReport(request, *judged);
  JudgeAll(*judged);
  judged->report.notes = {std::string(status.message())};
  return judged;
}

}  // namespace sockdrift
