#include "controller/proof/climb.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/proof/experimenter.h"
#include "core/base/status_macros.h"
#include "core/proof/ladder.h"

namespace sockdrift {
namespace {

constexpr size_t kRungCount = std::size(kRungs);

// One plan to climb for; empty cells: all of it.
struct Climber {
  Assignment assignment;
  std::optional<PlanOfRun> plan;  // where the controller may not know it
  std::string against;            // empty: nobody
};

v1::LadderLayer ToProto(Layer layer) {
  switch (layer) {
    case Layer::kKernel:
      return v1::LADDER_LAYER_KERNEL;
    case Layer::kCgroup:
      return v1::LADDER_LAYER_CGROUP;
    case Layer::kSysctls:
      return v1::LADDER_LAYER_SYSCTLS;
    case Layer::kNamespace:
      return v1::LADDER_LAYER_NAMESPACE;
  }
  return v1::LADDER_LAYER_UNSPECIFIED;
}

const HostShowing* FindShowing(const PlanGroups& plan, absl::string_view host) {
  const auto it = std::ranges::find_if(
      plan.hosts, [&](const HostShowing& one) { return one.host == host; });
  return it == plan.hosts.end() ? nullptr : &*it;
}

bool IsInFirstGroup(const PlanGroups& plan, const HostShowing& host) {
  const std::vector<size_t>& members = plan.grouping.groups[0].members;
  const auto index = static_cast<size_t>(&host - plan.hosts.data());
  return std::ranges::binary_search(members, index);
}

class Ladders {
 public:
  Ladders(Hub& hub, FleetAnalysis& analysis, const v1::ClimbRequest& request,
          absl::Time deadline, const std::shared_ptr<Bell>& bell,
          const SayProgress& say)
      : hub_(hub),
        analysis_(analysis),
        request_(request),
        experimenter_(hub, analysis, deadline, bell),
        say_(say) {}

  absl::StatusOr<std::vector<v1::PlanLadder>> Run() {
    for (KnownHost& host : hub_.Hosts()) {
      hosts_.emplace(host.row.id, std::move(host));
    }
    SOCKDRIFT_RETURN_IF_ERROR(RequireHosts());
    SOCKDRIFT_ASSIGN_OR_RETURN(
        std::vector<Climber> climbers,
        request_.plans().empty() ? WhereTheyDiffer() : AsAsked());
    std::map<std::string, std::vector<Climber>> by_other;
    for (Climber& climber : climbers) {
      by_other[climber.against].push_back(std::move(climber));
    }
    for (const auto& [against, together] : by_other) {
      SOCKDRIFT_RETURN_IF_ERROR(ClimbTogether(against, together));
    }
    std::ranges::stable_sort(
        ladders_, [](const v1::PlanLadder& a, const v1::PlanLadder& b) {
          return a.plan() < b.plan();
        });
    return std::move(ladders_);
  }

 private:
  absl::Status RequireHosts() const {
    if (request_.host_id() == request_.against_host_id()) {
      return absl::InvalidArgumentError(
          "a host is not compared with itself: give another --against, or "
          "none");
    }
    for (const std::string& id :
         {request_.host_id(), request_.against_host_id()}) {
      if (id.empty()) continue;
      const auto host = hosts_.find(id);
      if (host == hosts_.end()) {
        return absl::NotFoundError(absl::StrCat(
            "no host ", id, " is known: `sockdrift hosts` lists them"));
      }
      if (host->second.connected()) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          "the agent of ", id, " is not connected, and a ladder needs it"));
    }
    return absl::OkStatus();
  }

  // Every plan that was measured on the host and on another one that behaves
  // otherwise, in the cells in which they differ.
  absl::StatusOr<std::vector<Climber>> WhereTheyDiffer() {
    const absl::StatusOr<std::vector<PlanGroups>> selected =
        analysis_.Select({});
    if (!selected.ok() && !absl::IsNotFound(selected.status())) {
      return selected.status();
    }
    const std::vector<PlanGroups> plans =
        selected.ok() ? *selected : std::vector<PlanGroups>();
    // A plan that was measured in several worlds is climbed for once.
    std::map<std::pair<std::string, Digest>, std::set<uint32_t>> cells;
    std::map<std::pair<std::string, Digest>, std::string> names;
    for (const PlanGroups& plan : plans) {
      const HostShowing* host = FindShowing(plan, request_.host_id());
      if (host == nullptr) continue;
      const HostShowing* other = OtherOf(plan, *host);
      if (other == nullptr) continue;
      const auto observed = [&](const HostShowing& one) {
        return ObservedRecord{.program = &plan.program->program,
                              .measurement = plan.key.measurement,
                              .ids = {},
                              .record = one.record.get()};
      };
      const std::pair key(other->host, plan.key.measurement);
      for (const DifferingCell& cell :
           Align(observed(*other), observed(*host)).differing) {
        cells[key].insert(cell.cell);
        names[key] = plan.plan;
      }
    }
    std::vector<Climber> climbers;
    for (const auto& [key, differing] : cells) {
      climbers.push_back(
          {.assignment = {.plan = names[key],
                          .measurement = key.second,
                          .cells = {differing.begin(), differing.end()}},
           .plan = std::nullopt,
           .against = key.first});
    }
    if (climbers.empty()) {
      return absl::FailedPreconditionError(absl::StrCat(
          request_.host_id(), " differs from ",
          request_.against_host_id().empty() ? "the first group"
                                             : request_.against_host_id(),
          " in no plan that was measured on both: name plans to climb with "
          "all their cells"));
    }
    return climbers;
  }

