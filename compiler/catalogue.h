// The plans of plans/, compiled into the program.
#ifndef SOCKDRIFT_COMPILER_CATALOGUE_H_
#define SOCKDRIFT_COMPILER_CATALOGUE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "compiler/compile.h"

namespace sockdrift {

struct EmbeddedPlan {
  absl::string_view path;  // "plans/bind/conflict.yaml"
  absl::string_view yaml;
};

// In the order of their paths.
absl::Span<const EmbeddedPlan> EmbeddedPlans();

// All of them, compiled, in the order of their names. INTERNAL, with the
// diagnostics, where one of them does not compile: a fault of the build.
absl::StatusOr<std::vector<CompiledPlan>> Catalogue();

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_CATALOGUE_H_
