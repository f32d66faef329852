#include "controller/gates/run_again.h"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "gate/report/again.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

// Of one plan; more than these are spread over its cells.
constexpr size_t kMostCells = 2000;
// How often the wait looks whether the controller stops.
constexpr auto kLook = std::chrono::milliseconds(200);

// Failing cells of one record of one candidate.
struct Failing {
  size_t host = 0;    // of the side
  size_t record = 0;  // of the host
  std::vector<uint32_t> cells;
};

class Ended : public RunWatcher {
 public:
  void Changed() override {
    MutexLock lock(&mutex_);
    changed_ = true;
    wake_.NotifyAll();
  }
  void Await() {
    MutexLock lock(&mutex_);
    if (!changed_) {
      wake_.WaitUntil(&mutex_, std::chrono::steady_clock::now() + kLook);
    }
    changed_ = false;
  }

 private:
  Mutex mutex_;
  CondVar wake_;
  bool changed_ ABSL_GUARDED_BY(mutex_) = false;
};

std::vector<uint32_t> Spread(const std::set<uint32_t>& cells) {
  const std::vector<uint32_t> all(cells.begin(), cells.end());
  if (all.size() <= kMostCells) return all;
  std::vector<uint32_t> some;
  for (size_t i = 0; i < kMostCells; ++i) {
    some.push_back(all[i * all.size() / kMostCells]);
  }
  return some;
}

class Again {
 public:
  Again(FleetAnalysis& analysis, FleetSide& candidates,
        const std::atomic<bool>& stopping)
      : analysis_(analysis), candidates_(candidates), stopping_(stopping) {}

  std::vector<std::string> Run(const Judgement& judgement,
                               absl::Duration timeout) && {
    std::map<World, std::vector<Failing>> worlds;
    for (const PlanResult& result : judgement.results) {
      if (result.failing_cells.empty()) continue;
      Failing failing = {result.host, FindRecord(result), result.failing_cells};
      worlds[result.world].push_back(std::move(failing));
    }
    const absl::Time deadline = absl::Now() + timeout;
    for (const auto& [world, failing] : worlds) {
      RunWorld(world, failing, deadline);
    }
    return tally_.Lines(absl::StrJoin(runs_, ", "));
  }

 private:
  size_t FindRecord(const PlanResult& result) {
    const auto& records = candidates_.side().hosts[result.host].records;
    const auto it =
        std::find_if(records.begin(), records.end(), [&](const auto& record) {
          return record.plan == result.plan && record.world == result.world;
        });
    return static_cast<size_t>(it - records.begin());
  }

  const GateRecord& RecordOf(const Failing& failing) {
    return candidates_.side().hosts[failing.host].records[failing.record];
  }
  const std::string& NameOf(const Failing& failing) {
    return candidates_.side().hosts[failing.host].name;
  }

  void RunWorld(World world, const std::vector<Failing>& failing,
                absl::Time deadline) {
    absl::StatusOr<v1::StartRunRequest> request =
        RequestOf(world, failing, deadline);
    absl::StatusOr<RunView> run =
        request.ok() ? analysis_.hub().StartRun(*request) : request.status();
    if (!run.ok()) {
      NotRun(failing, std::string(run.status().message()));
      return;
    }
    const std::string id = run->run.run_id();
    runs_.push_back(id);
    AwaitEnd(id);
    std::map<std::string, std::string> why;
    const absl::StatusOr<RunView> view = analysis_.hub().ViewRun(id, 0);
    if (view.ok()) {
      for (const v1::RunHost& host : view->hosts) {
        why[host.host_id()] = host.reason();
      }
    }
    v1::AnalysisScope scope;
    scope.set_run_id(id);
    const absl::StatusOr<std::vector<PlanGroups>> plans =
        analysis_.Select(scope);
    for (const Failing& one : failing) {
      const Record* again = plans.ok() ? Find(*plans, one) : nullptr;
      if (again != nullptr) {
        Compare(one, *again);
      } else {
        const std::string& reason = why[NameOf(one)];
        NotRun({one}, reason.empty() ? "it is not connected" : reason);
      }
    }
  }

