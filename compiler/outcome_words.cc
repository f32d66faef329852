#include "compiler/outcome_words.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/report.h"
#include "compiler/scalar_text.h"
#include "core/net/errno_name.h"
#include "core/net/ip_address.h"
#include "core/net/lookup_error_name.h"

namespace sockdrift {
namespace {

bool Among(absl::string_view word, const std::vector<std::string>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The errno name, and what any call can answer.
bool AnyCall(absl::string_view outcome) {
  return ErrnoNumber(outcome).has_value() || outcome == "not-reached" ||
         outcome == "not-supported" || outcome == "error" ||
         outcome == "timeout";
}

// "A", "0*", "A.low", the name of a port range.
bool IsPortWord(absl::string_view port) {
  return !port.empty() && std::all_of(port.begin(), port.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '*' || c == '.' || c == '-' ||
           c == '_';
  });
}

// 127.0.0.1, ::1, v4mapped(127.0.0.1).
bool IsBareAddress(absl::string_view text) {
  if (absl::ConsumePrefix(&text, "v4mapped(")) {
    return absl::ConsumeSuffix(&text, ")") && ParseIpAddress(text).has_value();
  }
  return ParseIpAddress(text).has_value();
}

// 127.0.0.1:A, [::1]:0*, v4mapped(127.0.0.1):A, and the parts `show` leaves.
bool IsShownAddress(absl::string_view outcome) {
  if (IsPortWord(outcome)) return true;  // port, parity, form
  const auto address = [](absl::string_view text) {
    if (absl::ConsumePrefix(&text, "[")) absl::ConsumeSuffix(&text, "]");
    return IsBareAddress(text);
  };
  if (address(outcome)) return true;
  const size_t colon = outcome.rfind(':');
  return colon != absl::string_view::npos &&
         address(outcome.substr(0, colon)) &&
         IsPortWord(outcome.substr(colon + 1));
}

// "{192.0.2.1,2001:db8::1}" of a resolved list.
bool IsAddressList(absl::string_view outcome) {
  if (!absl::ConsumePrefix(&outcome, "{") ||
      !absl::ConsumeSuffix(&outcome, "}")) {
    return false;
  }
  const std::vector<absl::string_view> addresses = absl::StrSplit(outcome, ',');
  return std::all_of(addresses.begin(), addresses.end(), IsBareAddress);
}

// "{a,b}" or "{a}*4" of sockets.
bool IsReceivers(absl::string_view outcome,
                 const std::vector<std::string>& sockets) {
  if (!absl::ConsumePrefix(&outcome, "{")) return false;
  const size_t close = outcome.find('}');
  if (close == absl::string_view::npos) return false;
  const absl::string_view rest = outcome.substr(close + 1);
  int64_t count = 0;
  if (!rest.empty() &&
      (rest[0] != '*' || !absl::SimpleAtoi(rest.substr(1), &count))) {
    return false;
  }
  for (absl::string_view name : absl::StrSplit(outcome.substr(0, close), ',')) {
    if (!Among(name.substr(0, name.find('[')), sockets)) return false;
  }
  return true;
}

bool IsFrom(absl::string_view outcome,
            const std::vector<std::string>& sockets) {
  if (!absl::ConsumePrefix(&outcome, "from:")) return false;
  return outcome == "other" ||
         Among(outcome.substr(0, outcome.find('[')), sockets);
}

// "in+out+err": some of what poll tells, in its order.
bool IsEvents(absl::string_view outcome) {
  constexpr absl::string_view kEvents[] = {"in", "out", "err", "hup", "rdhup"};
  const absl::string_view* next = std::begin(kEvents);
  for (absl::string_view event : absl::StrSplit(outcome, '+')) {
    next = std::find(next, std::end(kEvents), event);
    if (next == std::end(kEvents)) return false;
    ++next;
  }
  return true;
}

std::vector<std::string> States() {
  const FieldSpec* field =
      FindField(SpecOf(Operation::kWaitFor), FieldId::kState);
  std::vector<std::string> states;
  for (absl::string_view word : field->words) states.emplace_back(word);
  return states;
}

std::vector<std::string> Words(Operation operation,
                               const std::vector<std::string>& marks) {
  switch (operation) {
    case Operation::kAccept:
      return {"ok", "nothing"};
    case Operation::kRecv:
      return {"nothing", "eof", "none", "inet", "inet6", "v4mapped"};
    case Operation::kTcpState:
      return States();
    case Operation::kWaitFor: {
      if (marks.empty()) return {"ok"};
      std::vector<std::string> words = marks;
      words.emplace_back("other");
      return words;
    }
    case Operation::kGetsockname:
    case Operation::kGetpeername:
    case Operation::kGetsockopt:
    case Operation::kRepeat:
    case Operation::kSample:
      return {};
    default:
      return {"ok"};
  }
}

// The parts of "x,{a,b},y" between the commas that no braces hold.
std::vector<std::string> Members(absl::string_view list) {
  std::vector<std::string> members(1);
  int depth = 0;
  for (char c : list) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (c == ',' && depth == 0) {
      members.emplace_back();
    } else {
      members.back() += c;
    }
  }
  return members;
}

// all:x, even:{x,y}, mixed:{x,y}: two members or more, sorted.
bool IsClass(absl::string_view outcome) {
  if (absl::ConsumePrefix(&outcome, "all:")) return !outcome.empty();
  if (!absl::ConsumePrefix(&outcome, "even:{") &&
      !absl::ConsumePrefix(&outcome, "mixed:{")) {
    return false;
  }
  if (!absl::ConsumeSuffix(&outcome, "}")) return false;
  const std::vector<std::string> members = Members(outcome);
  return members.size() > 1 && std::is_sorted(members.begin(), members.end());
}

// Outcomes that are no fixed words.
bool HasForm(absl::string_view outcome, Operation operation,
             const std::vector<std::string>& sockets) {
  int64_t number = 0;
  switch (operation) {
    case Operation::kRecv:
      return IsFrom(outcome, sockets) || IsReceivers(outcome, sockets) ||
             ((absl::StrContains(outcome, ':') ||
               absl::StrContains(outcome, '.')) &&
              IsShownAddress(outcome));
    case Operation::kGetsockname:
    case Operation::kGetpeername:
      return IsShownAddress(outcome);
    case Operation::kGetsockopt:
      return !outcome.empty();
    case Operation::kRepeat:
      return absl::SimpleAtoi(outcome, &number) && number >= 0;
    case Operation::kSample:
      return IsClass(outcome);
    case Operation::kPoll:
      return outcome == "nothing" || IsEvents(outcome);
    case Operation::kResolve:
      return LookupErrorNumber(outcome).has_value() || IsAddressList(outcome);
    case Operation::kDial:
      return IsBareAddress(outcome);
    default:
      return false;
  }
}

}  // namespace

std::string WhyNoOutcome(absl::string_view outcome, Operation operation,
                         const std::vector<std::string>& marks,
                         const std::vector<std::string>& sockets) {
  std::vector<std::string> words = Words(operation, marks);
  if (AnyCall(outcome) || Among(outcome, words) ||
      HasForm(outcome, operation, sockets)) {
    return "";
  }
  const OperationSpec& spec = SpecOf(operation);
  if (outcome.size() > 1 && outcome[0] == 'E') {
    for (absl::string_view name : ErrnoNames()) words.emplace_back(name);
  }
  const std::string near = Suggestion(outcome, words);
  const bool similar = absl::StrContains(near, "did you mean");
  return absl::StrCat("\"", outcome, "\" can never be the outcome of ",
                      spec.name, similar ? near : "",
                      "; its outcomes are: ", spec.outcomes,
                      ", an errno name, not-reached, not-supported, timeout, "
                      "error");
}

}  // namespace sockdrift
