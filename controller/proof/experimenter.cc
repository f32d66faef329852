#include "controller/proof/experimenter.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "controller/analysis/run_answers.h"

namespace sockdrift {
namespace {

// How often agents are looked for while nothing is heard of a run, and how
// often one must be missing in a row: an agent that is started anew comes back
// and goes on.
constexpr std::chrono::milliseconds kLook{1000};
constexpr int kMissingLooks = 5;

bool IsFinal(v1::RunHostState state) {
  return state != v1::RUN_HOST_STATE_WANTED && state != v1::RUN_HOST_STATE_HELD;
}

}  // namespace

struct Experimenter::Started {
  std::string run = {};
  std::string failure = {};  // why there is none, or why it was ended
  bool ended = false;
  std::vector<std::string> pending = {};  // hosts without an answer
  int missing = 0;  // looks in a row at which one was away
};

bool Experimenter::Over() const {
  return bell_->called_off() || absl::Now() >= deadline_;
}

std::string Experimenter::WhyOver() const {
  return bell_->called_off() ? "it was called off"
                             : "the deadline came before it was tried";
}

std::vector<ExperimentResult> Experimenter::Run(
    const std::vector<ExperimentOrder>& orders) {
  std::vector<Started> started;
  for (const ExperimentOrder& order : orders) started.push_back(Start(order));
  Await(started);
  std::vector<ExperimentResult> results;
  for (size_t i = 0; i < orders.size(); ++i) {
    results.push_back(Read(orders[i], started[i]));
  }
  return results;
}

Experimenter::Started Experimenter::Start(const ExperimentOrder& order) {
  const auto failed = [](absl::string_view why) {
    return Started{.failure = std::string(why), .ended = true};
  };
  if (Over()) return failed(WhyOver());
  RunOrder run;
  run.world = order.world;
  run.selector_text =
      absl::StrCat("host in (",
                   absl::StrJoin(order.hosts, ",",
                                 [](std::string* out, const std::string& host) {
                                   absl::StrAppend(out, "\"", host, "\"");
                                 }),
                   ")");
  absl::StatusOr<Selector> selector = Selector::Parse(run.selector_text);
  if (!selector.ok()) return failed(selector.status().message());
  run.selector = *std::move(selector);
  run.timeout = deadline_ - absl::Now();
  run.connected_only = true;
  run.experiment = true;
  run.plans = order.plans;
  for (Assignment assignment : order.assignments) {
    assignment.world = order.world;
    assignment.overrides = order.overrides;
    assignment.root_cgroup = order.root_cgroup;
    run.set.assignments.push_back(std::move(assignment));
  }
  const absl::Status valid = ValidateAssignmentSet(run.set);
  if (!valid.ok()) return failed(valid.message());
  const absl::StatusOr<RunView> view = hub_.StartRun(run);
  if (!view.ok()) return failed(view.status().message());
  Started started = {.run = view->run.run_id(), .pending = order.hosts};
  hub_.Watch(started.run, bell_).IgnoreError();
  return started;
}

void Experimenter::Await(std::vector<Started>& started) {
  while (true) {
    bool open = false;
    for (Started& one : started) {
      if (one.ended) continue;
      const absl::StatusOr<RunView> view = hub_.ViewRun(one.run, 0);
      one.ended = !view.ok() || view->ended;
      one.pending.clear();
      if (!one.ended) {
        for (const v1::RunHost& host : view->hosts) {
          if (!IsFinal(host.state())) one.pending.push_back(host.host_id());
        }
      }
      open |= !one.ended;
    }
    if (!open) break;
    if (bell_->called_off()) {
      for (Started& one : started) {
        if (!one.ended) hub_.CancelRun(one.run).IgnoreError();
      }
      break;
    }
    if (!bell_->Wait(kLook)) EndAbandoned(started);
  }
  for (const Started& one : started) {
    if (!one.run.empty()) hub_.Unwatch(one.run);
  }
}

void Experimenter::EndAbandoned(std::vector<Started>& started) {
  std::set<std::string> away;
  for (const KnownHost& host : hub_.Hosts()) {
    if (!host.connected()) away.insert(host.row.id);
  }
  for (Started& one : started) {
    if (one.ended) continue;
    const auto gone = std::ranges::find_if(
        one.pending,
        [&](const std::string& host) { return away.contains(host); });
    one.missing = gone == one.pending.end() ? 0 : one.missing + 1;
    if (one.missing < kMissingLooks) continue;
    one.failure = absl::StrCat("the agent of ", *gone, " went away");
    hub_.CancelRun(one.run).IgnoreError();
  }
}

ExperimentAnswer Experimenter::AnswerOf(const AssignmentResult& result) {
  if (result.end != AssignmentEnd::kFinished || !result.record.has_value()) {
    return {.record = nullptr,
            .failure = result.reason.empty()
                           ? std::string(AssignmentEndName(result.end))
                           : result.reason};
  }
  absl::StatusOr<std::shared_ptr<const Record>> record =
      analysis_.FindRecord(result.record->record);
  if (!record.ok()) {
    return {.record = nullptr,
            .failure = std::string(record.status().message())};
  }
  return {.record = *std::move(record), .failure = ""};
}

ExperimentResult Experimenter::Read(const ExperimentOrder& order,
                                    const Started& started) {
  ExperimentResult result;
  result.run = started.run;
  const auto fail = [&](const std::string& host, absl::string_view why) {
    result.hosts[host].assign(
        order.assignments.size(),
        {.record = nullptr,
         .failure = absl::StrCat(
             host, " gave no answer",
             why.empty() ? std::string() : absl::StrCat(": ", why))});
  };
  for (const std::string& host : order.hosts) fail(host, started.failure);
  if (started.run.empty()) return result;
  const absl::StatusOr<RunRow> row = hub_.store().Run(started.run);
  if (!row.ok()) return result;
  const absl::StatusOr<RunAnswers> answers = ReadRunAnswers(hub_.store(), *row);
  if (!answers.ok()) return result;
  for (const RunAnswer& answer : answers->hosts) {
    const std::string& host = answer.host.host;
    if (answer.report.results.size() != order.assignments.size()) {
      const std::string why =
          !started.failure.empty() ? started.failure
          : !answer.host.reason.empty()
              ? answer.host.reason
              : std::string(RunHostStateName(answer.host.state));
      fail(host, why);
      continue;
    }
    std::vector<ExperimentAnswer>& of_host = result.hosts[host];
    of_host.clear();
    for (const AssignmentResult& one : answer.report.results) {
      of_host.push_back(AnswerOf(one));
      if (of_host.back().record == nullptr) {
        of_host.back().failure =
            absl::StrCat("on ", host, ": ", of_host.back().failure);
      }
    }
  }
  return result;
}

}  // namespace sockdrift
