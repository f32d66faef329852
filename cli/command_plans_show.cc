#include <algorithm>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "cli/command_plans.h"
#include "cli/plan_source.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 90;
constexpr size_t kNameWidth = 14;

struct ShowOptions {
  std::string plan;
  std::string cell;
  std::vector<std::string> folders;
  OutputFormat format = OutputFormat::kTable;
};

// "1,024 of 3,600 combinations" where `except` leaves some out.
std::string SizeInWords(const CellSpace& cells) {
  std::string words = Counted(cells.size(), "cell", "cells");
  if (cells.matrix_size() != cells.size()) {
    absl::StrAppend(&words, " of ", WithCommas(cells.matrix_size()),
                    " combinations");
  }
  return words;
}

void AppendField(std::string& text, absl::string_view name,
                 absl::string_view value) {
  if (value.empty()) return;
  std::string line(name);
  line.resize(std::max(kNameWidth, line.size() + 1), ' ');
  const std::string indent(kNameWidth + 2, ' ');
  absl::StrAppend(&text, "  ", line,
                  Wrapped(value, kTextWidth - indent.size(), indent), "\n");
}

std::string CapsInWords(const Program& program) {
  std::vector<std::string> caps;
  for (const Scalar& scalar : program.caps) {
    for (const auto& text : scalar.texts) {
      const std::string word = text.value_or("none");
      if (std::find(caps.begin(), caps.end(), word) == caps.end()) {
        caps.push_back(word);
      }
    }
  }
  return caps.empty() ? "none" : absl::StrJoin(caps, ", ");
}

std::string Expectations(const CompiledPlan& plan, const Console& console) {
  std::string text;
  for (const Expectation& expectation : plan.expectations) {
    std::vector<std::string> claims;
    for (const ClaimReference& claim : expectation.claims) {
      claims.push_back(absl::StrCat(claim.negated ? "not " : "", claim.id));
    }
    const std::string kind =
        claims.empty() ? "rule" : "claim " + absl::StrJoin(claims, ", ");
    absl::StrAppend(
        &text, "  ", console.Painted(expectation.id, Paint::kBold), " (", kind,
        ")\n    ",
        Wrapped(absl::StrCat(expectation.says, " [", expectation.source, "]"),
                kTextWidth - 4, "    "),
        "\n");
  }
  return text;
}

std::string ShowText(const CompiledPlan& plan, const CellSpace& cells,
                     uint32_t cell, const Console& console) {
  const Program& program = plan.program;
  std::string text = absl::StrCat(console.Painted(plan.name, Paint::kBold),
                                  ": ", plan.title, "\n");
  for (absl::string_view paragraph :
       absl::StrSplit(plan.about, "\n", absl::SkipWhitespace())) {
    absl::StrAppend(&text, "  ", Wrapped(paragraph, kTextWidth - 2, "  "),
                    "\n");
  }
  absl::StrAppend(&text, "\n");
  AppendField(text, "from", plan.built_in ? "built in" : plan.file);
  AppendField(text, "size", SizeInWords(cells));
  AppendField(text, "repeats", absl::StrCat(program.repeats));
  AppendField(text, "isolation",
              program.isolation == Isolation::kCell
                  ? "a fresh namespace for each cell"
                  : "one world, fresh ports for each cell");
  AppendField(text, "duration",
              program.long_running ? "long: runs with --long only" : "");
  AppendField(text, "capabilities", CapsInWords(program));
  AppendField(text, "observed", absl::StrJoin(program.observations, ", "));
  AppendField(text, "sources", absl::StrJoin(plan.sources, "; "));
  absl::StrAppend(&text, "\n", console.Painted("Axes", Paint::kBold), "\n");
  for (const Axis& axis : program.axes) {
    AppendField(text, axis.name,
                absl::StrCat(axis.values.size(), ": ",
                             absl::StrJoin(axis.values, ", ")));
  }
  if (!plan.expectations.empty()) {
    absl::StrAppend(&text, "\n", console.Painted("Expectations", Paint::kBold),
                    "\n", Expectations(plan, console));
  }
  absl::StrAppend(&text, "\n", console.Painted("A cell", Paint::kBold), ": ",
                  plan.name, CellName(program, cells.Coordinate(cell)), "\n");
  for (const std::string& line : DescribeCell(program, cell)) {
    absl::StrAppend(&text, "  ", line, "\n");
  }
  return text;
}

std::string ShowJson(const CompiledPlan& plan, const CellSpace& cells,
                     uint32_t cell) {
  Json axes = Json::array();
  for (const Axis& axis : plan.program.axes) {
    axes.push_back({{"axis", axis.name}, {"values", axis.values}});
  }
  Json expectations = Json::array();
  for (const Expectation& expectation : plan.expectations) {
    Json claims = Json::array();
    for (const ClaimReference& claim : expectation.claims) {
      claims.push_back(absl::StrCat(claim.negated ? "not " : "", claim.id));
    }
    expectations.push_back({{"id", expectation.id},
                            {"says", expectation.says},
                            {"source", expectation.source},
                            {"claims", claims}});
  }
  return Printed(
      {{"plan", plan.name},
       {"title", plan.title},
       {"about", plan.about},
       {"sources", plan.sources},
       {"cells", cells.size()},
       {"matrix", cells.matrix_size()},
       {"long", plan.program.long_running},
       {"repeats", plan.program.repeats},
       {"axes", axes},
       {"observations", plan.program.observations},
       {"expectations", expectations},
       {"cell", plan.name + CellName(plan.program, cells.Coordinate(cell))},
       {"calls", DescribeCell(plan.program, cell)}});
}

ExitCode ShowPlan(const ShowOptions& options, Console& console) {
  const absl::StatusOr<std::vector<CompiledPlan>> plans =
      LoadPlans({.wanted = {options.plan}, .folders = options.folders});
  if (!plans.ok()) {
    console.Error(plans.status());
    return ExitCode::kInvalid;
  }
  const CompiledPlan& plan = plans->front();
  const CellSpace cells(plan.program);
  uint32_t cell = 0;
  if (!options.cell.empty()) {
    // The plan's name before the bracket may stand there, as tables write it.
    const size_t bracket = options.cell.find('[');
    const absl::StatusOr<uint32_t> found =
        FindCell(plan.program, cells,
                 bracket == std::string::npos ? options.cell
                                              : options.cell.substr(bracket));
    if (!found.ok()) {
      console.Error(absl::StrCat("--cell ", options.cell, ": ",
                                 std::string(found.status().message()),
                                 "\n  'sockdrift plans show ", options.plan,
                                 "' lists the axes and their values"));
      return ExitCode::kInvalid;
    }
    cell = *found;
  }
  console.Data(options.format == OutputFormat::kJson
                   ? ShowJson(plan, cells, cell)
                   : ShowText(plan, cells, cell, console));
  return ExitCode::kFine;
}

}  // namespace

void AddPlansShowCommand(CLI::App& plans, Invocation& invocation) {
  CLI::App* command = plans.add_subcommand(
      "show", "What a plan tests, and one of its cells as system calls");
  auto options = std::make_shared<ShowOptions>();
  command->add_option("PLAN", options->plan, "a plan's name, or a file")
      ->required()
      ->option_text("NAME|FILE");
  command
      ->add_option("--cell", options->cell,
                   "the cell to show, as tables name it")
      ->option_text("[axis=value,…]");
  AddPlansFolderOption(*command, options->folders);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ShowPlan(*options, console);
    };
  });
}

}  // namespace sockdrift
