// Jobs to probes, here or where a command starts one, and their answers with
// the facts of the kernel that gave them.
#ifndef SOCKDRIFT_CLI_ASK_PROBES_H_
#define SOCKDRIFT_CLI_ASK_PROBES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/job/job.h"
#include "agent/supervise/supervise.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "core/plan/expectation.h"

namespace sockdrift {

struct ProbeAnswers {
  std::string host;
  Facts facts;
  std::vector<ProbeResult> results;  // one a job
  std::string trouble;               // as Audit's
  std::vector<std::string> remarks;  // as Audit's
};

// Probes of this host. NOT_FOUND without a probe.
absl::StatusOr<ProbeAnswers> AskHere(const std::vector<Job>& jobs,
                                     const AuditSettings& settings,
                                     Console& console);

// One probe behind settings.via or settings.launcher. What did not come back is
// MISS, with the reason. NOT_FOUND without a probe; as RunAudit when nothing
// came back at all.
absl::StatusOr<ProbeAnswers> AskElsewhere(const std::vector<Job>& jobs,
                                          const AuditSettings& settings,
                                          Console& console);

// The facts that a process in that network namespace would read; read by a
// child, because entering it cannot be undone. FAILED_PRECONDITION says why it
// cannot be entered. Precondition: this process has one thread.
absl::StatusOr<Facts> ReadFactsIn(const std::string& netns);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_ASK_PROBES_H_
