#include "compiler/steps.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "compiler/condition.h"
#include "compiler/recipes.h"
#include "compiler/scalar_text.h"
#include "compiler/socket_options.h"
#include "compiler/step_fields.h"
#include "compiler/step_names.h"
#include "compiler/step_observations.h"
#include "compiler/step_rules.h"
#include "compiler/unrolled.h"
#include "compiler/written_step.h"
#include "core/plan/operation.h"

namespace sockdrift {
namespace {

// Of a repeat that says only `until`.
constexpr int64_t kMostRounds = 100'000;

class StepReader {
 public:
  StepReader(const YamlNode* recipes, PlanContext& context)
      : context_(context),
        report_(context.report),
        recipes_(recipes, report_) {}

  void ReadList(const YamlNode& list, const Guards& guards) {
    if (!list.list() || list.items.empty()) {
      report_.Add(list,
                  absl::StrCat("steps are a list such as [{listen: s}], "
                               "not ",
                               list.list() ? "an empty one" : list.Describe()));
      return;
    }
    for (const YamlNode& node : list.items) ReadStep(node, guards);
  }

  void Finish() const {
    recipes_.ReportUnused();
    context_.scope.ReportUnused(report_);
  }

 private:
  // The index of the key that is an operation or `do`; reports where there is
  // none or more than one.
  std::optional<size_t> OperationKey(const YamlNode& node) {
    std::optional<size_t> found;
    std::vector<std::string> names = {"do"};
    for (const OperationSpec& spec : Operations())
      names.emplace_back(spec.name);
    for (size_t i = 0; i < node.keys.size(); ++i) {
      const std::string& key = node.keys[i].text;
      // `process: p` and the like stand beside an operation.
      if (std::find(names.begin(), names.end(), key) == names.end()) continue;
      if (found.has_value()) {
        report_.Add(
            node.keys[i],
            absl::StrCat("a step is one operation; \"", node.keys[*found].text,
                         "\" is one already. Begin another with `- `"));
        return std::nullopt;
      }
      found = i;
    }
    if (!found.has_value()) {
      const std::string first = node.keys.empty() ? "" : node.keys[0].text;
      report_.Add(node.keys.empty() ? node : node.keys[0],
                  absl::StrCat("there is no operation \"", first, "\"",
                               Suggestion(first, names)));
    }
    return found;
  }

  void ReadStep(const YamlNode& node, const Guards& outer) {
    if (!node.map()) {
      report_.Add(node, absl::StrCat("a step is written `- operation: …`, not ",
                                     node.Describe()));
      return;
    }
    const std::optional<size_t> key = OperationKey(node);
    if (!key.has_value() || ReadEach(node, *key, outer)) return;
    WrittenStep written(node, *key, report_);
    const std::optional<Guards> guards = ReadWhen(written, outer);
    if (written.key().text == "do") {
      written.Finish();
      if (guards.has_value()) ReadDo(written.body(), *guards);
      return;
    }
    if (written.key().text == "repeat") {
      const YamlNode* over = written.FindOwn("over");
      if (over != nullptr) return ReadOver(written, *over, guards);
    }
    // A step that no cell makes is still read for its mistakes.
    ReadOperation(written, *FindOperation(written.key().text),
                  guards.value_or(outer), guards.has_value());
  }

  // Steps on several sockets, such as `close: "s[*]"`, are read one by one.
  // False where it is a step on one.
  bool ReadEach(const YamlNode& node, size_t key, const Guards& outer) {
    std::optional<std::vector<YamlNode>> steps =
        OneStepEach(node, key, context_.scope, report_);
    if (!steps.has_value()) return false;
    for (YamlNode& step : *steps) {
      ReadStep(context_.written_out.emplace_back(std::move(step)), outer);
    }
    return true;
  }

  // `repeat: {over: […], as: x, steps: […]}`, written out where some cell makes
  // it.
  void ReadOver(WrittenStep& written, const YamlNode& over,
                const std::optional<Guards>& guards) {
    const YamlNode* as = written.FindOwn("as");
    const YamlNode* steps = written.FindOwn("steps");
    written.Finish();
    const std::vector<const YamlNode*> values = ScalarsOf(over, report_);
    const std::vector<std::string> axes = context_.axes.Names();
    if (as == nullptr || !as->scalar() || !IsObservationName(as->text) ||
        steps == nullptr || values.empty()) {
      report_.Add(
          written.key(),
          "a repeat over a list is written {over: [a, b], as: x, steps: "
          "[…]}, with $x in its steps");
      return;
    }
    if (std::find(axes.begin(), axes.end(), as->text) != axes.end()) {
      report_.Add(*as, absl::StrCat("\"", as->text,
                                    "\" is an axis; take another name"));
      return;
    }
    if (around_.rounds || around_.repeats > 0) {
      report_.Add(written.key(),
                  "a repeat over a list stands in no other repeat");
      return;
    }
    if (!guards.has_value()) return;
    around_.rounds = true;
    context_.scope.EnterRounds();
    for (size_t i = 0; i < values.size(); ++i) {
      context_.scope.BeginRound(static_cast<int64_t>(i) + 1);
      ReadList(context_.written_out.emplace_back(
                   WithValue(*steps, as->text, values[i]->text)),
               *guards);
    }
    context_.scope.LeaveRounds();
    around_.rounds = false;
  }

