#include "tests/support/programs.h"

#include <algorithm>

#include "core/plan/cells.h"

namespace sockdrift::testing {
namespace {

uint32_t CodeOf(std::vector<std::string>& texts, absl::string_view text) {
  const auto it = std::find(texts.begin(), texts.end(), text);
  if (it != texts.end()) return static_cast<uint32_t>(it - texts.begin()) + 1;
  texts.emplace_back(text);
  return static_cast<uint32_t>(texts.size());
}

Step Make(Operation operation, std::vector<Field> fields) {
  Step step;
  step.operation = operation;
  step.fields = std::move(fields);
  return step;
}

std::vector<std::optional<std::string>> Map(
    const std::vector<std::string>& values,
    std::string (*change)(const std::string&)) {
  std::vector<std::optional<std::string>> texts;
  for (const std::string& value : values) texts.emplace_back(change(value));
  return texts;
}

bool IsIpv6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

// The three steps of one of the pair's sockets.
void AddBoundSocket(Program& program, const std::string& name, uint8_t address,
                    uint8_t reuse) {
  const std::vector<std::string>& addresses = program.axes[address].values;
  program.steps.push_back(
      Make(Operation::kSocket,
           {{FieldId::kAs, Constant(name)},
            {FieldId::kFamily,
             OfAxis(address, Map(addresses,
                                 [](const std::string& a) -> std::string {
                                   return IsIpv6(a) ? "inet6" : "inet";
                                 }))},
            {FieldId::kType, Constant("stream")}}));
  program.steps.push_back(
      Make(Operation::kSetsockopt,
           {{FieldId::kOf, Constant(name)},
            {FieldId::kName, Constant("SO_REUSEADDR")},
            {FieldId::kValue, OfAxis(reuse, {std::nullopt, "1"})}}));
  Step bind = Make(
      Operation::kBind,
      {{FieldId::kOf, Constant(name)},
       {FieldId::kTo, OfAxis(address, Map(addresses, [](const std::string& a) {
                               return (IsIpv6(a) ? "[" + a + "]" : a) + ":A";
                             }))}});
  bind.observation = static_cast<int16_t>(program.observations.size());
  program.observations.push_back("bind." + name);
  program.steps.push_back(std::move(bind));
}

}  // namespace

Scalar Constant(absl::string_view text) {
  return Scalar{{}, {std::string(text)}};
}

Scalar OfAxis(uint8_t axis, std::vector<std::optional<std::string>> texts) {
  return Scalar{{axis}, std::move(texts)};
}

Program BindPair(std::vector<std::string> addresses) {
  Program program;
  program.axes = {{"a.addr", addresses},
                  {"a.reuse", {"none", "addr"}},
                  {"b.addr", addresses},
                  {"b.reuse", {"none", "addr"}}};
  AddBoundSocket(program, "a", 0, 1);
  AddBoundSocket(program, "b", 2, 3);
  return program;
}

Program EveryPart() {
  Program program;
  program.isolation = Isolation::kCell;
  program.long_running = true;
  program.repeats = 3;
  program.limit_ms = 90000;
  program.caps = {OfAxis(1, {"CAP_NET_BIND_SERVICE", std::nullopt, "none"})};
  program.users = {"u1", "u2"};
  program.hosts = {{"server", true, false}, {"client", true, true}};
  program.ports = {{"web", 80, 80}, {"range", 40000, 40010}};
  program.axes = {{"type", {"stream", "dgram"}},
                  {"cap", {"yes", "no", "none"}}};
  program.excluded = {{0, 1}, {5, 1}};
  program.settings = {
      {SettingKind::kSysctl, "net.ipv6.bindv6only", Constant("1"), "server"},
      {SettingKind::kAddress, "lo", OfAxis(0, {"192.0.2.1/32", std::nullopt}),
       "client"}};
  program.observations = {"bind", "count"};
  program.steps.push_back(Make(
      Operation::kSocket, {{FieldId::kAs, Constant("s")},
                           {FieldId::kFamily, Constant("inet")},
                           {FieldId::kType, OfAxis(0, {"stream", "dgram"})}}));
  Step bind = Make(Operation::kBind, {{FieldId::kOf, Constant("s")},
                                      {FieldId::kTo, Constant("0.0.0.0:web")},
                                      {FieldId::kMust, Constant("ok")}});
  bind.observation = 0;
  bind.always = true;
  program.steps.push_back(std::move(bind));
  Step repeat = Make(Operation::kRepeat, {{FieldId::kTimes, Constant("3")}});
  repeat.observation = 1;
  repeat.body = 3;
  program.steps.push_back(std::move(repeat));
  Step listen = Make(Operation::kListen, {{FieldId::kOf, Constant("s")}});
  listen.guards = {{0, {0}}};
  program.steps.push_back(std::move(listen));
  Step sample = Make(Operation::kSample, {{FieldId::kTimes, Constant("2")}});
  sample.body = 1;
  program.steps.push_back(std::move(sample));
  Step close = Make(Operation::kClose, {{FieldId::kOf, Constant("s")}});
  close.observe_failure_only = true;
  program.steps.push_back(std::move(close));
  return program;
}

Record Uniform(const Program& program, absl::string_view outcome) {
  Record record;
  const size_t cells = CellCount(program);
  record.outcomes = {std::string(outcome)};
  record.status.assign(cells, CellStatus::kDone);
  record.reason.assign(cells, 0);
  record.columns.assign(program.observations.size(),
                        std::vector<uint32_t>(cells, 1));
  return record;
}

void SetOutcome(Record& record, size_t observation, size_t cell,
                absl::string_view outcome) {
  record.columns[observation][cell] = CodeOf(record.outcomes, outcome);
  Canonicalise(record);
}

void SetStatus(Record& record, size_t cell, CellStatus status,
               absl::string_view reason) {
  record.status[cell] = status;
  record.reason[cell] = CodeOf(record.reasons, reason);
  Canonicalise(record);
}

}  // namespace sockdrift::testing
