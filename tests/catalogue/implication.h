// Whether one expectation of a plan says nothing that another does not say.
#ifndef SOCKDRIFT_TESTS_CATALOGUE_IMPLICATION_H_
#define SOCKDRIFT_TESTS_CATALOGUE_IMPLICATION_H_

#include "core/plan/expectation.h"

namespace sockdrift::testing {

// For every cell and observation that `weak` constrains, `strong` constrains it
// at least as tightly, under the same conditions or fewer, on the same hosts or
// more. Two that say the same imply each other.
bool Implies(const Expectation& strong, const Expectation& weak);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CATALOGUE_IMPLICATION_H_
