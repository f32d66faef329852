#include "compiler/step_names.h"

#include <optional>
#include <utility>
#include <vector>

#include "compiler/guards.h"

namespace sockdrift {
namespace {

// Some cells of a step, and the process that makes it there.
struct StepPart {
  std::string process;
  Guards guards;
};

// The cells of a step by the process that makes it.
std::vector<StepPart> PartsOf(const Step& step, const PlanContext& context) {
  const Scalar* process = step.Find(FieldId::kProcess);
  if (process == nullptr) {
    return {{std::string(kMainProcessName), step.guards}};
  }
  std::vector<StepPart> parts;
  for (size_t i = 0; i < process->texts.size(); ++i) {
    std::optional<Guards> guards = step.guards;
    size_t rest = i;
    for (size_t a = process->axes.size(); a-- > 0 && guards.has_value();) {
      const uint8_t axis = process->axes[a];
      const size_t size = context.axes.axes()[axis].values.size();
      guards = Both(*guards, OnlyValue(context.axes, axis,
                                       static_cast<uint16_t>(rest % size)));
      rest /= size;
    }
    if (!guards.has_value()) continue;
    parts.push_back({process->texts[i].value_or(std::string(kMainProcessName)),
                     *std::move(guards)});
  }
  return parts;
}

}  // namespace

void UseSocket(absl::string_view name, const Step& step, const YamlNode& where,
               PlanContext& context) {
  for (const StepPart& part : PartsOf(step, context)) {
    // Of a process that is not there that alone is told.
    if (part.process != kMainProcessName &&
        !context.processes.Has(part.process)) {
      continue;
    }
    context.scope.Use(name, part.guards, where, context.report, part.process);
  }
}

void UseProcess(absl::string_view name, const Step& step, const YamlNode& where,
                PlanContext& context) {
  if (name != kMainProcessName) {
    context.processes.Use(name, step.guards, where, context.report);
  } else if (step.operation == Operation::kExit) {
    context.report.Add(where,
                       "`main` ends with the cell; `exit` ends a process that "
                       "`fork` made");
  }
}

void MakeSocket(absl::string_view name, const Step& step, const YamlNode& where,
                PlanContext& context) {
  if (step.operation != Operation::kPass) {
    for (const StepPart& part : PartsOf(step, context)) {
      context.scope.Make(name, part.guards, where, context.report,
                         part.process);
    }
    return;
  }
  const Scalar* to = step.Find(FieldId::kTo);
  if (to == nullptr) return;
  ForEachText(*to, [&](const std::string& process) {
    context.scope.Make(name, step.guards, where, context.report, process);
  });
}

void CloseNames(const Step& step, PlanContext& context) {
  const Scalar* of = step.Find(FieldId::kOf);
  if (of == nullptr) return;
  if (step.operation == Operation::kClose) {
    ForEachText(*of, [&](const std::string& name) {
      for (const StepPart& part : PartsOf(step, context)) {
        context.scope.Close(name, part.guards, part.process);
      }
    });
  } else if (step.operation == Operation::kExit) {
    ForEachText(*of, [&](const std::string& name) {
      context.processes.Close(name, step.guards);
      context.scope.Exit(name, step.guards);
    });
  }
}

void MakeProcess(absl::string_view name, const Step& step,
                 const YamlNode& where, PlanContext& context) {
  context.processes.Make(name, step.guards, where, context.report);
  context.scope.Fork(name, step.guards);
}

}  // namespace sockdrift
