// Behaviours that a vendor's document states and nobody measured.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_DOCUMENTED_H_
#define SOCKDRIFT_CORE_DIVERGENCE_DOCUMENTED_H_

#include "core/plan/expectation.h"

namespace sockdrift {

// The fact that such a behaviour has instead of a kernel's: the document.
inline constexpr char kDocumentedFact[] = "documented";

// Its records state what the document speaks of, and nothing of the rest
// (ObservedRecord::partial).
inline bool IsDocumented(const Facts& facts) {
  return facts.contains(kDocumentedFact);
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_DOCUMENTED_H_