  // Of each plan the cells that fail on any host, by its file.
  absl::StatusOr<v1::StartRunRequest> RequestOf(
      World world, const std::vector<Failing>& failing, absl::Time deadline) {
    std::map<std::string, std::set<uint32_t>> cells;
    std::map<std::string, const GateRecord*> records;
    std::set<std::string> hosts;
    for (const Failing& one : failing) {
      const GateRecord& record = RecordOf(one);
      records.try_emplace(record.plan, &record);
      // A run has one version of a plan.
      if (records[record.plan]->observed.measurement !=
          record.observed.measurement) {
        continue;
      }
      cells[record.plan].insert(one.cells.begin(), one.cells.end());
      hosts.insert(absl::StrCat("\"", NameOf(one), "\""));
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanRow> plans,
                               analysis_.hub().store().Plans());
    v1::StartRunRequest request;
    for (const auto& [plan, record] : records) {
      const auto row =
          std::find_if(plans.begin(), plans.end(), [&](const PlanRow& known) {
            return known.name == plan && !known.yaml.empty() &&
                   known.measurement == record->observed.measurement;
          });
      if (row == plans.end()) continue;
      v1::PlanRequest& wanted = *request.add_plans();
      wanted.mutable_source()->set_file(plan);
      wanted.mutable_source()->set_yaml(row->yaml);
      const Program& program = *record->observed.program;
      const CellSpace space(program);
      for (const uint32_t cell : Spread(cells[plan])) {
        wanted.add_cells(CellName(program, space.Coordinate(cell)));
      }
    }
    if (request.plans().empty()) {
      return absl::NotFoundError("the controller has not the plan's file");
    }
    request.set_world(ToProto(world));
    request.set_selector(
        absl::StrCat("host in (", absl::StrJoin(hosts, ","), ")"));
    request.set_connected_only(true);
    const absl::Duration left =
        std::max(deadline - absl::Now(), absl::Seconds(1));
    request.mutable_timeout()->set_seconds(
        absl::ToInt64Seconds(absl::Ceil(left, absl::Seconds(1))));
    return request;
  }

  void AwaitEnd(const std::string& id) {
    const auto ended = std::make_shared<Ended>();
    if (!analysis_.hub().Watch(id, ended).ok()) return;
    uint64_t revision = 0;
    while (!stopping_) {
      const absl::StatusOr<RunView> view =
          analysis_.hub().ViewRun(id, revision);
      if (!view.ok() || view->ended) break;
      revision = view->revision;
      ended->Await();
    }
    analysis_.hub().Unwatch(id);
    // What is read next is what the store holds.
    analysis_.hub().store().Flush();
  }

  const Record* Find(const std::vector<PlanGroups>& plans,
                     const Failing& failing) {
    const GateRecord& record = RecordOf(failing);
    for (const PlanGroups& plan : plans) {
      if (plan.key.measurement != record.observed.measurement) continue;
      for (const HostShowing& host : plan.hosts) {
        if (host.host == NameOf(failing)) return Kept(host.record);
      }
    }
    return nullptr;
  }

  const Record* Kept(std::shared_ptr<const Record> record) {
    kept_.push_back(std::move(record));
    return kept_.back().get();
  }

  void Compare(const Failing& failing, const Record& again) {
    std::optional<Record> merged =
        tally_.Compare(NameOf(failing), *RecordOf(failing).observed.record,
                       again, failing.cells);
    if (!merged.has_value()) return;
    candidates_.Replace(failing.host, failing.record, *std::move(merged));
  }

  void NotRun(const std::vector<Failing>& failing, const std::string& why) {
    for (const Failing& one : failing) {
      tally_.NotRun(NameOf(one), why, one.cells.size());
    }
  }

  FleetAnalysis& analysis_;
  FleetSide& candidates_;
  const std::atomic<bool>& stopping_;
  std::vector<std::shared_ptr<const Record>> kept_;
  std::vector<std::string> runs_;
  AgainTally tally_;
};

}  // namespace

std::vector<std::string> RunFailingCellsAgain(
    FleetAnalysis& analysis, const Judgement& judgement, FleetSide& candidates,
    absl::Duration timeout, const std::atomic<bool>& stopping) {
  return Again(analysis, candidates, stopping).Run(judgement, timeout);
}

}  // namespace sockdrift
