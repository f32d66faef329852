#include "compiler/step_names.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/guards.h"
#include "compiler/outcome_words.h"

namespace sockdrift {
namespace {

// Calls `visit` with each distinct text of a scalar that is set.
template <typename Visit>
void ForEachText(const Scalar& scalar, Visit visit) {
  std::set<std::string> seen;
  for (const std::optional<std::string>& text : scalar.texts) {
    if (text.has_value() && seen.insert(*text).second) visit(*text);
  }
}

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

// Reports a socket that the step names and its process does not have.
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

// Reports a process that the step names and that is not there.
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

// The step makes a socket: in its own process, or, where it passes one, in the
// one that gets it.
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

// Frees the names that a close or an exit ends.
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

void CheckEndpoint(absl::string_view text, const Step& step,
                   const YamlNode& where, PlanContext& context) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) return;
  absl::string_view port = text.substr(colon + 1);
  context.unused_ports.erase(std::string(port));
  if (absl::ConsumePrefix(&port, "port(") && absl::ConsumeSuffix(&port, ")")) {
    UseSocket(port, step, where, context);
  }
}

void CheckDeclared(absl::string_view name, absl::string_view what,
                   const std::vector<std::string>& declared,
                   const YamlNode& where, Report& report) {
  if (std::find(declared.begin(), declared.end(), name) != declared.end()) {
    return;
  }
  report.Add(where, absl::StrCat("the plan has no ", what, " \"", name, "\"",
                                 Suggestion(name, declared)));
}

void CheckText(const FieldSpec& field, const std::string& text,
               const Step& step, const YamlNode& where, PlanContext& context) {
  std::vector<std::string> hosts;
  for (const Host& host : context.plan.program.hosts)
    hosts.push_back(host.name);
  switch (field.id) {
    case FieldId::kHost:
      return CheckDeclared(text, "host", hosts, where, context.report);
    case FieldId::kUser:
      context.unused_users.erase(text);
      return CheckDeclared(text, "user", context.plan.program.users, where,
                           context.report);
    case FieldId::kMust: {
      const std::string why = WhyNoOutcome(text, step.operation, MarksOf(step),
                                           context.scope.Names());
      if (!why.empty()) context.report.Add(where, why);
      return;
    }
    case FieldId::kTo:
      if (step.operation == Operation::kDial) {
        context.scope.Use(text.substr(0, text.rfind(':')), step.guards, where,
                          context.report);
      }
      if (step.operation == Operation::kPass) break;
      return CheckEndpoint(text, step, where, context);
    default:
      break;
  }
  if (field.type == FieldType::kProcess) {
    return UseProcess(text, step, where, context);
  }
  if (field.type == FieldType::kSocket ||
      field.type == FieldType::kSocketList) {
    for (absl::string_view name : absl::StrSplit(text, ',')) {
      UseSocket(name, step, where, context);
    }
  }
}

}  // namespace

void CheckNames(const WrittenStep& written, const Step& step,
                PlanContext& context) {
  const OperationSpec& spec = SpecOf(step.operation);
  for (const Field& field : step.fields) {
    const FieldSpec& about = *FindField(spec, field.id);
    const YamlNode& where = written.PlaceOf(about.key);
    ForEachText(field.value, [&](const std::string& text) {
      CheckText(about, text, step, where, context);
    });
  }
  for (const Field& field : step.fields) {
    const FieldSpec& about = *FindField(spec, field.id);
    const YamlNode& where = written.PlaceOf(about.key);
    const std::string& name = *field.value.texts[0];
    if (about.type == FieldType::kNewSocket) {
      MakeSocket(name, step, where, context);
    } else if (about.type == FieldType::kNewProcess) {
      MakeProcess(name, step, where, context);
    }
  }
  CloseNames(step, context);
}

void NameRound(const Scope& scope, Step& step) {
  const OperationSpec& spec = SpecOf(step.operation);
  for (Field& field : step.fields) {
    const FieldType type = FindField(spec, field.id)->type;
    for (std::optional<std::string>& text : field.value.texts) {
      if (!text.has_value()) continue;
      if (type == FieldType::kNewSocket || type == FieldType::kSocket) {
        text = scope.NameInRound(*text);
      } else if (type == FieldType::kSocketList) {
        std::vector<std::string> names;
        for (absl::string_view name : absl::StrSplit(*text, ',')) {
          names.push_back(scope.NameInRound(name));
        }
        text = absl::StrJoin(names, ",");
      } else if (type == FieldType::kEndpoint) {
        const size_t port = text->rfind(":port(");
        if (port == std::string::npos) continue;
        const size_t name = port + 6;
        text = absl::StrCat(text->substr(0, name),
                            scope.NameInRound(absl::string_view(*text).substr(
                                name, text->size() - name - 1)),
                            ")");
      }
    }
  }
}

std::vector<std::string> MarksOf(const Step& step) {
  std::vector<std::string> marks;
  const Scalar* scalar = step.Find(FieldId::kMarks);
  if (scalar == nullptr) return marks;
  ForEachText(*scalar, [&](const std::string& text) {
    for (absl::string_view mark : absl::StrSplit(text, ',')) {
      marks.emplace_back(mark);
    }
  });
  return marks;
}

}  // namespace sockdrift
