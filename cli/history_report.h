// A host's history, printed.
#ifndef SOCKDRIFT_CLI_HISTORY_REPORT_H_
#define SOCKDRIFT_CLI_HISTORY_REPORT_H_

#include <string>

#include "cli/console.h"
#include "sockdrift/v1/history.pb.h"

namespace sockdrift {

struct HistoryPrint {
  int most_changes = 10;
  int most_rules = 3;  // of a plan
};

// The latest change first. Plans that never changed take one line together.
std::string HistoryText(const v1::HostHistory& history,
                        const HistoryPrint& print, const Console& console);

// The document "sockdrift.history/1" of docs/json.md: all of it.
std::string HistoryJson(const v1::HostHistory& history);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_HISTORY_REPORT_H_
