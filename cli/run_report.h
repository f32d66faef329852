// A run as people read it and as scripts do.
#ifndef SOCKDRIFT_CLI_RUN_REPORT_H_
#define SOCKDRIFT_CLI_RUN_REPORT_H_

#include <map>
#include <string>
#include <vector>

#include "cli/console.h"
#include "cli/exit_code.h"
#include "core/behaviour/record.h"
#include "sockdrift/v1/run.pb.h"

namespace sockdrift {

// Cells of one plan, over all hosts, that ended alike and not as DONE.
struct NotDoneCells {
  std::string plan;
  CellStatus status = CellStatus::kSkip;
  std::string reason;
  int64_t cells = 0;
};

// A run with its hosts, by name, as far as they are known.
struct RunView {
  v1::Run run;
  std::map<std::string, v1::RunHost> hosts;
  // Known when it has ended.
  std::vector<NotDoneCells> not_done;
};

// "3 of 5 hosts answered, 2 at work (61%); 12 s left". One line.
std::string RunProgress(const RunView& view, int64_t seconds_left);

// Every selected host in exactly one list, and the cells by status.
std::string RunText(const RunView& view, const Console& console);

// The document "sockdrift.run/1" of docs/json.md.
std::string RunJson(const RunView& view);

// kFine when every selected host answered and some cell was DONE, else
// kCouldNotTell.
ExitCode ExitCodeOf(const RunView& view);

// "answered", "late" …
std::string StateWord(v1::RunHostState state);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_RUN_REPORT_H_
