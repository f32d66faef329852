#include "reproduce/cell_text.h"

#include <sys/socket.h>

#include <algorithm>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/net/capability_name.h"
#include "reproduce/limits.h"

namespace sockdrift {
namespace {

int64_t MillisecondsOf(absl::string_view text) {
  const bool ms = absl::ConsumeSuffix(&text, "ms");
  if (!ms) absl::ConsumeSuffix(&text, "s");
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return 0;
  return ms ? number : number * 1000;
}

}  // namespace

std::string Quoted(absl::string_view text) {
  return absl::StrCat("\"", absl::CEscape(text), "\"");
}

Payload PayloadOf(const CellStep& step, const Script& script) {
  Payload payload;
  const std::string* data = step.Find(FieldId::kData);
  if (data == nullptr) {
    payload.text = step.Get(FieldId::kOf);
    const ScriptSocket* socket = script.FindSocket(payload.text);
    payload.numbered = socket != nullptr && socket->rounds > 0 &&
                       !absl::StrContains(payload.text, '[');
    return payload;
  }
  absl::string_view text = *data;
  if (!absl::ConsumeSuffix(&text, " bytes") ||
      !absl::SimpleAtoi(text, &payload.count)) {
    payload.count = 0;
    payload.text = *data;
  }
  return payload;
}

std::vector<SocketRun> RunsOf(absl::string_view list, const Script& script) {
  std::vector<SocketRun> runs;
  for (absl::string_view name : absl::StrSplit(list, ',')) {
    const size_t bracket = name.find('[');
    SocketRun run;
    run.name = std::string(name.substr(0, bracket));
    const ScriptSocket* socket = script.FindSocket(run.name);
    run.variable = socket == nullptr ? VariableOf(run.name) : socket->variable;
    if (bracket != absl::string_view::npos) {
      absl::string_view index = name.substr(bracket + 1);
      absl::ConsumeSuffix(&index, "]");
      if (!absl::SimpleAtoi(index, &run.first)) run.first = 0;
      run.last = run.first;
    }
    if (!runs.empty() && run.first > 0 && runs.back().name == run.name &&
        runs.back().last + 1 == run.first) {
      ++runs.back().last;
      continue;
    }
    runs.push_back(std::move(run));
  }
  return runs;
}

bool NamesSendersByAddress(const Script& script) {
  return script.sends_data &&
         std::any_of(script.steps.begin(), script.steps.end(),
                     [](const CellStep& step) {
                       return step.operation() == Operation::kRecv &&
                              step.Get(FieldId::kShow, "sender") == "sender" &&
                              !absl::StrContains(step.Get(FieldId::kOf), ',');
                     });
}

std::string ShownAs(const OptionSpec& option) {
  switch (option.kind) {
    case OptionKind::kClock:
      return "clock";
    case OptionKind::kCpu:
      return "cpu";
    case OptionKind::kLinger:
      return "linger";
    case OptionKind::kDuration:
      return "duration";
    case OptionKind::kPortRange:
      return "range";
    case OptionKind::kDevice:
    case OptionKind::kWord:
      return "word";
    case OptionKind::kKey:
      return "key";
    case OptionKind::kLink:
    case OptionKind::kLinkNetworkOrder:
      return "link";
    case OptionKind::kMulticastLink:
      return "ipv4";
    default:
      return option.name == "SO_ERROR" ? "error" : "int";
  }
}

std::vector<int64_t> MarksOf(const CellStep& step) {
  std::vector<int64_t> marks;
  const std::string* text = step.Find(FieldId::kMarks);
  if (text == nullptr) return marks;
  for (absl::string_view mark : absl::StrSplit(*text, ',')) {
    marks.push_back(MillisecondsOf(mark));
  }
  return marks;
}

std::string EndsVariable(absl::string_view socket) {
  return absl::StrCat("ends_of_",
                      VariableOf(socket.substr(0, socket.find('['))));
}

std::string SysctlPath(absl::string_view key) {
  return absl::StrCat("/proc/sys/",
                      absl::StrReplaceAll(key, {{".", "/"}, {"/", "."}}));
}

Prefix PrefixOf(absl::string_view text) {
  const size_t slash = text.find('/');
  Prefix prefix;
  prefix.address = std::string(text.substr(0, slash));
  prefix.bits = slash != absl::string_view::npos
                    ? std::string(text.substr(slash + 1))
                : absl::StrContains(text, ':') ? "128"
                                               : "32";
  return prefix;
}

int UserId(absl::string_view user) {
  constexpr int kNobody = 65534;
  if (user == "u1") return 65530;
  if (user == "u2") return 65531;
  return kNobody;
}

bool NeedsAdministrator(const Script& script) {
  return script.changes_world || !script.hosts.empty() || !script.caps.empty();
}

absl::Status CheckWorld(const Script& script) {
  if (script.names_users && NeedsAdministrator(script)) {
    return CannotSay(Limit::kUserWithRights);
  }
  return absl::OkStatus();
}

std::string Flags(absl::string_view prefix, absl::string_view words) {
  if (words.empty()) return "0";
  return absl::StrJoin(absl::StrSplit(words, ','), " | ",
                       [&](std::string* out, absl::string_view word) {
                         absl::StrAppend(out, prefix,
                                         absl::AsciiStrToUpper(word));
                       });
}

std::vector<std::string> PermittedCaps(const Script& script) {
  std::vector<std::string> caps = script.caps;
  if (script.changes_world || !script.hosts.empty()) {
    caps.push_back("CAP_NET_ADMIN");
  }
  if (!script.hosts.empty()) caps.push_back("CAP_SYS_ADMIN");
  return caps;
}

std::string CapabilityBits(const std::vector<std::string>& names,
                           absl::string_view one) {
  std::vector<std::string> bits;
  for (const std::string& name : names) {
    const std::optional<int> number = CapabilityNumber(name);
    if (number.has_value()) {
      bits.push_back(absl::StrCat(one, " << ", *number));
    }
  }
  return bits.empty() ? "0" : absl::StrJoin(bits, " | ");
}

std::string PortRange(const ScriptPort& port) {
  if (port.klass == "low") return "1, 1023, 0";
  if (port.klass == "nodeport") return "30000, 32767, 0";
  if (port.klass == "ephemeral") return "1, 65535, 1";
  return "1024, 65535, -1";
}

bool GoesTo(const CellStep& step, const ScriptPort& port) {
  return step.operation() != Operation::kPass &&
         absl::EndsWith(step.Get(FieldId::kTo), absl::StrCat(":", port.symbol));
}

}  // namespace sockdrift
