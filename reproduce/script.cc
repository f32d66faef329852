#include "reproduce/script.h"

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "reproduce/limits.h"
#include "reproduce/target.h"

namespace sockdrift {
namespace {

using absl::string_view;

// "s" of "s[3]".
std::string BaseOf(string_view name) {
  return std::string(name.substr(0, name.find('[')));
}

bool Has(const std::vector<std::string>& list, string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

void AddOnce(std::vector<std::string>& list, std::string name) {
  if (!Has(list, name)) list.push_back(std::move(name));
}

std::string ClassOf(string_view symbol) {
  const size_t dot = symbol.find('.');
  return dot == string_view::npos ? "any" : std::string(symbol.substr(dot + 1));
}

// The repeat or sample of each step, or null; of the innermost.
std::vector<const CellStep*> LoopsOf(const std::vector<CellStep>& steps) {
  std::vector<const CellStep*> loops(steps.size(), nullptr);
  for (size_t i = 0; i < steps.size(); ++i) {
    for (size_t j = i + 1; j <= i + steps[i].body; ++j) loops[j] = &steps[i];
  }
  return loops;
}

class Reader {
 public:
  Reader(const Program& program, absl::Span<const uint16_t> coordinate)
      : program_(program), coordinate_(coordinate) {}

  absl::StatusOr<Script> Read();

 private:
  absl::Status ReadStep(const CellStep& step, const CellStep* loop);
  absl::Status ReadTarget(const CellStep& step);
  void Make(const std::string& made, const CellStep* loop);
  // A socket that is used may be one that nothing makes in this cell.
  void Mention(absl::string_view name);
  ScriptSocket& SocketNamed(const std::string& base);
  void AddSender(const std::string& socket);
  void ReadWorld();
  void ReadFixedPorts();

  const Program& program_;
  absl::Span<const uint16_t> coordinate_;
  Script script_;
};

void Reader::Make(const std::string& made, const CellStep* loop) {
  const std::string name = BaseOf(made);
  int64_t rounds = 0;
  // A repeat over a list has been written out: its rounds make "s[1]", "s[2]".
  if (name != made) {
    if (!absl::SimpleAtoi(
            made.substr(name.size() + 1, made.size() - name.size() - 2),
            &rounds)) {
      rounds = 0;
    }
  } else if (loop != nullptr && loop->operation() == Operation::kRepeat) {
    constexpr int64_t kEndless = 100'000;
    rounds = kEndless;
    if (const std::string* times = loop->Find(FieldId::kTimes)) {
      if (!absl::SimpleAtoi(*times, &rounds)) rounds = kEndless;
    }
  }
  ScriptSocket& socket = SocketNamed(name);
  socket.rounds = std::max(socket.rounds, rounds);
}

ScriptSocket& Reader::SocketNamed(const std::string& base) {
  const auto known = std::find_if(
      script_.sockets.begin(), script_.sockets.end(),
      [&](const ScriptSocket& socket) { return socket.name == base; });
  if (known != script_.sockets.end()) return *known;
  std::string variable = VariableOf(base);
  // Symbolic ports are variables too.
  if (absl::ascii_isupper(variable[0])) variable.push_back('_');
  script_.sockets.push_back({base, std::move(variable)});
  return script_.sockets.back();
}

void Reader::Mention(absl::string_view name) {
  ScriptSocket& socket = SocketNamed(BaseOf(name));
  socket.used = true;
  if (socket.name == name) return;
  absl::string_view index = name.substr(socket.name.size() + 1);
  absl::ConsumeSuffix(&index, "]");
  int64_t round = 0;
  if (absl::SimpleAtoi(index, &round)) {
    socket.rounds = std::max(socket.rounds, round);
  }
}

// A socket of a repeat sends its round's number with its name.
void Reader::AddSender(const std::string& socket) {
  const ScriptSocket* known = script_.FindSocket(socket);
  if (known == nullptr || known->rounds == 0 || known->name != socket) {
    AddOnce(script_.senders, socket);
    return;
  }
  constexpr int64_t kMost = 64;
  for (int64_t i = 1; i <= std::min(kMost, known->rounds); ++i) {
    AddOnce(script_.senders, absl::StrCat(socket, "[", i, "]"));
  }
}

absl::Status Reader::ReadTarget(const CellStep& step) {
  const std::string* to = step.Find(FieldId::kTo);
  if (to == nullptr || step.operation() == Operation::kPass) {
    return absl::OkStatus();
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const Target target,
                             step.operation() == Operation::kDial
                                 ? ParseListTarget(*to, program_)
                                 : ParseTarget(*to, program_));
  if (target.port_kind == PortKind::kSocket) Mention(target.port);
  if (target.port_kind != PortKind::kSymbol) return absl::OkStatus();
  const bool known = std::any_of(
      script_.ports.begin(), script_.ports.end(),
      [&](const ScriptPort& port) { return port.symbol == target.port; });
  if (!known) {
    script_.ports.push_back(
        {target.port, VariableOf(target.port), ClassOf(target.port)});
  }
  return absl::OkStatus();
}

absl::Status Reader::ReadStep(const CellStep& step, const CellStep* loop) {
  SOCKDRIFT_RETURN_IF_ERROR(ReadTarget(step));
  const std::string as = step.Get(FieldId::kAs);
  switch (step.operation()) {
    case Operation::kSocket:
    case Operation::kAccept:
    case Operation::kDial:
    case Operation::kPass:
      Make(as, loop);
      break;
    case Operation::kFork:
      AddOnce(script_.processes, as);
      break;
    case Operation::kResolve:
      script_.looks_up = true;
      if (!as.empty()) AddOnce(script_.lists, as);
      break;
    case Operation::kSend:
      if (step.Find(FieldId::kData) != nullptr) {
        script_.sends_data = true;
      } else {
        AddSender(step.Get(FieldId::kOf));
      }
      break;
    case Operation::kSysctl:
    case Operation::kAddress:
    case Operation::kLink:
      script_.changes_world = true;
      break;
    default:
      break;
  }
  const std::string* of = step.Find(FieldId::kOf);
  if (of != nullptr && step.operation() != Operation::kExit) {
    for (absl::string_view name : absl::StrSplit(*of, ',')) Mention(name);
  }
  if (const std::string* facing = step.Find(FieldId::kFacing)) {
    Mention(*facing);
    AddOnce(script_.faced, BaseOf(*facing));
  }
  script_.names_users =
      script_.names_users || step.Find(FieldId::kUser) != nullptr;
  script_.has_must = script_.has_must || step.Find(FieldId::kMust) != nullptr;
  const std::string process = step.Get(FieldId::kProcess, "main");
  const bool elsewhere = process != "main" ||
                         step.operation() == Operation::kPass ||
                         step.operation() == Operation::kFork;
  if (loop != nullptr && elsewhere) {
    return CannotSay(Limit::kProcessInLoop);
  }
  return absl::OkStatus();
}

void Reader::ReadWorld() {
  for (const Setting& setting : program_.settings) {
    const std::optional<std::string>& value =
        TextAt(setting.value, program_, coordinate_);
    if (!value.has_value()) continue;
    if (setting.kind == SettingKind::kName && !script_.looks_up) continue;
    script_.settings.push_back(
        {setting.kind, setting.key, *value, setting.host});
  }
  for (const Host& host : program_.hosts) {
    ScriptHost made{host.name, host.ipv4, host.ipv6};
    for (const ScriptSetting& setting : script_.settings) {
      if (setting.kind != SettingKind::kFamily || setting.host != host.name) {
        continue;
      }
      (setting.key == "ipv4" ? made.ipv4 : made.ipv6) = setting.value != "no";
    }
    script_.hosts.push_back(std::move(made));
  }
  for (const Scalar& cap : program_.caps) {
    const std::optional<std::string>& name = TextAt(cap, program_, coordinate_);
    if (name.has_value() && *name != "none") AddOnce(script_.caps, *name);
  }
  script_.own_namespace = !script_.settings.empty() || !script_.hosts.empty() ||
                          !script_.caps.empty() || script_.changes_world ||
                          script_.looks_up;
}

// What stands for a port in an outcome depends on the numbers of the whole
// plan, not of the cell alone.
void Reader::ReadFixedPorts() {
  for (const Step& step : program_.steps) {
    const Scalar* to = step.Find(FieldId::kTo);
    if (to == nullptr || step.operation == Operation::kPass) continue;
    for (const std::optional<std::string>& text : to->texts) {
      if (!text.has_value()) continue;
      const size_t colon = text->rfind(':');
      uint32_t number = 0;
      if (colon == std::string::npos ||
          !absl::SimpleAtoi(text->substr(colon + 1), &number) || number == 0 ||
          number > 65535) {
        continue;
      }
      script_.fixed_ports.push_back(static_cast<uint16_t>(number));
    }
  }
  std::sort(script_.fixed_ports.begin(), script_.fixed_ports.end());
  script_.fixed_ports.erase(
      std::unique(script_.fixed_ports.begin(), script_.fixed_ports.end()),
      script_.fixed_ports.end());
}

absl::StatusOr<Script> Reader::Read() {
  script_.program = &program_;
  script_.steps = StepsOfCell(program_, coordinate_);
  const std::vector<const CellStep*> loops = LoopsOf(script_.steps);
  for (size_t i = 0; i < script_.steps.size(); ++i) {
    SOCKDRIFT_RETURN_IF_ERROR(ReadStep(script_.steps[i], loops[i]));
  }
  ReadWorld();
  ReadFixedPorts();
  return std::move(script_);
}

}  // namespace

const ScriptSocket* Script::FindSocket(string_view name) const {
  const std::string base = BaseOf(name);
  const auto it =
      std::find_if(sockets.begin(), sockets.end(),
                   [&](const ScriptSocket& one) { return one.name == base; });
  return it == sockets.end() ? nullptr : &*it;
}

bool Script::Faces(string_view socket) const {
  return Has(faced, BaseOf(socket));
}

absl::StatusOr<Script> ScriptOf(const Program& program,
                                absl::Span<const uint16_t> coordinate) {
  return Reader(program, coordinate).Read();
}

}  // namespace sockdrift
