#include "compiler/step_observations.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "compiler/guards.h"

namespace sockdrift {
namespace {

// Of a name that is new too. kNoObservation where there is no room for it.
int16_t ObservationIndex(const std::string& name, PlanContext& context) {
  std::vector<std::string>& names = context.plan.program.observations;
  const auto it = std::find(names.begin(), names.end(), name);
  if (it != names.end()) return static_cast<int16_t>(it - names.begin());
  if (names.size() >= kMaxObservations) return kNoObservation;
  names.push_back(name);
  context.sources.emplace_back();
  return static_cast<int16_t>(names.size() - 1);
}

// Why the step cannot be observed under that name, whatever other steps are;
// empty where it can.
std::string WhyNotObserved(const YamlNode& node, const LoopsAround& around,
                           const Step& step, const AxisTable& axes) {
  if (!node.scalar() || !IsObservationName(node.text)) {
    return absl::StrCat(
        "`observe:` takes a name of letters, digits, '.', '_' and '-', not ",
        node.Describe());
  }
  if (around.repeats > 0 && !around.sample) {
    return "an observation inside a repeat would be made several times: "
           "observe the repeat, or use sample";
  }
  if (step.operation == Operation::kSample) {
    return "observe a step inside the sample: its outcomes become the class";
  }
  const std::vector<std::string> names = axes.Names();
  if (std::find(names.begin(), names.end(), node.text) != names.end()) {
    return absl::StrCat("\"", node.text,
                        "\" is an axis; an observation needs a name of its "
                        "own");
  }
  return "";
}

}  // namespace

bool IsObservationName(absl::string_view name) {
  return !name.empty() && absl::ascii_isalpha(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

void Observe(const YamlNode& node, const LoopsAround& around, Step& step,
             PlanContext& context) {
  const std::string why = WhyNotObserved(node, around, step, context.axes);
  if (!why.empty()) return context.report.Add(node, why);
  step.observation = ObservationIndex(node.text, context);
  if (step.observation == kNoObservation) {
    context.report.Add(node, absl::StrCat("a plan has at most ",
                                          kMaxObservations, " observations"));
    return;
  }
  for (const ObservationSource& source : context.sources[step.observation]) {
    const Step& other = context.plan.program.steps[source.step];
    if (!Both(other.guards, step.guards).has_value()) continue;
    context.report.Add(node, absl::StrCat("\"", node.text,
                                          "\" is observed by an earlier step "
                                          "of the same cell; take another "
                                          "name"));
    return;
  }
}

}  // namespace sockdrift
