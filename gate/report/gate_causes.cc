#include "gate/report/gate_causes.h"

#include <algorithm>

#include "core/divergence/align.h"
#include "core/divergence/fold.h"
#include "core/plan/cells.h"
#include "gate/causes/cause_file.h"
#include "gate/report/known_causes.h"

namespace sockdrift {
namespace {

constexpr size_t kMostLines = 6;

const std::vector<std::string>& Sides() {
  static const auto* sides =
      new std::vector<std::string>{"baseline", "candidate"};
  return *sides;
}

const Facts& FactsOf(const GateSide& side, size_t host) {
  static const Facts& kNone = *new Facts;
  const Facts* facts = side.origins[host].facts;
  return facts == nullptr ? kNone : *facts;
}

}  // namespace

CauseSummary CausesOf(const GateReport& report, const Divergence& divergence,
                      const Rule* rule) {
  const CellSpace cells(*divergence.program);
  Comparison comparison = Align(*divergence.expected, *divergence.shown);
  std::erase_if(comparison.differing, [&](const DifferingCell& cell) {
    return !std::ranges::binary_search(divergence.differing, cell.cell) ||
           (rule != nullptr &&
            !Covers(*rule, *divergence.program, cells.Coordinate(cell.cell)));
  });
  const HostEvidence expected = {
      divergence.expected,
      &FactsOf(*report.baseline, divergence.baseline_host)};
  const HostEvidence shown = {
      divergence.shown, &FactsOf(*report.candidates, divergence.hosts[0])};
  CauseSummary summary;
  summary.Add(divergence.plan,
              MatchComparison(BuiltInCauses(), divergence.plan, expected, shown,
                              comparison),
              comparison.differing.size());
  return summary;
}

std::vector<std::string> CauseLinesOf(const CauseSummary& summary,
                                      size_t width) {
  if (summary.covered() == 0) return {};
  return CauseLines(summary, Sides(), width, kMostLines);
}

std::vector<std::string> CauseLinesOf(const GateReport& report,
                                      const Divergence& divergence,
                                      size_t width) {
  return CauseLinesOf(CausesOf(report, divergence), width);
}

void WriteCauses(const CauseSummary& summary, Json& out) {
  out["known_causes"] = CausesJson(summary, Sides());
  out["without_known_cause"] = summary.uncovered();
}

}  // namespace sockdrift
