// One plan in one world over many hosts: who showed what, grouped and compared.
#ifndef SOCKDRIFT_CONTROLLER_ANALYSIS_PLAN_GROUPS_H_
#define SOCKDRIFT_CONTROLLER_ANALYSIS_PLAN_GROUPS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controller/analysis/acknowledgement.h"
#include "controller/fleet/fleet.h"
#include "controller/fleet/sighting_index.h"
#include "controller/runs/program_book.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"
#include "core/divergence/align.h"
#include "core/divergence/group.h"
#include "core/plan/expectation.h"
#include "core/proof/trial.h"

namespace sockdrift {

// What one host showed of the plan.
struct HostShowing {
  std::string host;
  Digest behaviour;
  std::shared_ptr<const Record> record;  // hosts with equal records share one
  Digest record_digest;
  std::optional<Digest> facts_digest;  // under which it was measured
  std::shared_ptr<const Facts> facts;  // null while they are not known
  absl::Time seen;
  // Of the cells in which its group differs from the first one.
  size_t acknowledged_cells = 0;
};

// Differing cells of one group, and the hosts of it, that an acknowledgement
// means.
struct AcknowledgedCells {
  std::shared_ptr<const Acknowledgement> by;
  bool expired = false;  // then they count all the same
  size_t group = 0;
  std::vector<size_t> hosts;    // indices into PlanGroups::hosts, ascending
  std::vector<uint32_t> cells;  // ascending; at least one, as of hosts
};

struct PlanGroups {
  PlanWorld key;
  std::string plan;
  std::shared_ptr<const KnownProgram> program;
  std::vector<HostShowing> hosts;  // ascending by host
  Grouping grouping;               // indices are into `hosts`
  // Each group's comparison with the first; the first's own is empty.
  std::vector<Comparison> comparisons;
  // Of each group's differing cells those that are not acknowledged for all of
  // its hosts, ascending.
  std::vector<std::vector<uint32_t>> open = {};
  // By group, then the oldest first; expired ones too.
  std::vector<AcknowledgedCells> acknowledged = {};
  // What experiments showed of the differences between each group and the
  // first; empty where nobody asked for explanations.
  std::vector<std::vector<Proof>> proofs = {};
  // Every host of the fleet that something could be run on; null where nobody
  // asked for explanations.
  std::shared_ptr<const std::vector<KnownHost>> fleet = nullptr;

  // Cells in which some group differs from the first one, ascending: without
  // those that are acknowledged, and with them.
  std::vector<uint32_t> DivergentCells() const;
  std::vector<uint32_t> DifferingCells() const;
  // Whether all is acknowledged that there is to the group's difference.
  bool IsAcknowledged(size_t group) const;
};

// Groups and compares; nothing is acknowledged. Precondition: every record has
// the program's shape.
PlanGroups GroupPlan(const PlanWorld& key, std::string plan,
                     std::shared_ptr<const KnownProgram> program,
                     std::vector<HostShowing> hosts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_ANALYSIS_PLAN_GROUPS_H_
