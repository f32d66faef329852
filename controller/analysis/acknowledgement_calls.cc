#include "controller/analysis/acknowledgement_calls.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/analysis/acknowledgement_proto.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

bool HasFact(const Facts* facts, absl::string_view name) {
  return facts != nullptr && facts->find(std::string(name)) != facts->end();
}

bool HasName(const PlanGroups& plan, absl::string_view name) {
  const std::vector<std::string>& observations =
      plan.program->program.observations;
  return HasAxis(plan.program->program, name) ||
         std::ranges::find(observations, name) != observations.end() ||
         std::ranges::any_of(plan.hosts, [&](const HostShowing& host) {
           return HasFact(host.facts.get(), name);
         });
}

// A slip in a name would acknowledge nothing and say nothing. Of plans that
// nobody measured yet the names are not known.
absl::Status CheckNames(const CellQuery& where, const FleetSnapshot& snapshot) {
  std::vector<const PlanGroups*> meant;
  for (const PlanGroups& plan : snapshot.plans) {
    if (where.MatchesPlan(plan.plan, plan.key.world)) meant.push_back(&plan);
  }
  if (meant.empty()) return absl::OkStatus();
  const CellQuery::Term* unknown =
      where.FindUnknown([&](absl::string_view name) {
        return std::ranges::any_of(meant, [&](const PlanGroups* plan) {
          return HasName(*plan, name);
        });
      });
  if (unknown == nullptr) return absl::OkStatus();
  const absl::Status error =
      QueryError(where.text(), unknown->position,
                 absl::StrCat("\"", unknown->name,
                              "\" is no axis, observation or fact of what was "
                              "measured"));
  return absl::InvalidArgumentError(
      absl::StrCat("--where: ", std::string(error.message())));
}

// One that is not kept, or not yet.
AcknowledgementReach ReachOfNew(FleetAnalysis& analysis,
                                const FleetSnapshot& snapshot,
                                const Acknowledgement& acknowledgement) {
  const std::vector<StandingAcknowledgement> standing = analysis.Stand(
      {std::make_shared<const Acknowledgement>(acknowledgement)});
  AcknowledgementReach reach;
  for (const PlanGroups& plan : snapshot.plans) {
    reach.Add(MeaningOf(standing[0], plan), plan);
  }
  return reach;
}

}  // namespace

absl::StatusOr<v1::AddAcknowledgementResponse> AddAcknowledgement(
    FleetAnalysis& analysis, const v1::AddAcknowledgementRequest& request,
    const std::string& caller) {
  const absl::Time now = analysis.Now();
  AcknowledgementRow row = FromProto(request.acknowledgement());
  if (!caller.empty()) row.created_by = caller;
  SOCKDRIFT_ASSIGN_OR_RETURN(Acknowledgement read,
                             AcknowledgementBook::Check(std::move(row), now));
  const std::shared_ptr<const FleetSnapshot> snapshot = analysis.Snapshot();
  SOCKDRIFT_RETURN_IF_ERROR(CheckNames(read.where, *snapshot));
  const AcknowledgementReach reach = ReachOfNew(analysis, *snapshot, read);
  AcknowledgementRow kept = read.row;
  if (!request.validate_only()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        kept, analysis.acknowledgements().Add(std::move(read), now));
  }
  v1::AddAcknowledgementResponse response;
  *response.mutable_acknowledgement() = ToProto(kept, /*expired=*/false, reach);
  return response;
}

absl::StatusOr<v1::ListAcknowledgementsResponse> ListAcknowledgements(
    FleetAnalysis& analysis, const v1::ListAcknowledgementsRequest& request) {
  const std::shared_ptr<const FleetSnapshot> snapshot = analysis.Snapshot();
  v1::ListAcknowledgementsResponse response;
  std::map<std::string, size_t> standing;
  for (size_t i = 0; i < snapshot->acknowledgements.size(); ++i) {
    standing[snapshot->acknowledgements[i].what->row.id] = i;
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<AcknowledgementRow> rows,
                             analysis.acknowledgements().All());
  for (const AcknowledgementRow& row : rows) {
    const auto found = standing.find(row.id);
    if (found != standing.end() && !row.removed.has_value()) {
      *response.add_acknowledgements() =
          ToProto(row, snapshot->acknowledgements[found->second].expired,
                  snapshot->reach[found->second]);
    } else if (request.with_removed()) {
      *response.add_acknowledgements() = ToProto(row, false, {});
    }
  }
  return response;
}

absl::Status RemoveAcknowledgement(
    FleetAnalysis& analysis, const v1::RemoveAcknowledgementRequest& request,
    const std::string& caller) {
  return analysis.acknowledgements().Remove(
      request.id(), caller.empty() ? request.removed_by() : caller,
      analysis.Now());
}

}  // namespace sockdrift
