#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/controller_channel.h"
#include "cli/gate_options.h"
#include "cli/named_file.h"
#include "core/base/status_macros.h"
#include "sockdrift/v1/gate_service.grpc.pb.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

// What a message may carry, with room for the rest.
constexpr size_t kMaxInput = 3'670'016;

ExitCode CodeOf(v1::GateVerdict verdict) {
  switch (verdict) {
    case v1::GATE_VERDICT_PASS:
      return ExitCode::kFine;
    case v1::GATE_VERDICT_FAIL:
      return ExitCode::kFindings;
    case v1::GATE_VERDICT_INCONCLUSIVE:
      return ExitCode::kCouldNotTell;
    default:
      return ExitCode::kOwnFault;
  }
}

void WriteWanted(const GateOptions& options,
                 const std::vector<WantedReport>& wanted,
                 const Console& console, v1::GateReports& out) {
  for (const WantedReport& one : wanted) out.add_formats(one.format);
  out.set_width(static_cast<int32_t>(console.width()));
  out.set_rule_limit(options.rules_shown);
}

// The call that both ways to ask have in common.
template <typename Request, typename Response>
ExitCode Ask(const GateOptions& options,
             const std::vector<WantedReport>& wanted, const Request& request,
             grpc::Status (v1::GateService::StubInterface::*call)(
                 grpc::ClientContext*, const Request&, Response*),
             Console& console) {
  Response response;
  console.Progress("the controller judges, and runs divergent cells again");
  const ExitCode called = CallController<v1::GateService>(
      options.controller, console,
      [&](v1::GateService::StubInterface& stub, grpc::ClientContext& context) {
        return (stub.*call)(&context, request, &response);
      });
  console.Progress("");
  if (called != ExitCode::kFine) return called;
  const std::vector<std::string> texts(response.reports().begin(),
                                       response.reports().end());
  return WriteReports(wanted, texts, CodeOf(response.verdict()), console);
}

// The bytes of a file, or of an entry of the atlas: the controller need not
// have the same atlas.
absl::StatusOr<std::string> ReadInput(const std::string& operand) {
  if (!IsAtlasOperand(operand)) return ReadFileBytes(operand, kMaxInput);
  SOCKDRIFT_ASSIGN_OR_RETURN(const BehaviourFile entry, ReadNamedFile(operand));
  return EncodeBehaviourFile(entry);
}

ExitCode Invalid(const absl::Status& status, Console& console) {
  console.Error(status);
  return ExitCode::kInvalid;
}

}  // namespace

bool IsFleetOperand(const std::string& operand) {
  return absl::StartsWith(operand, "baseline:") ||
         absl::StartsWith(operand, "host:") ||
         absl::StartsWith(operand, "selector:");
}

ExitCode AskVerdict(const GateOptions& options,
                    const std::vector<WantedReport>& wanted, Console& console) {
  v1::GetVerdictRequest request;
  request.set_name(options.name);
  WriteWanted(options, wanted, console, *request.mutable_reports());
  return Ask(options, wanted, request,
             &v1::GateService::StubInterface::GetVerdict, console);
}

ExitCode AskAboutHosts(const GateOptions& options,
                       const std::vector<WantedReport>& wanted,
                       Console& console) {
  v1::JudgeHostsRequest request;
  const absl::StatusOr<std::string> rules = ReadRulesFile(options);
  if (!rules.ok()) return Invalid(rules.status(), console);
  request.set_rules_yaml(*rules);
  request.set_rules_file(options.rules_file);
  size_t sent = 0;
  for (const std::string& operand : options.baseline) {
    if (IsFleetOperand(operand)) {
      request.add_baseline(operand);
      continue;
    }
    absl::StatusOr<std::string> bytes = ReadInput(operand);
    if (!bytes.ok()) return Invalid(bytes.status(), console);
    sent += bytes->size();
    if (sent > kMaxInput) {
      return Invalid(absl::InvalidArgumentError(absl::StrCat(
                         operand,
                         ": more than 3.5 MiB of baseline files; give them a "
                         "name with 'sockdrift baseline import' and ask for "
                         "baseline:NAME")),
                     console);
    }
    v1::GateInput& file = *request.add_baseline_files();
    file.set_name(operand);
    file.set_content(*std::move(bytes));
  }
  for (const std::string& operand : options.candidates) {
    request.add_candidates(operand);
  }
  request.set_no_confirm(options.no_confirm);
  WriteWanted(options, wanted, console, *request.mutable_reports());
  return Ask(options, wanted, request,
             &v1::GateService::StubInterface::JudgeHosts, console);
}

}  // namespace sockdrift
