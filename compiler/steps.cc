#include "compiler/steps.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/condition.h"
#include "compiler/outcome_words.h"
#include "compiler/scalar_text.h"
#include "compiler/socket_options.h"
#include "compiler/step_fields.h"
#include "compiler/unrolled.h"

namespace sockdrift {
namespace {

constexpr int64_t kRoundsWithoutTimes = 100'000;

bool IsObservationName(absl::string_view name) {
  return !name.empty() && absl::ascii_isalpha(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

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

class StepReader {
 public:
  StepReader(const YamlNode* recipes, PlanContext& context)
      : context_(context), report_(context.report) {
    ReadRecipes(recipes);
  }

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
    for (const auto& [name, recipe] : recipes_) {
      if (done_.contains(name)) continue;
      report_.Add(*recipe.key, absl::StrCat("no step does the recipe \"", name,
                                            "\"; use it or remove it"));
    }
    context_.scope.ReportUnused(report_);
  }

 private:
  struct Recipe {
    const YamlNode* key;
    const YamlNode* steps;
  };

  void ReadRecipes(const YamlNode* recipes) {
    if (recipes == nullptr) return;
    if (!recipes->map()) {
      report_.Add(*recipes, absl::StrCat("`recipes:` is a map of names to "
                                         "lists of steps, not ",
                                         recipes->Describe()));
      return;
    }
    for (size_t i = 0; i < recipes->keys.size(); ++i) {
      recipes_[recipes->keys[i].text] = {&recipes->keys[i], &recipes->items[i]};
    }
  }

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
    if (written.key().text == "repeat" && written.body().map()) {
      const YamlNode* over = written.FindOwn("over");
      if (over != nullptr) {
        return ReadOver(written, *over, guards.value_or(outer));
      }
    }
    // A step that no cell makes is still read for its mistakes.
    ReadOperation(written, *FindOperation(written.key().text),
                  guards.value_or(outer), guards.has_value());
  }

  // Steps on several sockets, such as `close: "s[*]"`, are read one by one.
  // False where it is a step on one.
  bool ReadEach(const YamlNode& node, size_t key, const Guards& outer) {
    const OperationSpec* spec = FindOperation(node.keys[key].text);
    const FieldSpec* of =
        spec == nullptr ? nullptr : FindField(*spec, FieldId::kOf);
    if (of == nullptr || of->type != FieldType::kSocket) return false;
    const auto place = [&](auto& step) -> decltype(&step) {
      auto& body = step.items[key];
      if (!body.map()) return spec->shorthand == FieldId::kOf ? &body : nullptr;
      for (size_t i = 0; i < body.keys.size(); ++i) {
        if (body.keys[i].text == of->key) return &body.items[i];
      }
      return nullptr;
    };
    const YamlNode* written = place(node);
    if (written == nullptr || written->map() ||
        (written->scalar() && !NamesSeveral(written->text))) {
      return false;
    }
    std::vector<std::string> names;
    for (const YamlNode* text : ScalarsOf(*written, report_)) {
      absl::StatusOr<std::vector<std::string>> more =
          ExpandNames(text->text, context_.scope);
      if (!more.ok()) {
        report_.Add(*text, more.status().message());
        continue;
      }
      names.insert(names.end(), more->begin(), more->end());
    }
    for (std::string& name : names) {
      YamlNode& one = context_.written_out.emplace_back(node);
      YamlNode& text = *place(one);
      text.kind = YamlNode::Kind::kScalar;
      text.items.clear();
      text.text = std::move(name);
      ReadStep(one, outer);
    }
    return true;
  }

  // `repeat: {over: […], as: x, steps: […]}`, written out.
  void ReadOver(WrittenStep& written, const YamlNode& over,
                const Guards& guards) {
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
    if (in_rounds_ || in_repeat_ > 0) {
      report_.Add(written.key(),
                  "a repeat over a list stands in no other repeat");
      return;
    }
    in_rounds_ = true;
    context_.scope.EnterRounds();
    for (size_t i = 0; i < values.size(); ++i) {
      context_.scope.BeginRound(static_cast<int64_t>(i) + 1);
      ReadList(context_.written_out.emplace_back(
                   WithValue(*steps, as->text, values[i]->text)),
               guards);
    }
    context_.scope.LeaveRounds();
    in_rounds_ = false;
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
    const auto recipe = recipes_.find(name);
    if (recipe == recipes_.end()) {
      std::vector<std::string> names;
      for (const auto& [known, unused] : recipes_) names.push_back(known);
      report_.Add(where, absl::StrCat("there is no recipe \"", name, "\"",
                                      Suggestion(name, names)));
      return;
    }
    done_.insert(name);
    if (std::find(stack_.begin(), stack_.end(), name) != stack_.end()) {
      report_.Add(
          where, absl::StrCat("a recipe cannot do itself: ",
                              absl::StrJoin(stack_, " does "), " does ", name));
      return;
    }
    stack_.push_back(name);
    ReadList(*recipe->second.steps, guards);
    stack_.pop_back();
  }

  void ReadOperation(WrittenStep& written, const OperationSpec& spec,
                     Guards guards, bool applies) {
    Step step;
    step.operation = spec.operation;
    applies = ReadFields(written, spec, step, guards, context_) && applies;
    step.guards = std::move(guards);
    ReadAlways(written, step);
    const YamlNode* observe = written.FindCommon("observe");
    const bool loops = spec.operation == Operation::kRepeat ||
                       spec.operation == Operation::kSample;
    const YamlNode* body = loops ? written.FindOwn("steps") : nullptr;
    const YamlNode* options = spec.operation == Operation::kSocket
                                  ? written.FindOwn("options")
                                  : nullptr;
    written.Finish();
    CheckCombination(written, step);
    if (!applies) return;
    CheckNames(written, step, context_);
    NameRound(context_.scope, step);
    if (observe != nullptr) Observe(*observe, step);
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
           in_sample_ ? Operation::kSample : step.operation});
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
    int64_t times = kRoundsWithoutTimes;
    const Scalar* scalar = loop.Find(FieldId::kTimes);
    if (scalar != nullptr && scalar->texts[0].has_value()) {
      (void)absl::SimpleAtoi(*scalar->texts[0], &times);
    }
    const size_t index = context_.plan.program.steps.size() - 1;
    if (loop.operation == Operation::kSample &&
        (in_repeat_ > 0 || in_sample_)) {
      report_.Add(written.key(),
                  "a sample inside a repeat or sample would be classed several "
                  "times: put the repeat inside the sample");
    }
    const bool sample = loop.operation == Operation::kSample;
    const std::pair<bool, int> outside = {in_sample_, in_repeat_};
    in_sample_ = in_sample_ || sample;
    in_repeat_ += sample ? 0 : 1;
    context_.scope.EnterRepeat();
    ReadList(*body, loop.guards);
    if (sample) {
      context_.scope.LeaveSample();
    } else {
      context_.scope.LeaveRepeat(times);
    }
    std::tie(in_sample_, in_repeat_) = outside;
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

