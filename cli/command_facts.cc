#include <memory>

#include "CLI/CLI.hpp"
#include "agent/facts/facts.h"
#include "cli/command.h"
#include "cli/table.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

ExitCode PrintFacts(OutputFormat format, Console& console) {
  const Facts facts = ReadFacts(FactsOptions{});
  if (format == OutputFormat::kJson) {
    console.Data(Printed({{"facts", facts}}));
    return ExitCode::kFine;
  }
  Table table({{.title = "FACT"}, {.title = "VALUE", .shrinks = true}});
  for (const auto& [name, value] : facts) table.Add({name, value});
  console.Data(table.Render(console));
  return ExitCode::kFine;
}

}  // namespace

void AddFactsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "facts", "What is known of this host and may explain a difference");
  auto format = std::make_shared<OutputFormat>(OutputFormat::kTable);
  AddOutputOption(*command, *format);
  command->callback([&invocation, format] {
    invocation.action = [format](Console& console) {
      return PrintFacts(*format, console);
    };
  });
}

}  // namespace sockdrift
