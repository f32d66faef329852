// Which facts can bear on what a socket call answers, and how directly.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_FACT_RELEVANCE_H_
#define SOCKDRIFT_CORE_DIVERGENCE_FACT_RELEVANCE_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// A fact that never explains a divergence, with the reason. A `*` in the
// pattern stands for any text.
struct IrrelevantFact {
  absl::string_view pattern;
  absl::string_view reason;
};
absl::Span<const IrrelevantFact> IrrelevantFacts();

// Null for a fact that may explain something.
const IrrelevantFact* FindIrrelevant(absl::string_view fact);

// 0 for what decides socket calls itself (net.ipv6.bindv6only), more for what
// does so by what it contains (a kernel's release) and most for what merely
// comes along (a distribution's name). Of facts that separate equally well the
// lowest is named first.
int Remoteness(absl::string_view fact);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_FACT_RELEVANCE_H_
