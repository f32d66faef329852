#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/audit.h"
#include "cli/audit_options.h"
#include "cli/audit_report.h"
#include "cli/claim_choice.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct AuditOptions {
  PlanChoice choice;
  AuditSettings settings;
  ClaimChoice claims;
  std::string save;
  OutputFormat format = OutputFormat::kTable;
};

std::string Report(const Audit& audit, const ClaimBook& book,
                   const ChosenPlans& plans, const AuditOptions& options,
                   const Console& console) {
  if (!options.claims.about_claims()) {
    return AuditIn(options.format, audit, console);
  }
  return ClaimsIn(options.format, audit,
                  ClaimsOf(audit, book, plans, options.claims), options.claims,
                  console);
}

ExitCode Finish(const Audit& audit, absl::string_view report,
                const AuditOptions& options, Console& console) {
  const bool save = !options.save.empty() && !Interrupted();
  const absl::Status saved =
      save ? WriteBehaviourFile(ToBehaviourFile(audit), options.save)
           : absl::OkStatus();
  console.Data(report);
  if (!saved.ok()) {
    console.Error(absl::StrCat("--save: ", std::string(saved.message()),
                               "; nothing was saved: name a file on a disk "
                               "with room"));
    return ExitCode::kOwnFault;
  }
  if (Interrupted()) {
    console.Error(
        absl::StrCat("interrupted: the cells that are MISS were not run",
                     options.save.empty() ? "" : ", and nothing was saved"));
    return ExitCode::kCouldNotTell;
  }
  const ExitCode code = ExitCodeOf(audit);
  if (code == ExitCode::kCouldNotTell) {
    console.Error(
        "this host could not be audited as a whole: see the cells that are "
        "not DONE\n  'sockdrift doctor' says which worlds this host gives");
  }
  return code;
}

absl::StatusOr<ChosenPlans> PlansToRun(const AuditOptions& options,
                                       const ClaimBook& book) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckSave(options.save));
  SOCKDRIFT_RETURN_IF_ERROR(CheckNetns(options.settings));
  SOCKDRIFT_ASSIGN_OR_RETURN(ChosenPlans plans, ChoosePlans(options.choice));
  SOCKDRIFT_RETURN_IF_ERROR(KeepPlansOf(options.claims, book, plans));
  return plans;
}

ExitCode RunAuditCommand(const AuditOptions& options, Console& console) {
  const absl::StatusOr<ClaimBook> book =
      ClaimsWith(options.choice.selection.folders);
  const absl::StatusOr<ChosenPlans> plans =
      book.ok() ? PlansToRun(options, *book) : book.status();
  if (!plans.ok()) {
    console.Error(plans.status());
    return ExitCode::kInvalid;
  }
  NoteLeftOut(*plans, console);
  WatchInterrupts();
  const absl::StatusOr<Audit> audit =
      RunAudit(plans->plans, options.settings, console);
  if (!audit.ok()) {
    console.Error(audit.status());
    return ExitCodeOf(audit.status());
  }
  return Finish(*audit, Report(*audit, *book, *plans, options, console),
                options, console);
}

void AddAuditOptions(CLI::App& command, AuditOptions& options) {
  AddPlanOptions(command, options.choice);
  AddMeasuringOptions(command, options.settings);
  AddClaimOptions(command, options.claims);
  AddSaveOption(command, options.save);
  AddAuditOutputOption(command, options.format);
}

}  // namespace

void AddAuditCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "audit", "What sockets really do on this host: no server, no files");
  auto options = std::make_shared<AuditOptions>();
  AddAuditOptions(*command, *options);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return RunAuditCommand(*options, console);
    };
  });
}

}  // namespace sockdrift
