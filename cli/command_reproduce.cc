#include <algorithm>
#include <memory>
#include <optional>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/behaviour_diff.h"
#include "cli/choice.h"
#include "cli/command.h"
#include "cli/named_file.h"
#include "cli/plan_source.h"
#include "cli/suggest.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "reproduce/reproduce.h"

namespace sockdrift {
namespace {

struct ReproduceOptions {
  std::string cell;     // "plan[axis=value,…]", or a plan's name or file
  std::string in_plan;  // --cell: "[axis=value,…]"
  std::string from;     // a behaviour file, or FILE#HOST
  std::string world;    // of the behaviour file's records
  std::vector<std::string> folders;
  ProgramLanguage language = ProgramLanguage::kC;
};

// The plan, and the cell's name in it.
struct Wanted {
  std::string plan;
  std::string cell;  // "[axis=value,…]"
};

absl::StatusOr<Wanted> WantedOf(const ReproduceOptions& options) {
  const size_t bracket = options.cell.find('[');
  Wanted wanted{options.cell.substr(0, bracket), ""};
  if (bracket != std::string::npos) wanted.cell = options.cell.substr(bracket);
  if (options.in_plan.empty()) return wanted;
  if (!wanted.cell.empty()) {
    return absl::InvalidArgumentError(
        "the cell is named twice: in CELL and by --cell");
  }
  const size_t inner = options.in_plan.find('[');
  wanted.cell = inner == std::string::npos ? options.in_plan
                                           : options.in_plan.substr(inner);
  return wanted;
}

absl::StatusOr<uint32_t> NumberOf(const Program& program,
                                  const Wanted& wanted) {
  const CellSpace cells(program);
  if (wanted.cell.empty() && cells.size() == 1) return 0;
  if (wanted.cell.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("which of the ", cells.size(), " cells of ", wanted.plan,
                     "?\n  write it as tables do, such as '", wanted.plan,
                     CellName(program, cells.Coordinate(0)), "'"));
  }
  absl::StatusOr<uint32_t> found = FindCell(program, cells, wanted.cell);
  if (found.ok()) return found;
  return absl::NotFoundError(absl::StrCat(
      wanted.plan, wanted.cell, ": ", std::string(found.status().message()),
      "\n  'sockdrift plans show ", wanted.plan,
      "' lists the axes and their values"));
}

// The record of the plan that is asked for.
absl::StatusOr<const BehaviourEntry*> EntryOf(const DiffSide& side,
                                              const Wanted& wanted,
                                              const std::string& world) {
  std::vector<const BehaviourEntry*> found;
  std::vector<std::string> names;
  for (const BehaviourEntry& entry : side.behaviour().entries) {
    names.push_back(entry.plan);
    if (entry.plan != wanted.plan) continue;
    if (world.empty() || world == WorldName(entry.world)) {
      found.push_back(&entry);
    }
  }
  if (found.size() == 1) return found[0];
  if (found.size() > 1) {
    return absl::InvalidArgumentError(
        absl::StrCat(side.operand, " has ", wanted.plan,
                     " in several worlds: choose one with --world"));
  }
  const std::string nearest = Nearest(wanted.plan, names);
  return absl::NotFoundError(
      absl::StrCat(side.operand, " has no record of ", wanted.plan,
                   world.empty() ? "" : absl::StrCat(" in world ", world),
                   nearest.empty() || nearest == wanted.plan
                       ? ""
                       : absl::StrCat("; did you mean '", nearest, "'?")));
}

// "web1, kernel 6.1.0, world replica"
std::string WhereOf(const DiffSide& side, const BehaviourEntry& entry) {
  const HostBehaviour& host = side.behaviour();
  const auto kernel = host.facts.find("kernel");
  return absl::StrCat(host.host.empty() ? side.operand : host.host,
                      kernel == host.facts.end()
                          ? ""
                          : absl::StrCat(" (kernel ", kernel->second, ", ",
                                         WorldName(entry.world), ")"));
}

// What the record says of the cell; nullopt, with a note, where it is not DONE.
std::optional<RecordedCell> RecordedIn(const DiffSide& side,
                                       const BehaviourEntry& entry,
                                       const Program& program, uint32_t cell,
                                       Console& console) {
  RecordedCell recorded;
  recorded.where = WhereOf(side, entry);
  if (entry.record.status[cell] != CellStatus::kDone) {
    const absl::string_view reason = entry.record.Reason(cell);
    console.Note(absl::StrCat(
        "the cell was ", CellStatusName(entry.record.status[cell]), " on ",
        recorded.where, reason.empty() ? "" : absl::StrCat(": ", reason),
        "; the program has no recorded outcomes"));
    return std::nullopt;
  }
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view outcome = entry.record.Outcome(i, cell);
    if (outcome.empty()) continue;
    recorded.outcomes[program.observations[i]] = std::string(outcome);
  }
  return recorded;
}

