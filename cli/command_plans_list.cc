#include <memory>
#include <set>

#include "CLI/CLI.hpp"
#include "absl/strings/str_join.h"
#include "cli/command_plans.h"
#include "cli/plan_source.h"
#include "cli/table.h"
#include "cli/verdicts.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

struct ListOptions {
  std::vector<std::string> folders;
  OutputFormat format = OutputFormat::kTable;
};

std::vector<std::string> ClaimsOf(const CompiledPlan& plan) {
  std::set<std::string, ClaimOrder> claims;
  for (const Expectation& expectation : plan.expectations) {
    for (const ClaimReference& claim : expectation.claims) {
      claims.insert(claim.id);
    }
  }
  return {claims.begin(), claims.end()};
}

std::string ListJson(const std::vector<CompiledPlan>& plans) {
  Json list = Json::array();
  for (const CompiledPlan& plan : plans) {
    list.push_back({{"plan", plan.name},
                    {"title", plan.title},
                    {"file", plan.file},
                    {"built_in", plan.built_in},
                    {"cells", CellSpace(plan.program).size()},
                    {"expectations", plan.expectations.size()},
                    {"claims", ClaimsOf(plan)}});
  }
  return Printed({{"plans", list}});
}

std::string ListTable(const std::vector<CompiledPlan>& plans,
                      const Console& console) {
  Table table({{.title = "PLAN"},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "EXPECTATIONS", .alignment = Alignment::kRight},
               {.title = "LONG"},
               {.title = "FROM"},
               {.title = "CLAIMS", .shrinks = true},
               {.title = "TITLE", .shrinks = true}});
  for (const CompiledPlan& plan : plans) {
    table.Add({plan.name, WithCommas(CellSpace(plan.program).size()),
               WithCommas(plan.expectations.size()),
               plan.program.long_running ? "long" : "",
               plan.built_in ? "built in" : plan.file,
               absl::StrJoin(ClaimsOf(plan), " "), plan.title});
  }
  return table.Render(console);
}

ExitCode ListPlans(const ListOptions& options, Console& console) {
  const absl::StatusOr<std::vector<CompiledPlan>> plans =
      LoadPlans({.wanted = {}, .folders = options.folders});
  if (!plans.ok()) {
    console.Error(plans.status());
    return ExitCode::kInvalid;
  }
  console.Data(options.format == OutputFormat::kJson
                   ? ListJson(*plans)
                   : ListTable(*plans, console));
  return ExitCode::kFine;
}

}  // namespace

void AddPlansListCommand(CLI::App& plans, Invocation& invocation) {
  CLI::App* command =
      plans.add_subcommand("list", "Every plan with its size and its claims");
  auto options = std::make_shared<ListOptions>();
  AddPlansFolderOption(*command, options->folders);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ListPlans(*options, console);
    };
  });
}

}  // namespace sockdrift
