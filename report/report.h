// A report for people: what hosts showed, who differs, where and why, as one
// HTML file that needs no network. docs/report.md.
#ifndef SOCKDRIFT_REPORT_REPORT_H_
#define SOCKDRIFT_REPORT_REPORT_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "compiler/claims.h"
#include "compiler/compile.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"
#include "core/plan/world.h"

namespace sockdrift {

class Atlas;

// What a report is made of is looked at, never owned: it must outlive the call.
struct ReportedHost {
  std::string name;
  std::string source;  // where it comes from: a file, a controller; may be ""
  const Facts* facts = nullptr;
  absl::Time seen;
};

// One host's record of a plan.
struct ReportedRecord {
  size_t host = 0;  // index into ReportInput::hosts
  const Program* program = nullptr;
  Digest measurement;
  const Record* record = nullptr;  // canonical; hosts may share one
  Digest behaviour;
};

// Differing cells that someone answers for, or did.
struct ReportedAcknowledgement {
  std::string id;
  std::string owner;
  std::string reason;
  std::string link;     // may be ""
  std::string expires;  // the last day on which it holds
  bool expired = false;
  size_t cells = 0;
  std::vector<size_t> hosts;  // that it means: indices into ReportInput::hosts
};

struct ReportedPlan {
  std::string plan;
  World world = World::kReplica;
  std::vector<ReportedRecord> records;  // at least one, ascending by host
  std::vector<ReportedAcknowledgement> acknowledged = {};
};

struct ReportInput {
  std::string title;    // what the report is of: files, or a fleet
  std::string made_by;  // "sockdrift 0.1.0"
  absl::Time made;
  std::vector<ReportedHost> hosts;
  std::vector<ReportedPlan> plans;  // ascending by plan, then world
  // Where titles and expectations come from: a plan is judged where the
  // catalogue has the very program that was measured.
  std::vector<const CompiledPlan*> catalogue;
  const ClaimBook* claims = nullptr;
  // What the groups are compared with; null: with nothing.
  const Atlas* atlas = nullptr;
};

// "Fleet", "Fleet, run 12, hosts with pool=canary": the title of a controller's
// report; what is not given is "".
std::string FleetTitle(const std::string& run, const std::string& selector);

// The page, whole. INTERNAL where it cannot be packed.
absl::StatusOr<std::string> ReportPage(const ReportInput& input);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_REPORT_H_