absl::StatusOr<DiffSide> SideOf(const std::string& operand) {
  const size_t mark = operand.rfind('#');
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file,
                             ReadNamedFile(operand.substr(0, mark)));
  return TakeSide(std::move(file), operand,
                  mark == std::string::npos ? "" : operand.substr(mark + 1));
}

// The program's text; the plan is the catalogue's, a folder's or a file's.
absl::StatusOr<std::string> FromPlans(const ReproduceOptions& options,
                                      const Wanted& wanted) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const std::vector<CompiledPlan> plans,
      LoadPlans({.wanted = {wanted.plan}, .folders = options.folders}));
  const CompiledPlan& plan = plans.front();
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint32_t cell,
                             NumberOf(plan.program, wanted));
  return Reproduce({.plan = plan.name,
                    .title = plan.title,
                    .program = &plan.program,
                    .cell = cell},
                   options.language);
}

// The same of the program that a behaviour file carries.
absl::StatusOr<std::string> FromFile(const ReproduceOptions& options,
                                     const Wanted& wanted, Console& console) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const DiffSide side, SideOf(options.from));
  SOCKDRIFT_ASSIGN_OR_RETURN(const BehaviourEntry* entry,
                             EntryOf(side, wanted, options.world));
  const Program* program = side.file.FindProgram(entry->measurement);
  if (program == nullptr) {
    return absl::InternalError(
        absl::StrCat(options.from, " lacks the program of ", wanted.plan));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint32_t cell, NumberOf(*program, wanted));
  return Reproduce(
      {.plan = entry->plan,
       .program = program,
       .cell = cell,
       .recorded = RecordedIn(side, *entry, *program, cell, console)},
      options.language);
}

ExitCode ReproduceCell(const ReproduceOptions& options, Console& console) {
  const absl::StatusOr<Wanted> wanted = WantedOf(options);
  if (!wanted.ok()) {
    console.Error(wanted.status());
    return ExitCode::kInvalid;
  }
  if (options.from.empty() && !options.world.empty()) {
    console.Error("--world chooses among the records of --from FILE");
    return ExitCode::kInvalid;
  }
  const absl::StatusOr<std::string> text =
      options.from.empty() ? FromPlans(options, *wanted)
                           : FromFile(options, *wanted, console);
  if (absl::IsUnimplemented(text.status())) {
    console.Error(absl::StrCat("this cell cannot be written in that language: ",
                               std::string(text.status().message()),
                               "\n  'sockdrift plans show' lists its calls"));
    return ExitCode::kCouldNotTell;
  }
  if (!text.ok()) {
    console.Error(text.status());
    return ExitCode::kInvalid;
  }
  console.Data(*text);
  return ExitCode::kFine;
}

}  // namespace

void AddReproduceCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "reproduce",
      "A cell as a short program of its own, with nothing of sockdrift in it");
  auto options = std::make_shared<ReproduceOptions>();
  command
      ->add_option(
          "CELL", options->cell,
          "the cell as tables name it, or a plan's name or file with --cell")
      ->required()
      ->option_text("PLAN[axis=value,…]");
  AddChoice<ProgramLanguage>(*command, "--as", options->language,
                             {{"c", ProgramLanguage::kC},
                              {"python", ProgramLanguage::kPython},
                              {"strace", ProgramLanguage::kStrace}},
                             "what it is written as");
  command->add_option("--cell", options->in_plan, "which cell of the plan")
      ->option_text("[axis=value,…]");
  command
      ->add_option("--from", options->from,
                   "take the plan from a behaviour file (FILE#HOST for one "
                   "host of several), and put what it recorded beside the "
                   "observations")
      ->option_text("FILE");
  command
      ->add_option("--world", options->world,
                   "which world's record, where the file has several")
      ->option_text("WORLD");
  AddPlansFolderOption(*command, options->folders);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ReproduceCell(*options, console);
    };
  });
}

}  // namespace sockdrift
