#include "compiler/step_rules.h"

#include <optional>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/scope.h"

namespace sockdrift {
namespace {

// A pass whose two ends are the same process in every cell.
bool PassesToItself(const Step& pass) {
  const Scalar main{{}, {std::string(kMainProcessName)}};
  const Scalar* from = pass.Find(FieldId::kProcess);
  const Scalar* to = pass.Find(FieldId::kTo);
  return to != nullptr && *to == (from == nullptr ? main : *from);
}

// Whether it matters on which host the step is done: a socket stays in the
// network stack in which it was made.
bool NeedsHost(Operation operation) {
  switch (operation) {
    case Operation::kSocket:
    case Operation::kResolve:
    case Operation::kDial:
    case Operation::kSysctl:
    case Operation::kAddress:
    case Operation::kLink:
      return true;
    default:
      return false;
  }
}

void CheckFields(const WrittenStep& written, const Step& step,
                 PlanContext& context) {
  const bool of = step.Find(FieldId::kOf) != nullptr;
  const bool facing = step.Find(FieldId::kFacing) != nullptr;
  if ((step.operation == Operation::kTcpState ||
       step.operation == Operation::kWaitFor) &&
      of == facing) {
    context.report.Add(
        written.key(),
        absl::StrCat(written.key().text,
                     " needs either `of:`, a socket, or `facing:`, a socket "
                     "whose other end is meant"));
  }
  if (step.operation == Operation::kRepeat &&
      step.Find(FieldId::kTimes) == nullptr &&
      step.Find(FieldId::kUntil) == nullptr) {
    context.report.Add(written.key(), "repeat needs `times:` or `until:`");
  }
  if (NeedsHost(step.operation) && !context.plan.program.hosts.empty() &&
      step.Find(FieldId::kHost) == nullptr) {
    context.report.Add(
        written.key(),
        absl::StrCat("a plan with several hosts says on which of them ",
                     written.key().text, " is done: add `host:`"));
  }
}

void CheckWorldChange(const WrittenStep& written, const Step& step,
                      PlanContext& context) {
  if (step.operation != Operation::kSysctl &&
      step.operation != Operation::kAddress &&
      step.operation != Operation::kLink) {
    return;
  }
  if (context.plan.program.isolation != Isolation::kCell) {
    context.report.Add(
        written.key(),
        absl::StrCat(written.key().text,
                     " changes the world that later cells run in: the plan "
                     "needs `isolation: cell`"));
  }
  const Scalar* key = step.Find(FieldId::kKey);
  if (key == nullptr) return;
  for (const std::optional<std::string>& name : key->texts) {
    if (!name.has_value() || absl::StartsWith(*name, "net.")) continue;
    context.report.Add(written.body(),
                       absl::StrCat("\"", *name,
                                    "\" is no network sysctl, such as "
                                    "net.ipv6.bindv6only"));
    return;
  }
}

// Where `process:` and the steps on processes may stand.
void CheckProcess(const WrittenStep& written, const Step& step,
                  const LoopsAround& around, Report& report) {
  const bool forks = step.operation == Operation::kFork;
  const bool passes = step.operation == Operation::kPass;
  const bool elsewhere = step.Find(FieldId::kProcess) != nullptr;
  if (forks && (around.repeats > 0 || around.sample)) {
    report.Add(written.key(),
               "every round would make another process of the same name: fork "
               "outside of the loop");
  }
  if (passes && PassesToItself(step)) {
    report.Add(written.key(), "that process has the descriptor already");
  }
  if (around.sample && step.Find(FieldId::kAs) != nullptr &&
      (passes || elsewhere)) {
    report.Add(written.key(),
               "a sample's round closes what it made, and cannot in another "
               "process: make it outside of the sample");
  }
  if (!elsewhere) return;
  if (forks || step.operation == Operation::kExit) {
    report.Add(written.key(),
               "only the first process forks and ends others; leave "
               "`process:` out");
  } else if (IsLoop(step.operation)) {
    report.Add(written.key(),
               "`process:` belongs to the steps inside the loop");
  }
}

}  // namespace

bool IsLoop(Operation operation) {
  return operation == Operation::kRepeat || operation == Operation::kSample;
}

void CheckRules(const WrittenStep& written, const Step& step,
                const LoopsAround& around, PlanContext& context) {
  CheckFields(written, step, context);
  CheckWorldChange(written, step, context);
  CheckProcess(written, step, around, context.report);
}

}  // namespace sockdrift
