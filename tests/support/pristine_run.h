// Plans measured by a probe in a pristine world of this host.
#ifndef SOCKDRIFT_TESTS_SUPPORT_PRISTINE_RUN_H_
#define SOCKDRIFT_TESTS_SUPPORT_PRISTINE_RUN_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "compiler/compile.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"

namespace sockdrift::testing {

struct Measured {
  Record record;
  Facts facts;  // as they are in that world
};

struct PristineOptions {
  std::map<std::string, std::string> sysctls = {};  // over the defaults
  uint64_t shuffle_seed = 0;
  std::vector<uint32_t> cells = {};  // ascending; empty: all
};

// INTERNAL, with the probe's message, where it did not finish.
absl::StatusOr<Measured> MeasurePristine(const CompiledPlan& plan,
                                         const PristineOptions& options = {});

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_PRISTINE_RUN_H_
