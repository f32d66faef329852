// The verdict on candidates against a baseline: pure, the same for the same
// hosts, rules and time.
#ifndef SOCKDRIFT_CORE_GATE_JUDGE_H_
#define SOCKDRIFT_CORE_GATE_JUDGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/behaviour/record.h"
#include "core/divergence/align.h"
#include "core/divergence/fold.h"
#include "core/gate/gate_rules.h"
#include "core/plan/world.h"

namespace sockdrift {

// One plan's record on one host. Records meet by name and world.
struct GateRecord {
  std::string plan;
  World world = World::kReplica;
  ObservedRecord observed;  // with ids where the plan has several measurements
};

struct GateHost {
  std::string name;
  // Equal records of one measurement had better be the same object: they are
  // compared once.
  std::vector<GateRecord> records;
  // Of a candidate: why what it showed cannot be judged, or not all of it
  // (never measured, too old, another kernel since); a gap then.
  std::string unusable = {};
};

enum class GateVerdict { kPass, kFail, kInconclusive };
// "PASS", "FAIL", "INCONCLUSIVE".
absl::string_view GateVerdictName(GateVerdict verdict);

// Cells of one plan whose outcomes are those of no baseline host, as rules
// against the first baseline host that has them: of one severity, under the
// same waiver or none, and the same on all of its hosts.
struct Divergence {
  std::string plan;
  World world = World::kReplica;
  const Program* program = nullptr;  // the baseline host's: of `rules`
  size_t baseline_host = 0;          // index into the baseline
  Severity severity = Severity::kFail;
  std::optional<size_t> waiver;  // index into GateRules::waivers
  bool waiver_expired = false;
  std::vector<Rule> rules;    // never empty
  size_t cells = 0;           // on one host
  std::vector<size_t> hosts;  // indices into the candidates, ascending
  // What was compared: the baseline host's record, that of the first of
  // `hosts`, and the cells (of the former's program, ascending) that diverge.
  const ObservedRecord* expected = nullptr;
  const ObservedRecord* shown = nullptr;
  std::vector<uint32_t> differing;

  // Not waived any more, and of the severity; or its waiver has expired.
  bool Fails() const;
  bool Waived() const { return waiver.has_value() && !waiver_expired; }
};

// What there is no answer to: a gap is never a pass.
struct Gap {
  enum class Kind {
    kTooFewHosts,      // `cells` hosts where the rules ask for `wanted`
    kNothingCompared,  // no cell that counts
    kRequiredPlan,     // `plan` is a pattern that no compared plan meets
    kHostUnusable,     // `reason` says why
    kPlanMissing,      // the candidate has no record of the plan
    kTooFewCommon,     // `cells` of `wanted` cells are in the candidate's plan
    kCellsMissing,     // DONE in the baseline; here `status`, with `reason`
  };
  Kind kind = Kind::kNothingCompared;
  std::string plan;
  World world = World::kReplica;
  CellStatus status = CellStatus::kMiss;
  std::string reason;
  size_t cells = 0;
  size_t wanted = 0;
  std::vector<size_t> hosts;  // as above; empty where it is of no single host
};

// How one candidate did in one plan. Cells that are ignored are in no count.
struct PlanResult {
  size_t host = 0;
  std::string plan;
  World world = World::kReplica;
  size_t compared = 0;
  // Of the baseline's plan, but not of the candidate's version of it.
  size_t gone = 0;
  size_t failing = 0;
  // The failing ones, by the candidate's numbers, ascending.
  std::vector<uint32_t> failing_cells;
  size_t warned = 0;
  size_t waived = 0;
};

struct WaiverUse {
  bool expired = false;
  size_t cells = 0;  // divergent ones that it matched, over all hosts
};

struct Judgement {
  GateVerdict verdict = GateVerdict::kInconclusive;
  // Failing ones first, then warned, then waived; by plan within.
  std::vector<Divergence> divergences;
  std::vector<Gap> gaps;            // in the order of Kind, by plan within
  std::vector<PlanResult> results;  // by host, then by plan
  std::vector<WaiverUse> waivers;   // one for each of the rules'
  // Plans that candidates alone have: "bind.conflict (pristine)". Information.
  std::vector<std::string> only_candidates;
  size_t compared = 0;  // cells, over all hosts

  size_t Cells(size_t PlanResult::*count) const;
};

// A cell of a candidate diverges when its outcomes are those of no baseline
// host that has it as DONE. What is pointed to must outlive the result. `now`
// decides which waivers have expired.
Judgement Judge(const std::vector<GateHost>& baseline,
                const std::vector<GateHost>& candidates, const GateRules& rules,
                absl::Time now);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_GATE_JUDGE_H_
