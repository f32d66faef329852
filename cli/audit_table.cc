#include "cli/audit_table.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/table.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

// Of more plans each suite is a row.
constexpr size_t kPlansShown = 20;

// What a row of the table says: of one plan, or of a suite.
struct Row {
  std::string name;
  std::string behaviour;
  size_t plans = 0;
  size_t cells = 0;
  std::map<CellStatus, size_t> statuses;
  size_t broken = 0;
  size_t holding = 0;
  size_t untested = 0;
};

Row RowOf(const PlanAudit& audit) {
  Row row;
  row.name = audit.plan.name;
  row.behaviour = audit.behaviour.ShortHex();
  row.plans = 1;
  row.cells = audit.probe.record.cells();
  for (CellStatus status :
       {CellStatus::kDone, CellStatus::kSkip, CellStatus::kError,
        CellStatus::kUnstable, CellStatus::kMiss}) {
    row.statuses[status] = audit.probe.record.CountOf(status);
  }
  for (size_t i = 0; i < audit.findings.size(); ++i) {
    if (audit.plan.expectations[i].is_claim()) continue;
    const Verdict verdict = audit.findings[i].verdict;
    row.broken += verdict == Verdict::kBroken ? 1 : 0;
    row.holding += verdict == Verdict::kHolds ? 1 : 0;
    row.untested += verdict == Verdict::kNotTested ? 1 : 0;
  }
  return row;
}

// Something that its reader has to look at, so that the plan is named.
bool HasTrouble(Row& row) {
  return row.broken > 0 || row.statuses[CellStatus::kError] > 0 ||
         row.statuses[CellStatus::kUnstable] > 0 ||
         row.statuses[CellStatus::kMiss] > 0;
}

void AddTo(Row& suite, const Row& plan) {
  ++suite.plans;
  suite.cells += plan.cells;
  for (const auto& [status, count] : plan.statuses) {
    suite.statuses[status] += count;
  }
  suite.holding += plan.holding;
  suite.untested += plan.untested;
}

// One row a plan; of many plans one row a suite, beside those with trouble.
std::vector<Row> RowsOf(const Audit& audit) {
  std::vector<Row> rows;
  std::map<std::string, Row> suites;
  for (const PlanAudit& plan : audit.plans) {
    Row row = RowOf(plan);
    if (audit.plans.size() <= kPlansShown || HasTrouble(row)) {
      rows.push_back(std::move(row));
    } else {
      AddTo(suites[row.name.substr(0, row.name.find('.'))], row);
    }
  }
  for (auto& [name, suite] : suites) {
    suite.name =
        absl::StrCat(name, ", ", Counted(suite.plans, "plan", "plans"));
    rows.push_back(std::move(suite));
  }
  return rows;
}

TableCell StatusCount(Row& row, CellStatus status, Paint paint) {
  const size_t count = row.statuses[status];
  return {WithCommas(count), count == 0 ? Paint::kDim : paint};
}

// "12 hold", "4 hold, 1 not tested", "1 of 12 broken".
TableCell RulesCell(const Row& row) {
  const size_t rules = row.broken + row.holding + row.untested;
  if (rules == 0) return {"none", Paint::kDim};
  if (row.broken > 0) {
    return {absl::StrCat(row.broken, " of ", rules, " broken"), Paint::kBad};
  }
  const std::string hold =
      absl::StrCat(row.holding, row.holding == 1 ? " holds" : " hold");
  if (row.untested == 0) return {hold, Paint::kGood};
  return {absl::StrCat(row.holding == 0 ? "" : hold + ", ", row.untested,
                       " not tested"),
          Paint::kDoubtful};
}

}  // namespace

std::string PlanTable(const Audit& audit, const Console& console) {
  Table table({{.title = "PLAN", .shrinks = true},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "DONE", .alignment = Alignment::kRight},
               {.title = "SKIP", .alignment = Alignment::kRight},
               {.title = "ERROR", .alignment = Alignment::kRight},
               {.title = "UNSTABLE", .alignment = Alignment::kRight},
               {.title = "MISS", .alignment = Alignment::kRight},
               {.title = "RULES"},
               {.title = "BEHAVIOUR"}});
  for (Row& row : RowsOf(audit)) {
    table.Add({row.name, WithCommas(row.cells),
               StatusCount(row, CellStatus::kDone, Paint::kNone),
               StatusCount(row, CellStatus::kSkip, Paint::kDoubtful),
               StatusCount(row, CellStatus::kError, Paint::kBad),
               StatusCount(row, CellStatus::kUnstable, Paint::kDoubtful),
               StatusCount(row, CellStatus::kMiss, Paint::kBad), RulesCell(row),
               row.behaviour});
  }
  return table.Render(console);
}

}  // namespace sockdrift