  // Whom the host is compared with in this plan, by its sightings.
  const HostShowing* OtherOf(const PlanGroups& plan,
                             const HostShowing& host) const {
    if (!request_.against_host_id().empty()) {
      return FindShowing(plan, request_.against_host_id());
    }
    if (IsInFirstGroup(plan, host)) return nullptr;
    for (const size_t member : plan.grouping.groups[0].members) {
      const HostShowing& one = plan.hosts[member];
      const auto known = hosts_.find(one.host);
      if (known != hosts_.end() && known->second.connected()) return &one;
    }
    return nullptr;
  }

  absl::StatusOr<std::vector<Climber>> AsAsked() {
    v1::StartRunRequest request;
    *request.mutable_plans() = request_.plans();
    *request.mutable_timeout() = request_.timeout();
    SOCKDRIFT_ASSIGN_OR_RETURN(RunOrder order, hub_.ReadOrder(request));
    std::vector<Climber> climbers;
    for (size_t i = 0; i < order.plans.size(); ++i) {
      std::string against = OtherFor(order.plans[i].plan.name);
      climbers.push_back({.assignment = std::move(order.set.assignments[i]),
                          .plan = std::move(order.plans[i]),
                          .against = std::move(against)});
    }
    return climbers;
  }

  // Whom to compare with where plans are named: as sightings say, if there are
  // any.
  std::string OtherFor(const std::string& plan_name) {
    if (!request_.against_host_id().empty()) return request_.against_host_id();
    v1::AnalysisScope scope;
    scope.add_plans(plan_name);
    const absl::StatusOr<std::vector<PlanGroups>> plans =
        analysis_.Select(scope);
    if (!plans.ok()) return "";
    for (const PlanGroups& plan : *plans) {
      const HostShowing* host = FindShowing(plan, request_.host_id());
      const HostShowing* other =
          host == nullptr ? nullptr : OtherOf(plan, *host);
      if (other != nullptr) return other->host;
    }
    return "";
  }

  absl::Status ClimbTogether(const std::string& against,
                             const std::vector<Climber>& climbers) {
    ExperimentOrder order;
    order.hosts = {request_.host_id()};
    if (!against.empty()) order.hosts.push_back(against);
    for (const Climber& climber : climbers) {
      order.assignments.push_back(climber.assignment);
      if (climber.plan.has_value()) order.plans.push_back(*climber.plan);
    }
    std::vector<ExperimentOrder> orders(kRungCount, order);
    for (size_t i = 0; i < kRungCount; ++i) {
      orders[i].world = kRungs[i].world;
      orders[i].root_cgroup = kRungs[i].root_cgroup;
    }
    say_(absl::StrCat(request_.host_id(),
                      against.empty() ? "" : absl::StrCat(" and ", against),
                      " run ", climbers.size(),
                      climbers.size() == 1 ? " plan" : " plans", " on ",
                      kRungCount, " rungs"));
    const std::vector<ExperimentResult> results = experimenter_.Run(orders);
    for (size_t i = 0; i < climbers.size(); ++i) {
      SOCKDRIFT_ASSIGN_OR_RETURN(v1::PlanLadder ladder,
                                 Judge(climbers[i], i, results));
      ladders_.push_back(std::move(ladder));
    }
    return absl::OkStatus();
  }