  // What the operation table cannot say.
  void CheckCombination(const WrittenStep& written, const Step& step) {
    const bool of = step.Find(FieldId::kOf) != nullptr;
    const bool facing = step.Find(FieldId::kFacing) != nullptr;
    if ((step.operation == Operation::kTcpState ||
         step.operation == Operation::kWaitFor) &&
        of == facing) {
      report_.Add(written.key(),
                  absl::StrCat(written.key().text,
                               " needs either `of:`, a socket, or `facing:`, "
                               "a socket whose other end is meant"));
    }
    if (step.operation == Operation::kRepeat &&
        step.Find(FieldId::kTimes) == nullptr &&
        step.Find(FieldId::kUntil) == nullptr) {
      report_.Add(written.key(), "repeat needs `times:` or `until:`");
    }
    CheckWorldChange(written, step);
    CheckProcess(written, step);
    if (NeedsHost(step.operation) && !context_.plan.program.hosts.empty() &&
        step.Find(FieldId::kHost) == nullptr) {
      report_.Add(written.key(),
                  absl::StrCat("a plan with several hosts says on which of "
                               "them ",
                               written.key().text, " is done: add `host:`"));
    }
  }

  void CheckWorldChange(const WrittenStep& written, const Step& step) {
    if (step.operation != Operation::kSysctl &&
        step.operation != Operation::kAddress &&
        step.operation != Operation::kLink) {
      return;
    }
    if (context_.plan.program.isolation != Isolation::kCell) {
      report_.Add(written.key(),
                  absl::StrCat(written.key().text,
                               " changes the world that later cells run in: "
                               "the plan needs `isolation: cell`"));
    }
    const Scalar* key = step.Find(FieldId::kKey);
    if (key == nullptr) return;
    for (const std::optional<std::string>& name : key->texts) {
      if (!name.has_value() || absl::StartsWith(*name, "net.")) continue;
      report_.Add(written.body(),
                  absl::StrCat("\"", *name,
                               "\" is no network sysctl, such as "
                               "net.ipv6.bindv6only"));
      return;
    }
  }

