#include "cli/run_reasons.h"

#include <map>
#include <string>
#include <tuple>

#include "cli/remote_file.h"

namespace sockdrift {
namespace {

bool HasOthersThanDone(const v1::RunPlan& plan) {
  const v1::CellTally& cells = plan.cells();
  // Of a subset of cells all others are MISS, as they should be.
  return cells.skip_count() + cells.error_count() + cells.unstable_count() >
             0 ||
         (cells.miss_count() > 0 && !plan.subset());
}

}  // namespace

void FillReasons(ControllerClient& client, RunView& view, Console& console) {
  v1::AnalysisScope scope;
  scope.set_run_id(view.run.run_id());
  std::map<std::string, bool> subset;
  for (const v1::RunPlan& plan : view.run.plans()) {
    if (!HasOthersThanDone(plan)) continue;
    scope.add_plans(plan.plan());
    subset[plan.plan()] = plan.subset();
  }
  BehaviourFile file;
  if (scope.plans().empty() ||
      FetchBehaviours(client, scope, file, console) != ExitCode::kFine) {
    return;
  }
  std::map<std::tuple<std::string, CellStatus, std::string>, int64_t> counts;
  for (const HostBehaviour& host : file.hosts) {
    for (const BehaviourEntry& entry : host.entries) {
      const Record& record = entry.record;
      for (size_t cell = 0; cell < record.cells(); ++cell) {
        const CellStatus status = record.status[cell];
        if (status == CellStatus::kDone ||
            (status == CellStatus::kMiss && subset[entry.plan])) {
          continue;
        }
        ++counts[{entry.plan, status, std::string(record.Reason(cell))}];
      }
    }
  }
  for (const auto& [why, cells] : counts) {
    view.not_done.push_back({.plan = std::get<0>(why),
                             .status = std::get<1>(why),
                             .reason = std::get<2>(why),
                             .cells = cells});
  }
}

}  // namespace sockdrift
