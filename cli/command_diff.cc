#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/atlas.h"
#include "cli/analysis_report.h"
#include "cli/behaviour_diff.h"
#include "cli/diff_operand.h"
#include "cli/named_file.h"
#include "cli/query_option.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "core/divergence/render.h"
#include "gate/causes/cause_file.h"

namespace sockdrift {
namespace {

struct DiffOptions {
  std::vector<std::string> operands;
  bool list_cells = false;
  std::string where;
  TransportOptions controller;
  ScopeOptions scope;
  AnalysisPrint print;
};

void SayWhyNothingIsComparable(const BehaviourDiff& diff, Console& console) {
  if (!diff.plans.empty()) {
    console.Error(
        "nothing could be compared: no cell is DONE on both sides\n  audit "
        "both again where the worlds can be had; 'sockdrift doctor' tells");
    return;
  }
  console.Error(absl::StrCat(
      "nothing could be compared: the two have no plan in the same world in "
      "common\n  A has ",
      diff.only_a.empty() ? "nothing" : absl::StrJoin(diff.only_a, ", "),
      "\n  B has ",
      diff.only_b.empty() ? "nothing" : absl::StrJoin(diff.only_b, ", ")));
}

// Reads both; anything but kFine has been explained on the console.
ExitCode ReadSides(const DiffOptions& options, const CellQuery* where,
                   Console& console, DiffSide& a, DiffSide& b) {
  OperandReader reader(options.controller, ToScope(options.scope), console);
  reader.NarrowBy(where);
  const ExitCode read_a = reader.Read(options.operands[0], a);
  const ExitCode read_b = reader.Read(options.operands[1], b);
  if (read_a != ExitCode::kFine) return read_a;
  if (read_b != ExitCode::kFine) return read_b;
  for (const absl::Status& known :
       {reader.RequireKnownPlans(), reader.RequireKnownNames()}) {
    if (known.ok()) continue;
    console.Error(known);
    return ExitCode::kInvalid;
  }
  return ExitCode::kFine;
}

ExitCode DiffSides(const DiffOptions& options, Console& console) {
  const absl::StatusOr<std::optional<CellQuery>> parsed =
      ParseWhere(options.where);
  if (!parsed.ok()) {
    console.Error(parsed.status());
    return ExitCode::kInvalid;
  }
  const CellQuery* where = parsed->has_value() ? &**parsed : nullptr;
  DiffSide a;
  DiffSide b;
  const ExitCode read = ReadSides(options, where, console, a, b);
  if (read != ExitCode::kFine) return read;
  const BehaviourDiff diff = Compare(a, b, BuiltInCauses(), where);
  console.Data(options.print.format == OutputFormat::kJson
                   ? DiffJson(diff, a, b)
                   : DiffText(diff, a, b,
                              {.list_cells = options.list_cells,
                               .most_rules = static_cast<size_t>(
                                   options.print.most_rules.value_or(0))},
                              console));
  const ExitCode code = ExitCodeOf(diff);
  if (code == ExitCode::kCouldNotTell && diff.matching == 0u) {
    console.Error(
        "nothing matches: no cell that was compared meets --where\n  "
        "'sockdrift cells' shows what each side answered");
  } else if (code == ExitCode::kCouldNotTell) {
    SayWhyNothingIsComparable(diff, console);
  }
  return code;
}

ExitCode DiffFleet(const DiffOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ClientToQuery(options.controller, options.where);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  v1::ListGroupsResponse response;
  const ExitCode fetched = FetchGroups(*client, ToScope(options.scope),
                                       options.where, response, console);
  if (fetched != ExitCode::kFine) return fetched;
  if (options.where.empty() || !response.plans().empty()) {
    return PrintAnalysis(response.plans(), options.print, console);
  }
  if (options.print.format == OutputFormat::kJson) {
    console.Data(AnalysisJson(response.plans()));
  }
  if (response.matching_count() > 0) {
    console.Note(
        absl::StrCat("no groups differ in any of ",
                     Counted(static_cast<uint64_t>(response.matching_count()),
                             "cell", "cells"),
                     " that meet --where"));
    return ExitCode::kFine;
  }
  console.Error(
      "nothing matches: no cell in which groups were compared meets "
      "--where\n  'sockdrift cells' shows what was answered");
  return ExitCode::kCouldNotTell;
}

ExitCode Diff(const DiffOptions& options, Console& console) {
  if (options.operands.size() == 2) return DiffSides(options, console);
  if (options.operands.empty() && !options.controller.address.empty()) {
    return DiffFleet(options, console);
  }
  console.Error(
      "diff compares two operands, or with --controller and none all groups "
      "of its fleet\n  'sockdrift diff --help' shows what an operand is");
  return ExitCode::kInvalid;
}

}  // namespace

void AddDiffCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "diff",
      "In which cells two behaviours differ, as rules, and which facts do; "
      "without operands, the groups of a controller's fleet");
  auto options = std::make_shared<DiffOptions>();
  command
      ->add_option("OPERAND", options->operands,
                   "what to compare: a behaviour file (FILE#HOST for one host "
                   "of several), atlas:NAME for an entry of the atlas, or "
                   "host:NAME, which asks the controller; "
                   "host:NAME@TIME is what it had shown by then "
                   "(2026-11-20T12:00:05Z, 2026-11-20, 2h or 7d ago)")
      ->expected(0, 2)
      ->option_text("FILE|atlas:NAME|host:NAME[@TIME]");
  command->add_flag("--cells", options->list_cells,
                    "list every differing cell too");
  AddWhereOption(*command, options->where);
  AddControllerOptions(*command, options->controller);
  AddScopeOptions(*command, options->scope);
  AddAnalysisPrint(*command, options->print);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Diff(*options, console);
    };
  });
}

void AddAtlasDiffCommand(CLI::App& atlas, Invocation& invocation) {
  CLI::App* command = atlas.add_subcommand(
      "diff",
      "What differs between two entries: the same as 'sockdrift diff atlas:A "
      "atlas:B'");
  auto options = std::make_shared<DiffOptions>();
  command
      ->add_option("NAME", options->operands,
                   "two entries, as 'sockdrift atlas list' shows them")
      ->required()
      ->expected(2)
      ->option_text("NAME NAME");
  command->add_flag("--cells", options->list_cells,
                    "list every differing cell too");
  AddWhereOption(*command, options->where);
  AddScopeOptions(*command, options->scope);
  AddAnalysisPrint(*command, options->print);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      for (std::string& operand : options->operands) {
        if (!IsAtlasOperand(operand)) operand = kAtlasOperand + operand;
      }
      return Diff(*options, console);
    };
  });
}

}  // namespace sockdrift
