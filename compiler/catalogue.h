// The plans that there are: those of plans/, compiled into the program, and
// beside them those of folders of the user's own.
#ifndef SOCKDRIFT_COMPILER_CATALOGUE_H_
#define SOCKDRIFT_COMPILER_CATALOGUE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "compiler/compile.h"
#include "compiler/plan_file.h"

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

// A plan with the text that it was compiled from.
struct CatalogueEntry {
  CompiledPlan plan;
  std::string yaml;
};

// The embedded plans and all of these folders', in the order of their names.
// INVALID_ARGUMENT where a folder cannot be read, with every diagnostic of
// every plan that does not compile, or with both files of a name that stands
// twice.
absl::StatusOr<std::vector<CatalogueEntry>> CatalogueWith(
    const std::vector<std::string>& folders);

// Compiles them, in their order. INVALID_ARGUMENT as above.
absl::StatusOr<std::vector<CatalogueEntry>> CompileAll(
    std::vector<PlanText> texts);

// INVALID_ARGUMENT, with both files, where two have the same name.
absl::Status RequireDistinctNames(absl::Span<const CompiledPlan* const> plans);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_CATALOGUE_H_
