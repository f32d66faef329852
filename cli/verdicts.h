// Findings in words: which rules are broken and where, and what the audit says
// of each claim.
#ifndef SOCKDRIFT_CLI_VERDICTS_H_
#define SOCKDRIFT_CLI_VERDICTS_H_

#include <map>
#include <string>

#include "compiler/claims.h"
#include "compiler/compile.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// What all expectations that name one claim say together.
struct ClaimSummary {
  std::string says;            // the sentence of the first of them
  size_t satisfied = 0;        // cells that speak for the claim
  size_t violated = 0;         // cells that speak against it
  std::string counterexample;  // a cell of the latter, with the plan's name
  std::string reason;          // why it was not tested

  Verdict verdict() const;
};

using ClaimSummaries = std::map<std::string, ClaimSummary, ClaimOrder>;

// Adds what one finding says to the summaries of the claims that it names.
void SummariseClaims(const CompiledPlan& plan, const Expectation& expectation,
                     const Finding& finding, ClaimSummaries& summaries);

// "bind.b is ok, not EADDRINUSE": the first condition of the expectation that
// the cell does not meet. Precondition: the cell is among the violated ones.
std::string WhyViolated(const Program& program, const Expectation& expectation,
                        const Record& record, uint32_t cell);

// "bind.b is ok, listen.b is EADDRINUSE": what of the cell the expectation
// speaks of. Precondition: the cell was tested by it.
std::string WhatWasSeen(const Program& program, const Expectation& expectation,
                        const Record& record, uint32_t cell);

// "bind.conflict[a.addr=::1,…]".
std::string FullCellName(const CompiledPlan& plan, uint32_t cell);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_VERDICTS_H_
