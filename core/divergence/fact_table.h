// The facts of many hosts by column, as codes: what makes searching them fast.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_FACT_TABLE_H_
#define SOCKDRIFT_CORE_DIVERGENCE_FACT_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "core/plan/expectation.h"

namespace sockdrift {

struct FactColumn {
  std::string fact;
  // Each value once, ascending as text; kUnknownFact where some host lacks it.
  std::vector<std::string> values;
  std::vector<uint32_t> codes;  // one a host: an index into `values`
};

// One column for each fact that can bear on sockets and is not the same on all
// hosts, ascending by name.
std::vector<FactColumn> TabulateFacts(absl::Span<const Facts* const> hosts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_FACT_TABLE_H_
