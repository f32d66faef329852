#include "cli/command.h"

#include <map>

#include "CLI/CLI.hpp"

namespace sockdrift {

void AddOutputOption(CLI::App& command, OutputFormat& format) {
  const std::map<std::string, OutputFormat> names = {
      {"table", OutputFormat::kTable}, {"json", OutputFormat::kJson}};
  command
      .add_option("-o,--output", format,
                  "table for people, json for scripts (docs/json.md)")
      ->transform(CLI::Transformer(names).description(""))
      ->check(CLI::IsMember({OutputFormat::kTable, OutputFormat::kJson})
                  .description(""))
      ->type_name("table|json")
      ->option_text("table|json");
}

}  // namespace sockdrift
