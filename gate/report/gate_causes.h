// What is known of a gate's divergences.
#ifndef SOCKDRIFT_GATE_REPORT_GATE_CAUSES_H_
#define SOCKDRIFT_GATE_REPORT_GATE_CAUSES_H_

#include <string>
#include <vector>

#include "core/causes/match.h"
#include "gate/report/gate_report.h"
#include "wire/json/json.h"

namespace sockdrift {

// The built-in causes that a divergence's cells show, on its first host; with
// `rule`, one of the divergence's, the cells that it covers alone.
CauseSummary CausesOf(const GateReport& report, const Divergence& divergence,
                      const Rule* rule = nullptr);

// "known: candidate: A lower …: 30 of 30 cells (unprivileged-port-start)", a
// line each and none wider than `width`; empty where nothing is known of it.
std::vector<std::string> CauseLinesOf(const CauseSummary& summary,
                                      size_t width);
std::vector<std::string> CauseLinesOf(const GateReport& report,
                                      const Divergence& divergence,
                                      size_t width);

// `known_causes` and `without_known_cause` of docs/json.md.
void WriteCauses(const CauseSummary& summary, Json& out);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_GATE_CAUSES_H_