  // `index`: of the plan in the runs.
  absl::StatusOr<v1::PlanLadder> Judge(
      const Climber& climber, size_t index,
      const std::vector<ExperimentResult>& results) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        const std::shared_ptr<const KnownProgram> program,
        hub_.programs().Find(climber.assignment.measurement));
    std::vector<uint32_t> cells = climber.assignment.cells;
    if (cells.empty()) {
      cells.resize(program->cells.size());
      std::iota(cells.begin(), cells.end(), 0);
    }
    std::vector<RungRecords> rungs(kRungCount);
    v1::PlanLadder ladder;
    for (size_t i = 0; i < kRungCount; ++i) {
      rungs[i].rung = kRungs[i];
      v1::LadderRung& rung = *ladder.add_rungs();
      rung.set_world(ToProto(kRungs[i].world));
      rung.set_root_cgroup(kRungs[i].root_cgroup);
      rungs[i].host =
          RecordOf(results[i], request_.host_id(), index, cells, rung);
      if (climber.against.empty()) continue;
      rungs[i].against =
          RecordOf(results[i], climber.against, index, cells, rung);
    }
    StandIn(climber.against, rungs, *ladder.mutable_rungs(0));
    const Climbed climbed =
        Climb(program->program, cells, rungs, !climber.against.empty());
    for (size_t i = 0; i < kRungCount; ++i) {
      v1::LadderRung& rung = *ladder.mutable_rungs(static_cast<int>(i));
      rung.set_done_count(static_cast<int64_t>(climbed.rungs[i].done));
      rung.set_changed_count(static_cast<int64_t>(climbed.rungs[i].changed));
    }
    ladder.set_plan(climber.assignment.plan);
    ladder.set_measurement_digest(
        std::string(climber.assignment.measurement.View()));
    ladder.set_cell_count(static_cast<int64_t>(cells.size()));
    ladder.set_unchanged_count(static_cast<int64_t>(climbed.unchanged));
    ladder.set_against_host_id(climber.against);
    ladder.set_known_to_differ(request_.plans().empty());
    for (const LadderStep& step : climbed.steps) {
      WriteFinding(step, *program, climber.assignment.plan,
                   *ladder.add_findings());
    }
    WriteSuspects(climbed, climber.against, ladder);
    return ladder;
  }

  // Null where the host did not measure a single cell in this world; the rung
  // then says why.
  static const Record* RecordOf(const ExperimentResult& result,
                                const std::string& host, size_t index,
                                const std::vector<uint32_t>& cells,
                                v1::LadderRung& rung) {
    const ExperimentAnswer& answer = result.hosts.at(host)[index];
    const Record* record = answer.record.get();
    std::string why = answer.failure;
    if (record != nullptr) {
      if (std::ranges::any_of(cells, [&](uint32_t cell) {
            return record->status[cell] == CellStatus::kDone;
          })) {
        return record;
      }
      why = absl::StrCat("on ", host, ": ", record->Reason(cells[0]));
    }
    if (rung.refusal().empty()) rung.set_refusal(why);
    return nullptr;
  }

  static void WriteFinding(const LadderStep& step, const KnownProgram& program,
                           const std::string& plan, v1::LadderFinding& out) {
    for (const Layer layer : step.layers) out.add_layers(ToProto(layer));
    out.set_world(ToProto(step.rung.world));
    out.set_root_cgroup(step.rung.root_cgroup);
    out.set_cell_count(static_cast<int64_t>(step.cells.size()));
    out.set_example_cell(absl::StrCat(
        plan,
        CellName(program.program, program.cells.Coordinate(step.cells[0]))));
    out.set_example_change(step.change);
  }

  // Where no program is in force in a host's own cgroup, what it showed there
  // is what it would have shown in the root.
  void StandIn(const std::string& against, std::vector<RungRecords>& rungs,
               v1::LadderRung& root) const {
    const auto stands_in = [&](const std::string& id, const Record* own,
                               const Record*& there) {
      if (id.empty() || there != nullptr) return true;
      const KnownHost& host = hosts_.at(id);
      if (own == nullptr || host.facts == nullptr ||
          !HasNoCgroupPrograms(*host.facts)) {
        return false;
      }
      there = own;
      root.set_note(absl::StrCat(root.note(), root.note().empty() ? "" : "; ",
                                 "no program is in force in the cgroup of ", id,
                                 ": as pristine"));
      return true;
    };
    const bool host =
        stands_in(request_.host_id(), rungs[1].host, rungs[0].host);
    const bool other = stands_in(against, rungs[1].against, rungs[0].against);
    if (host && other) root.clear_refusal();
  }

  void WriteSuspects(const Climbed& climbed, const std::string& against,
                     v1::PlanLadder& out) const {
    const KnownHost& host = hosts_.at(request_.host_id());
    const auto other = hosts_.find(against);
    if (other == hosts_.end() || host.facts == nullptr ||
        other->second.facts == nullptr) {
      return;
    }
    const Facts& mine = *host.facts;
    const Facts& theirs = *other->second.facts;
    std::set<Layer> layers;
    for (const LadderStep& step : climbed.steps) {
      layers.insert(step.layers.begin(), step.layers.end());
    }
    if (layers.contains(Layer::kKernel) &&
        host.Fact("kernel.release") == other->second.Fact("kernel.release") &&
        host.Fact("kernel.version") == other->second.Fact("kernel.version")) {
      out.add_suspects(absl::StrCat(
          "both hosts run the same kernel, ", host.Fact("kernel.release"),
          ": what follows the process into every namespace is likelier than "
          "the kernel"));
    }
    for (const Layer layer : layers) {
      for (std::string& suspect : Suspects(layer, mine, theirs)) {
        out.add_suspects(std::move(suspect));
      }
    }
  }

  Hub& hub_;
  FleetAnalysis& analysis_;
  const v1::ClimbRequest& request_;
  Experimenter experimenter_;
  const SayProgress& say_;
  std::map<std::string, KnownHost> hosts_;
  std::vector<v1::PlanLadder> ladders_;
};

}  // namespace

absl::StatusOr<std::vector<v1::PlanLadder>> ClimbLadder(
    Hub& hub, FleetAnalysis& analysis, const v1::ClimbRequest& request,
    absl::Time deadline, const std::shared_ptr<Bell>& bell,
    const SayProgress& say) {
  return Ladders(hub, analysis, request, deadline, bell, say).Run();
}

}  // namespace sockdrift
