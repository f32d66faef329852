#include "cli/command.h"

#include "cli/choice.h"

namespace sockdrift {

void AddOutputOption(CLI::App& command, OutputFormat& format) {
  AddChoice<OutputFormat>(
      command, "-o,--output", format,
      {{"table", OutputFormat::kTable}, {"json", OutputFormat::kJson}},
      "table for people, json for scripts (docs/json.md)");
}

}  // namespace sockdrift
