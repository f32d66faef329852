// The names of a step's sockets and processes, in the process that makes it.
#ifndef SOCKDRIFT_COMPILER_STEP_NAMES_H_
#define SOCKDRIFT_COMPILER_STEP_NAMES_H_

#include <optional>
#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "compiler/plan_context.h"
#include "compiler/yaml_tree.h"
#include "core/plan/program.h"

namespace sockdrift {

// Calls `visit` with each distinct text of a scalar that is set.
template <typename Visit>
void ForEachText(const Scalar& scalar, Visit visit) {
  std::set<std::string> seen;
  for (const std::optional<std::string>& text : scalar.texts) {
    if (text.has_value() && seen.insert(*text).second) visit(*text);
  }
}

// The step names a socket. Reports one that its process does not have.
void UseSocket(absl::string_view name, const Step& step, const YamlNode& where,
               PlanContext& context);
// The step names a process. Reports one that is not there.
void UseProcess(absl::string_view name, const Step& step, const YamlNode& where,
                PlanContext& context);
// The step makes a socket: in its own process, or, where it passes one, in the
// one that gets it.
void MakeSocket(absl::string_view name, const Step& step, const YamlNode& where,
                PlanContext& context);
// The step makes a process.
void MakeProcess(absl::string_view name, const Step& step,
                 const YamlNode& where, PlanContext& context);
// Frees the names that a close or an exit ends.
void CloseNames(const Step& step, PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_STEP_NAMES_H_
