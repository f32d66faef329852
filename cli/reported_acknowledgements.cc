#include "cli/reported_acknowledgements.h"

#include <map>
#include <string>
#include <utility>

#include "cli/remote_file.h"
#include "cli/wire_text.h"

namespace sockdrift {
namespace {

using HostIndices = std::map<std::string, size_t>;

ReportedAcknowledgement Reported(const v1::Acknowledgement& from,
                                 const HostIndices& indices) {
  ReportedAcknowledgement one;
  one.id = from.id();
  one.owner = from.owner();
  one.reason = from.reason();
  one.link = from.link();
  one.expires = from.expires();
  one.expired = from.expired();
  one.cells = static_cast<size_t>(from.cell_count());
  for (const std::string& host : from.host_ids()) {
    const auto found = indices.find(host);
    // One that joined between the two answers is not in the report.
    if (found != indices.end()) one.hosts.push_back(found->second);
  }
  return one;
}

}  // namespace

ExitCode AddAcknowledgements(ControllerClient& client,
                             const v1::AnalysisScope& scope, ReportInput& input,
                             Console& console) {
  v1::ListGroupsResponse response;
  const ExitCode fetched = FetchGroups(client, scope, "", response, console);
  if (fetched != ExitCode::kFine) return fetched;
  HostIndices indices;
  for (size_t i = 0; i < input.hosts.size(); ++i) {
    indices[input.hosts[i].name] = i;
  }
  std::map<std::pair<std::string, std::string>, ReportedPlan*> plans;
  for (ReportedPlan& plan : input.plans) {
    plans[{plan.plan, std::string(WorldName(plan.world))}] = &plan;
  }
  for (const v1::PlanAnalysis& plan : response.plans()) {
    const auto found = plans.find({plan.plan(), WorldText(plan.world())});
    if (found == plans.end()) continue;
    for (const v1::AcknowledgedDivergence& one : plan.acknowledged()) {
      found->second->acknowledged.push_back(
          Reported(one.acknowledgement(), indices));
    }
  }
  return ExitCode::kFine;
}

}  // namespace sockdrift
