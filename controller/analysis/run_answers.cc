#include "controller/analysis/run_answers.h"

#include <utility>

#include "core/base/status_macros.h"

namespace sockdrift {

absl::StatusOr<RunAnswers> ReadRunAnswers(Store& store, const RunRow& run) {
  RunAnswers answers;
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string set_body, store.Set(run.set));
  v1::AssignmentSet set_proto;
  set_proto.ParseFromString(set_body);
  SOCKDRIFT_ASSIGN_OR_RETURN(answers.set, FromProto(set_proto));
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<RunHostRow> hosts,
                             store.RunHosts(run.id));
  for (RunHostRow& host : hosts) {
    RunAnswer answer = {.host = std::move(host), .report = {}};
    if (answer.host.report.has_value()) {
      SOCKDRIFT_ASSIGN_OR_RETURN(const ReportRow stored,
                                 store.Report(*answer.host.report));
      v1::Report proto;
      proto.ParseFromString(stored.body);
      SOCKDRIFT_ASSIGN_OR_RETURN(answer.report, FromProto(proto));
    }
    answers.hosts.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace sockdrift
