// An audit of this host (or of what a command reaches): compiled plans run by
// probes, digested and judged. No server, no files.
#ifndef SOCKDRIFT_CLI_AUDIT_H_
#define SOCKDRIFT_CLI_AUDIT_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/supervise/supervise.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "compiler/compile.h"
#include "core/base/digest.h"
#include "core/causes/match.h"
#include "core/plan/expectation.h"
#include "core/plan/world.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// What one plan showed.
struct PlanAudit {
  CompiledPlan plan;
  ProbeResult probe;
  uint8_t repeats = 0;
  Digest measurement;
  Digest behaviour;
  Digest record;
  std::vector<Finding> findings;  // one an expectation, in their order
};

struct Audit {
  std::string host;
  Facts facts;
  World world = World::kReplica;
  absl::Time taken;
  absl::Duration elapsed;
  Digest genome;
  std::vector<PlanAudit> plans;
  // Why the probe's answers came to no end, in words of what started it.
  std::string trouble;
  // What else that noted, a line each.
  std::vector<std::string> remarks;
};

// A program that starts a probe elsewhere, as `via` does: it is given the
// probe's path and --stream.
struct ProbeLauncher {
  std::vector<std::string> command;  // empty: none
  std::string host;                  // the name of what it reaches
};

struct AuditSettings {
  World world = World::kReplica;
  std::string netns;  // empty: the namespace that this process is in
  int parallel = 1;   // probes at once
  std::string probe;  // its executable; empty: where it is installed
  std::string via;    // a command that starts a probe elsewhere; empty: here
  ProbeLauncher launcher;
  // Of a plan by its name, the only cells to run; without it all of them.
  std::map<std::string, std::vector<uint32_t>> cells;
  // Told how far it is; empty: the console is.
  std::function<void(absl::string_view)> progress;
};

// Runs the plans; progress goes to the console. Not OK only when probes could
// not be started at all (NOT_FOUND, INTERNAL), the namespace cannot be entered
// (FAILED_PRECONDITION) or the command of `via` or of the launcher gave no
// answer (UNAVAILABLE; INVALID_ARGUMENT where a launcher was used wrongly).
absl::StatusOr<Audit> RunAudit(std::vector<CompiledPlan> plans,
                               const AuditSettings& settings, Console& console);

// kFindings for a broken rule; kCouldNotTell when nothing was executed, a
// probe did not finish, or a cell is ERROR or MISS; else kFine. Cells that
// are SKIP or UNSTABLE are shown, and change nothing.
ExitCode ExitCodeOf(const Audit& audit);

BehaviourFile ToBehaviourFile(const Audit& audit);

// What an audit would have said of a behaviour that was saved: of those of
// `plans` that were measured so, in the world that its first record is of.
Audit JudgeSaved(const HostBehaviour& saved,
                 const std::vector<CompiledPlan>& plans);

// The known causes that its cells show. `causes` must outlive the result.
CauseSummary CausesOf(const Audit& audit, absl::Span<const Cause> causes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_AUDIT_H_
