#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/version.h"
#include "core/plan/program_codec.h"
#include "wire/json/json.h"

namespace sockdrift {

std::string VersionNumber() { return SOCKDRIFT_VERSION; }
std::string VersionLine() {
  return absl::StrCat("sockdrift ", VersionNumber());
}

void AddVersionCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command =
      app.add_subcommand("version",
                         "What this build is and which formats it "
                         "reads");
  auto format = std::make_shared<OutputFormat>(OutputFormat::kTable);
  AddOutputOption(*command, *format);
  command->callback([&invocation, format] {
    invocation.action = [format](Console& console) {
      if (*format == OutputFormat::kJson) {
        console.Data(Printed({{"version", VersionNumber()},
                              {"program_version", kProgramVersion},
                              {"compiler", __VERSION__}}));
      } else {
        console.Data(absl::StrCat(VersionLine(), "\n"));
      }
      return ExitCode::kFine;
    };
  });
}

}  // namespace sockdrift
