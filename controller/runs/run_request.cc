#include "controller/runs/run_request.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

absl::Duration FromProtoDuration(const google::protobuf::Duration& proto) {
  return absl::Seconds(proto.seconds()) + absl::Nanoseconds(proto.nanos());
}

absl::StatusOr<PlanOfRun> CompileSource(const v1::PlanSource& source) {
  const std::string file = source.file().empty() ? "plan" : source.file();
  CompileResult result = CompilePlan(source.yaml(), file);
  if (!result.ok()) {
    return absl::InvalidArgumentError(absl::StrJoin(
        result.diagnostics, "\n", [](std::string* out, const Diagnostic& d) {
          absl::StrAppend(out, d.ToString());
        }));
  }
  return PlanOfRun{std::move(result.plan), source.yaml()};
}

absl::StatusOr<PlanOfRun> FindPlan(const v1::PlanRequest& request,
                                   const std::vector<PlanOfRun>& catalogue) {
  if (request.has_source()) return CompileSource(request.source());
  if (request.name().empty()) {
    return absl::InvalidArgumentError(
        "a plan to run needs a name of the catalogue or a source");
  }
  const auto it = std::ranges::find_if(catalogue, [&](const PlanOfRun& known) {
    return known.plan.name == request.name();
  });
  if (it != catalogue.end()) return *it;
  return absl::NotFoundError(
      absl::StrCat("the catalogue has no plan ", request.name(), "; it has ",
                   absl::StrJoin(catalogue, ", ",
                                 [](std::string* out, const PlanOfRun& known) {
                                   absl::StrAppend(out, known.plan.name);
                                 })));
}

absl::StatusOr<std::vector<uint32_t>> FindCells(const v1::PlanRequest& request,
                                                const CompiledPlan& plan) {
  const CellSpace space(plan.program);
  std::vector<uint32_t> cells;
  for (const std::string& name : request.cells()) {
    absl::string_view coordinate = name;
    absl::ConsumePrefix(&coordinate, plan.name);
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint32_t cell,
                               FindCell(plan.program, space, coordinate));
    cells.push_back(cell);
  }
  std::ranges::sort(cells);
  const auto repeated = std::ranges::unique(cells);
  cells.erase(repeated.begin(), repeated.end());
  return cells;
}

absl::Status AddPlan(const v1::PlanRequest& request, PlanOfRun plan,
                     RunOrder& order) {
  Assignment assignment;
  assignment.plan = plan.plan.name;
  assignment.measurement = MeasurementDigest(plan.plan.program);
  assignment.world = order.world;
  SOCKDRIFT_ASSIGN_OR_RETURN(assignment.cells, FindCells(request, plan.plan));
  if (!assignment.cells.empty()) order.experiment = true;
  order.set.assignments.push_back(std::move(assignment));
  order.plans.push_back(std::move(plan));
  return absl::OkStatus();
}

absl::Status AddCatalogue(const std::vector<PlanOfRun>& catalogue,
                          bool include_long, RunOrder& order) {
  for (const PlanOfRun& known : catalogue) {
    if (known.plan.program.long_running && !include_long) continue;
    SOCKDRIFT_RETURN_IF_ERROR(AddPlan(v1::PlanRequest(), known, order));
  }
  return absl::OkStatus();
}

absl::Status ReadTimes(const v1::StartRunRequest& request, RunOrder& order) {
  order.timeout = FromProtoDuration(request.timeout());
  order.jitter = FromProtoDuration(request.jitter());
  if (order.timeout <= absl::ZeroDuration()) {
    return absl::InvalidArgumentError(
        "a run needs a deadline of more than 0s: after so long every host that "
        "has not answered is late or offline");
  }
  if (order.jitter < absl::ZeroDuration() || order.jitter >= order.timeout) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the jitter must be at least 0s and less than the deadline (",
        absl::FormatDuration(order.timeout), "), and is ",
        absl::FormatDuration(order.jitter)));
  }
  if (request.parallel_host_limit() < 0) {
    return absl::InvalidArgumentError(
        "the number of hosts at once must be at least 1, or 0 for all");
  }
  order.parallel_limit = request.parallel_host_limit();
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RunOrder> ReadRunRequest(
    const v1::StartRunRequest& request,
    const std::vector<PlanOfRun>& catalogue) {
  RunOrder order;
  SOCKDRIFT_RETURN_IF_ERROR(ReadTimes(request, order));
  if (request.world() != v1::WORLD_UNSPECIFIED) {
    SOCKDRIFT_ASSIGN_OR_RETURN(order.world, FromProto(request.world()));
  }
  order.selector_text = request.selector();
  SOCKDRIFT_ASSIGN_OR_RETURN(order.selector,
                             Selector::Parse(request.selector()));
  order.connected_only = request.connected_only();
  if (request.plans().empty() || request.with_catalogue()) {
    SOCKDRIFT_RETURN_IF_ERROR(
        AddCatalogue(catalogue, request.include_long(), order));
  }
  for (const v1::PlanRequest& wanted : request.plans()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(PlanOfRun plan, FindPlan(wanted, catalogue));
    SOCKDRIFT_RETURN_IF_ERROR(AddPlan(wanted, std::move(plan), order));
  }
  std::vector<const CompiledPlan*> plans;
  for (const PlanOfRun& plan : order.plans) plans.push_back(&plan.plan);
  SOCKDRIFT_RETURN_IF_ERROR(RequireDistinctNames(plans));
  for (const v1::SysctlOverride& override : request.overrides()) {
    order.experiment = true;
    for (Assignment& assignment : order.set.assignments) {
      assignment.overrides[override.name()] = override.value();
    }
  }
  SOCKDRIFT_RETURN_IF_ERROR(ValidateAssignmentSet(order.set));
  return order;
}

absl::StatusOr<std::vector<PlanOfRun>> LoadCatalogue(
    const std::vector<std::string>& folders) {
  return CatalogueWith(folders);
}

absl::StatusOr<RunOrder> StandingOrder(const std::vector<PlanOfRun>& catalogue,
                                       absl::Duration interval,
                                       absl::Duration jitter) {
  RunOrder order;
  order.standing = true;
  order.timeout = interval;
  order.jitter = jitter;
  SOCKDRIFT_RETURN_IF_ERROR(
      AddCatalogue(catalogue, /*include_long=*/false, order));
  SOCKDRIFT_RETURN_IF_ERROR(ValidateAssignmentSet(order.set));
  return order;
}

}  // namespace sockdrift
