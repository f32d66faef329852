#include "cli/command.h"

#include "cli/choice.h"

namespace sockdrift {

void AddOutputOption(CLI::App& command, OutputFormat& format) {
  AddChoice<OutputFormat>(
      command, "-o,--output", format,
      {{"table", OutputFormat::kTable}, {"json", OutputFormat::kJson}},
      "table for people, json for scripts (docs/json.md)");
}

void AddAuditOutputOption(CLI::App& command, OutputFormat& format) {
  AddChoice<OutputFormat>(
      command, "-o,--output", format,
      {{"table", OutputFormat::kTable},
       {"json", OutputFormat::kJson},
       {"ktap", OutputFormat::kKtap}},
      "table for people, json for scripts (docs/json.md), ktap (version 1) for "
      "what runs kernel tests");
}

}  // namespace sockdrift
