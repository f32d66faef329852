#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/audit.h"
#include "cli/audit_options.h"
#include "cli/audit_report.h"
#include "cli/claims.h"
#include "cli/claims_report.h"
#include "cli/command.h"
#include "cli/interrupt.h"
#include "cli/suggest.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

struct AuditOptions {
  PlanChoice choice;
  AuditSettings settings;
  bool claims = false;
  std::string claim;  // an id; empty: all of them
  std::string save;
  OutputFormat format = OutputFormat::kTable;

  bool about_claims() const { return claims || !claim.empty(); }
};

bool Names(const CompiledPlan& plan, const std::string& claim) {
  for (const Expectation& expectation : plan.expectations) {
    for (const ClaimReference& reference : expectation.claims) {
      if (reference.id == claim) return true;
    }
  }
  return false;
}

// Leaves the plans that speak of the claim. One that neither the book nor a
// plan knows is a mistake.
absl::Status KeepPlansOf(const std::string& claim, const ClaimBook& book,
                         ChosenPlans& chosen) {
  bool known = book.Find(claim) != nullptr;
  for (const CompiledPlan& plan : chosen.left_out) known |= Names(plan, claim);
  std::erase_if(chosen.plans,
                [&](const CompiledPlan& plan) { return !Names(plan, claim); });
  if (known || !chosen.plans.empty()) return absl::OkStatus();
  std::vector<std::string> ids;
  for (const auto& [id, text] : book.claims()) ids.push_back(id);
  const std::string nearest = Nearest(claim, ids);
  return absl::NotFoundError(absl::StrCat(
      "there is no claim '", claim, "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
      "\n  'sockdrift audit --claims' lists them"));
}

std::string ReportText(const Audit& audit,
                       const std::vector<JudgedClaim>& claims,
                       const AuditOptions& options, const Console& console) {
  const bool json = options.format == OutputFormat::kJson;
  if (!options.about_claims()) {
    return AuditIn(options.format, audit, console);
  }
  if (json) return ClaimsJson(audit, claims);
  return options.claim.empty() ? ClaimsScreen(audit, claims, console)
                               : ClaimText(claims.front(), console);
}

std::string Report(const Audit& audit, const ClaimBook& book,
                   const ChosenPlans& plans, const AuditOptions& options,
                   const Console& console) {
  std::vector<JudgedClaim> claims;
  if (options.about_claims()) {
    claims = JudgeClaims(audit, book, plans.left_out);
  }
  if (!options.claim.empty()) {
    std::erase_if(claims, [&](const JudgedClaim& claim) {
      return claim.id != options.claim;
    });
  }
  return ReportText(audit, claims, options, console);
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
  if (!options.claim.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(KeepPlansOf(options.claim, book, plans));
  }
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
  command.add_flag("--claims", options.claims,
                   "the verdict on each claim, on one screen");
  command
      .add_option("--claim", options.claim,
                  "one claim in full: every expectation that names it, with "
                  "examples; runs the plans that speak of it")
      ->option_text("ID");
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
