#include "cli/remote_commands.h"

#include "absl/strings/str_cat.h"
#include "cli/analysis_report.h"
#include "cli/choice.h"

namespace sockdrift {

void AddSelectorOption(CLI::App& command, std::string& selector) {
  command
      .add_option("-l,--selector", selector,
                  "which hosts, by labels and facts, such as "
                  "'pool=canary,kernel in (6.1.*,6.12.*)'; all without it")
      ->option_text("SELECTOR");
}

void AddWorldChoice(CLI::App& command, v1::World& world) {
  AddChoice<v1::World>(command, "--world", world,
                       {{"replica", v1::WORLD_REPLICA},
                        {"pristine", v1::WORLD_PRISTINE},
                        {"own", v1::WORLD_OWN},
                        {"host", v1::WORLD_HOST}},
                       "this world only");
}

void AddScopeOptions(CLI::App& command, ScopeOptions& options) {
  command.add_option("--plan", options.plans, "these plans only")
      ->option_text("NAME");
  AddWorldChoice(command, options.world);
  AddSelectorOption(command, options.selector);
  command
      .add_option("--run", options.run_id,
                  "what this run saw, experiments included, instead of the "
                  "latest that each host showed")
      ->option_text("ID");
}

v1::AnalysisScope ToScope(const ScopeOptions& options) {
  v1::AnalysisScope scope;
  for (const std::string& plan : options.plans) scope.add_plans(plan);
  scope.set_world(options.world);
  scope.set_selector(options.selector);
  scope.set_run_id(options.run_id);
  return scope;
}

void AddAnalysisPrint(CLI::App& command, AnalysisPrint& print) {
  command
      .add_option(
          "--rules", print.most_rules,
          "at most so many rules of a group or plan, on as many lines as they "
          "take")
      ->check(CLI::Range(1, 1000000))
      ->option_text("N");
  AddOutputOption(command, print.format);
}

absl::StatusOr<absl::Duration> ParseTime(absl::string_view flag,
                                         const std::string& text) {
  absl::Duration time;
  if (!absl::ParseDuration(text, &time) || time <= absl::ZeroDuration() ||
      time > absl::Hours(24 * 7)) {
    return absl::InvalidArgumentError(
        absl::StrCat(flag, " ", text,
                     ": a time above zero and up to a week is needed, such as "
                     "90s or 5m"));
  }
  return time;
}

void SetDuration(absl::Duration time, google::protobuf::Duration& to) {
  to.set_seconds(absl::ToInt64Seconds(time));
  to.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::Seconds(to.seconds()))));
}

}  // namespace sockdrift
