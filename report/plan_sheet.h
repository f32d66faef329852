// One plan in one world over the hosts of a report: which records there are,
// who shares them, and how the groups differ.
#ifndef SOCKDRIFT_REPORT_PLAN_SHEET_H_
#define SOCKDRIFT_REPORT_PLAN_SHEET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/divergence/align.h"
#include "core/divergence/explain.h"
#include "core/divergence/fold.h"
#include "core/divergence/group.h"
#include "report/report.h"

namespace sockdrift {

// A record that one or several hosts have, in the cells of the sheet's program.
struct SheetRecord {
  Record record;
  Digest behaviour;
  std::vector<size_t> hosts;    // of the report, ascending
  std::optional<size_t> group;  // none: undecided
};

struct SheetGroup {
  std::string id;
  size_t record = 0;          // the representative's: index of a SheetRecord
  std::vector<size_t> hosts;  // of the report, ascending
  std::string note;           // how many could test fewer cells, or nothing
  Comparison comparison;      // of the reference with it; the reference's: none
  std::vector<Rule> rules;
  std::vector<Candidate> because;  // against the hosts of all other groups
};

struct UndecidedHost {
  size_t host = 0;
  std::string reason;
};

struct PlanSheet {
  std::string plan;
  World world = World::kReplica;
  // The program that most hosts measured; records of its other versions were
  // brought into its cells.
  const Program* program = nullptr;
  Digest measurement;
  size_t other_version = 0;  // hosts that measured another version
  std::vector<SheetRecord> records;
  std::vector<SheetGroup> groups;
  std::vector<UndecidedHost> undecided;
  // The group that the others are compared with: the largest.
  size_t reference = 0;
  // Other groups that are as large: CompareGroups may then be given another.
  bool reference_is_tied = false;

  // The group of a host of the report; none for one that is undecided or did
  // not run the plan.
  std::optional<size_t> GroupOf(size_t host) const;
  // The record that it has; null for one that did not run the plan.
  const SheetRecord* RecordOf(size_t host) const;
};

// Groups the records; compares nothing yet.
PlanSheet GroupRecords(const ReportedPlan& plan);

// Compares every group with `reference` and looks for what separates it.
// `facts` has one entry a host of the report.
void CompareGroups(size_t reference, absl::Span<const Facts* const> facts,
                   PlanSheet& sheet);

// A record of another version of the plan in the cells of `to`. Cells and
// observations that it lacks are MISS or not observed.
Record InCellsOf(const ReportedRecord& to, const ReportedRecord& from);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_PLAN_SHEET_H_