  // Where `process:` and the steps on processes may stand.
  void CheckProcess(const WrittenStep& written, const Step& step) {
    const bool forks = step.operation == Operation::kFork;
    const bool loops = step.operation == Operation::kRepeat ||
                       step.operation == Operation::kSample;
    if (forks && (in_repeat_ > 0 || in_sample_)) {
      report_.Add(written.key(),
                  "every round would make another process of the same name: "
                  "fork outside of the loop");
    }
    if (step.operation == Operation::kPass && PassesToItself(step)) {
      report_.Add(written.key(), "that process has the descriptor already");
    }
    const bool makes_elsewhere = step.Find(FieldId::kAs) != nullptr &&
                                 (step.operation == Operation::kPass ||
                                  step.Find(FieldId::kProcess) != nullptr);
    if (in_sample_ && makes_elsewhere) {
      report_.Add(written.key(),
                  "a sample's round closes what it made, and cannot in "
                  "another process: make it outside of the sample");
    }
    if (step.Find(FieldId::kProcess) == nullptr) return;
    if (forks || step.operation == Operation::kExit) {
      report_.Add(written.key(),
                  "only the first process forks and ends others; leave "
                  "`process:` out");
    } else if (loops) {
      report_.Add(written.key(),
                  "`process:` belongs to the steps inside the loop");
    }
  }

  void Observe(const YamlNode& node, Step& step) {
    if (!node.scalar() || !IsObservationName(node.text)) {
      report_.Add(node, absl::StrCat("`observe:` takes a name of letters, "
                                     "digits, '.', '_' and '-', not ",
                                     node.Describe()));
      return;
    }
    if (in_repeat_ > 0 && !in_sample_) {
      report_.Add(node,
                  "an observation inside a repeat would be made several "
                  "times: observe the repeat, or use sample");
      return;
    }
    if (step.operation == Operation::kSample) {
      report_.Add(node,
                  "observe a step inside the sample: its outcomes become "
                  "the class");
      return;
    }
    const std::vector<std::string> axes = context_.axes.Names();
    if (std::find(axes.begin(), axes.end(), node.text) != axes.end()) {
      report_.Add(node, absl::StrCat("\"", node.text,
                                     "\" is an axis; an observation needs a "
                                     "name of its own"));
      return;
    }
    step.observation = ObservationIndex(node.text);
    if (step.observation == kNoObservation) {
      report_.Add(node, absl::StrCat("a plan has at most ", kMaxObservations,
                                     " observations"));
      return;
    }
    for (const ObservationSource& source : context_.sources[step.observation]) {
      const Step& other = context_.plan.program.steps[source.step];
      if (!Both(other.guards, step.guards).has_value()) continue;
      report_.Add(node, absl::StrCat("\"", node.text,
                                     "\" is observed by an earlier step of the "
                                     "same cell; take another name"));
      return;
    }
  }

  int16_t ObservationIndex(const std::string& name) {
    std::vector<std::string>& names = context_.plan.program.observations;
    const auto it = std::find(names.begin(), names.end(), name);
    if (it != names.end()) return static_cast<int16_t>(it - names.begin());
    if (names.size() >= kMaxObservations) return kNoObservation;
    names.push_back(name);
    context_.sources.emplace_back();
    return static_cast<int16_t>(names.size() - 1);
  }

  PlanContext& context_;
  Report& report_;
  std::map<std::string, Recipe> recipes_;
  std::set<std::string> done_;
  std::vector<std::string> stack_;
  bool in_sample_ = false;
  bool in_rounds_ = false;
  int in_repeat_ = 0;
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
