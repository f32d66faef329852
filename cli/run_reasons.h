// Why cells of a run are not DONE, asked of the controller when it has ended.
#ifndef SOCKDRIFT_CLI_RUN_REASONS_H_
#define SOCKDRIFT_CLI_RUN_REASONS_H_

#include "cli/console.h"
#include "cli/controller_client.h"
#include "cli/run_report.h"

namespace sockdrift {

// Fills view.not_done. Costs nothing where every cell is DONE.
void FillReasons(ControllerClient& client, RunView& view, Console& console);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_RUN_REASONS_H_
