#ifndef SOCKDRIFT_CONTROLLER_MAIN_OPTIONS_H_
#define SOCKDRIFT_CONTROLLER_MAIN_OPTIONS_H_

#include <string>
#include <variant>

#include "absl/time/time.h"
#include "controller/services/server.h"
#include "core/base/log.h"

namespace sockdrift {

struct ControllerOptions {
  ServerOptions server;
  std::string web_address;  // empty: no HTTP
  std::string data_directory = "/var/lib/sockdrift/controller";
  std::vector<std::string> plan_folders;
  std::string gates_folder;  // empty: no gates
  absl::Duration audit_interval = absl::Hours(24);
  absl::Duration keep_runs = absl::Hours(24 * 90);
  LogLevel log_level = LogLevel::kInfo;
  // Written when everything listens: one address a line.
  std::string ready_file;
};

// The options, or the exit code of a process that is to end at once: 0 after
// --help and --version, 2 for what does not parse.
std::variant<ControllerOptions, int> ParseOptions(int argc, char** argv);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_MAIN_OPTIONS_H_
