// The exit codes of every sockdrift command. They are part of the interface:
// scripts and rollout gates act on them.
#ifndef SOCKDRIFT_CLI_EXIT_CODE_H_
#define SOCKDRIFT_CLI_EXIT_CODE_H_

#include "absl/strings/string_view.h"

namespace sockdrift {

enum class ExitCode : int {
  // What was asked for was done, and nothing was found. Never with nothing
  // executed.
  kFine = 0,
  // A broken rule, a difference.
  kFindings = 1,
  // A wrong flag, plan, program or file: nothing was executed.
  kInvalid = 2,
  // Nothing was executed, a world was refused, hosts or cells are missing.
  kCouldNotTell = 3,
  // The controller cannot be reached, or refuses access.
  kController = 4,
  // A fault of ours or of the machine beneath: no probe, a full disk.
  kOwnFault = 5,
};

// What stands at the end of every --help.
inline constexpr absl::string_view kExitCodesInWords =
    "Exit codes:\n"
    "  0  fine\n"
    "  1  findings: a broken rule, a difference\n"
    "  2  wrong usage or invalid input; nothing was executed\n"
    "  3  could not tell: nothing executed, world refused, data missing\n"
    "  4  the controller cannot be reached or refuses access\n"
    "  5  a fault of sockdrift or of the machine beneath it\n";

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_EXIT_CODE_H_
