// A report small enough to check by hand: one plan of one axis, and hosts whose
// outcomes are given.
#ifndef SOCKDRIFT_TESTS_REPORT_SMALL_REPORT_H_
#define SOCKDRIFT_TESTS_REPORT_SMALL_REPORT_H_

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "core/behaviour/record.h"
#include "report/report.h"
#include "tests/support/programs.h"
#include "wire/digests.h"

namespace sockdrift::testing {

// Binds in as many cells as `values` has.
inline Program BindProgram(std::vector<std::string> values) {
  Program program;
  Step socket;
  socket.operation = Operation::kSocket;
  socket.fields = {{FieldId::kAs, Constant("s")},
                   {FieldId::kFamily, Constant("inet")},
                   {FieldId::kType, Constant("stream")}};
  Step bind;
  bind.operation = Operation::kBind;
  std::vector<std::optional<std::string>> to;
  for (const std::string& value : values) to.push_back(value + ":A");
  bind.fields = {{FieldId::kOf, Constant("s")},
                 {FieldId::kTo, OfAxis(0, std::move(to))}};
  bind.observation = 0;
  program.axes = {{"addr", std::move(values)}};
  program.observations = {"bind"};
  program.steps = {socket, bind};
  return program;
}

// One outcome a cell; "SKIP" and "ERROR" are statuses.
inline Record RecordOf(const std::vector<std::string>& outcomes) {
  Record record;
  record.reasons = {"no right"};
  record.columns.resize(1);
  for (const std::string& text : outcomes) {
    const bool done = text != "SKIP" && text != "ERROR";
    record.status.push_back(done             ? CellStatus::kDone
                            : text == "SKIP" ? CellStatus::kSkip
                                             : CellStatus::kError);
    record.reason.push_back(done ? 0 : 1);
    record.columns[0].push_back(0);
    if (!done) continue;
    record.outcomes.push_back(text);
    record.columns[0].back() = static_cast<uint32_t>(record.outcomes.size());
  }
  // One text a code, however often it was seen.
  for (uint32_t& code : record.columns[0]) {
    if (code == 0) continue;
    const auto first = std::find(record.outcomes.begin(), record.outcomes.end(),
                                 record.outcomes[code - 1]);
    code = static_cast<uint32_t>(first - record.outcomes.begin()) + 1;
  }
  Canonicalise(record);
  return record;
}

// Owns what a ReportInput looks at.
class SmallReport {
 public:
  SmallReport() {
    input.claims = &BuiltInClaims();
    input.title = "small";
  }

  size_t AddHost(const std::string& name, Facts facts) {
    facts_.push_back(std::move(facts));
    input.hosts.push_back({.name = name,
                           .source = "",
                           .facts = &facts_.back(),
                           .seen = absl::UnixEpoch()});
    return input.hosts.size() - 1;
  }

  // The plan's record of a host; plans are made where they are new.
  void AddRecord(const std::string& plan, size_t host, const Program& program,
                 Record record) {
    programs_.push_back(program);
    records_.push_back(std::move(record));
    const Digest measurement = MeasurementDigest(program);
    auto found =
        std::find_if(input.plans.begin(), input.plans.end(),
                     [&](const ReportedPlan& one) { return one.plan == plan; });
    if (found == input.plans.end()) {
      found = input.plans.insert(found, {plan, World::kReplica, {}});
    }
    found->records.push_back(
        {.host = host,
         .program = &programs_.back(),
         .measurement = measurement,
         .record = &records_.back(),
         .behaviour = BehaviourDigest(records_.back(), measurement)});
  }

  ReportInput input;

 private:
  std::deque<Facts> facts_;
  std::deque<Program> programs_;
  std::deque<Record> records_;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_REPORT_SMALL_REPORT_H_