  // The guards of `when:` and of what is around it; nullopt where no cell is
  // left.
  std::optional<Guards> ReadWhen(WrittenStep& written, const Guards& outer) {
    const YamlNode* when = written.FindCommon("when");
    if (when == nullptr) return outer;
    const std::optional<Condition> condition =
        ReadCondition(*when, context_.axes, report_);
    if (!condition.has_value()) return std::nullopt;
    const std::optional<Guards> guards =
        condition->AsGuards(context_.axes, *when, report_);
    for (const AxisCondition& one : condition->all) {
      context_.axes.MarkUsed(one.reference.axis);
    }
    return guards.has_value() ? Both(*guards, outer) : std::nullopt;
  }

  void ReadDo(const YamlNode& body, const Guards& guards) {
    if (!body.scalar() || body.text.empty()) {
      report_.Add(body, absl::StrCat("`do:` takes a recipe's name or an axis, "
                                     "not ",
                                     body.Describe()));
      return;
    }
    if (!IsReference(body.text)) {
      DoRecipe(body.text, body, guards);
      return;
    }
    const std::optional<AxisReference> axis =
        ReadWholeReference(body, context_.axes, report_);
    if (!axis.has_value()) return;
    const size_t values = context_.axes.axes()[axis->axis].values.size();
    for (uint16_t v = 0; v < values; ++v) {
      const std::optional<std::string> name = context_.axes.Text(*axis, v);
      const std::optional<Guards> both =
          Both(guards, OnlyValue(context_.axes, axis->axis, v));
      if (name.has_value() && both.has_value()) DoRecipe(*name, body, *both);
    }
  }

  void DoRecipe(const std::string& name, const YamlNode& where,
                const Guards& guards) {
    const YamlNode* steps = recipes_.Begin(name, where);
    if (steps == nullptr) return;
    ReadList(*steps, guards);
    recipes_.End();
  }

  void ReadOperation(WrittenStep& written, const OperationSpec& spec,
                     Guards guards, bool applies) {
    Step step;
    step.operation = spec.operation;
    applies = ReadFields(written, spec, step, guards, context_) && applies;
    step.guards = std::move(guards);
    ReadAlways(written, step);
    const YamlNode* observe = written.FindCommon("observe");
    const bool loops = IsLoop(spec.operation);
    const YamlNode* body = loops ? written.FindOwn("steps") : nullptr;
    const YamlNode* options = spec.operation == Operation::kSocket
                                  ? written.FindOwn("options")
                                  : nullptr;
    written.Finish();
    CheckRules(written, step, around_, context_);
    if (!applies) return;
    CheckNames(written, step, context_);
    NameRound(context_.scope, step);
    if (observe != nullptr) Observe(*observe, around_, step, context_);
    const int16_t observation = step.observation;
    if (context_.plan.program.steps.size() >= kMaxSteps) {
      report_.Add(written.key(),
                  absl::StrCat("a plan has at most ", kMaxSteps, " steps"));
      return;
    }
    const Step socket = step;
    Emit(std::move(step));
    if (options != nullptr) EmitOptions(*options, socket, observation);
    if (loops) ReadLoop(written, body, socket);
  }

  void Emit(Step step) {
    if (step.observation != kNoObservation) {
      context_.sources[step.observation].push_back(
          {context_.plan.program.steps.size(),
           around_.sample ? Operation::kSample : step.operation});
    }
    context_.plan.program.steps.push_back(std::move(step));
  }

  void EmitOptions(const YamlNode& options, const Step& socket,
                   int16_t observation) {
    for (Step& step : ReadSocketOptions(options, socket, context_)) {
      step.observation = observation;
      step.observe_failure_only = observation != kNoObservation;
      Emit(std::move(step));
    }
  }

  void ReadLoop(const WrittenStep& written, const YamlNode* body,
                const Step& loop) {
    if (body == nullptr) {
      report_.Add(written.key(), absl::StrCat(written.key().text,
                                              " needs `steps:`, a list of "
                                              "what is done again"));
      return;
    }
    int64_t times = kMostRounds;
    const Scalar* scalar = loop.Find(FieldId::kTimes);
    if (scalar != nullptr && scalar->texts[0].has_value()) {
      (void)absl::SimpleAtoi(*scalar->texts[0], &times);
    }
    const size_t index = context_.plan.program.steps.size() - 1;
    const bool sample = loop.operation == Operation::kSample;
    if (sample && (around_.repeats > 0 || around_.sample)) {
      report_.Add(written.key(),
                  "a sample inside a repeat or sample would be classed several "
                  "times: put the repeat inside the sample");
    }
    const LoopsAround outside = around_;
    if (sample) {
      around_.sample = true;
    } else {
      ++around_.repeats;
    }
    context_.scope.EnterRepeat();
    ReadList(*body, loop.guards);
    if (sample) {
      context_.scope.LeaveSample();
    } else {
      context_.scope.LeaveRepeat(times);
    }
    around_ = outside;
    const size_t size = context_.plan.program.steps.size() - index - 1;
    context_.plan.program.steps[index].body = static_cast<uint16_t>(size);
  }

  void ReadAlways(WrittenStep& written, Step& step) {
    const YamlNode* always = written.FindCommon("always");
    if (always == nullptr) return;
    step.always = true;
    if (!always->scalar() || always->text != "1") {
      report_.Add(*always, absl::StrCat("`always:` is 1 or is left out, not ",
                                        always->Describe()));
    }
  }

  PlanContext& context_;
  Report& report_;
  Recipes recipes_;
  LoopsAround around_;
};

}  // namespace

void ReadSteps(const YamlNode& steps, const YamlNode* recipes,
               PlanContext& context) {
  StepReader reader(recipes, context);
  reader.ReadList(steps, {});
  reader.Finish();
  if (context.plan.program.observations.empty()) {
    context.report.Add(steps,
                       "no step has `observe:`, so nothing would be "
                       "measured");
  }
}

}  // namespace sockdrift
