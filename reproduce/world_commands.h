// How a cell's world is made, as commands of ip(8): the same in every language.
#ifndef SOCKDRIFT_REPRODUCE_WORLD_COMMANDS_H_
#define SOCKDRIFT_REPRODUCE_WORLD_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "reproduce/script.h"

namespace sockdrift {

struct WorldCommand {
  enum class Kind {
    kRun,     // a command of the shell
    kAwait,   // one that is tried until it succeeds
    kSysctl,  // path and text are to be written
    kEnter,   // go to host number `host`
  };
  Kind kind;
  std::string text;  // the command, or the value
  std::string path;
  size_t host = 0;
};

// What follows on fresh namespaces with lo up, in order.
// INVALID_ARGUMENT for settings that no compiled program has.
absl::StatusOr<std::vector<WorldCommand>> WorldCommands(const Script& script);

// The hosts file of a host ("" where there are none).
std::string HostsFileOf(const Script& script, absl::string_view host);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_WORLD_COMMANDS_H_
