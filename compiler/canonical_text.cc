#include "compiler/canonical_text.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/report.h"
#include "core/base/status_macros.h"
#include "core/net/ip_address.h"
#include "core/net/option_name.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kFamilies[] = {"inet", "inet6", "unix"};
constexpr absl::string_view kTypes[] = {"stream", "dgram", "seqpacket", "rdm",
                                        "raw"};
constexpr absl::string_view kProtocols[] = {"default", "tcp",  "udp", "mptcp",
                                            "udplite", "sctp", "icmp"};

absl::Status Wrong(absl::string_view text, absl::string_view right) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" cannot stand here: ", right));
}

absl::StatusOr<std::string> OneOf(absl::string_view text,
                                  absl::Span<const absl::string_view> words) {
  if (std::find(words.begin(), words.end(), text) != words.end()) {
    return std::string(text);
  }
  return Wrong(text, absl::StrCat(absl::StrJoin(words, ", "), " can"));
}

absl::StatusOr<std::string> SeveralOf(
    absl::string_view text, absl::Span<const absl::string_view> words) {
  std::set<std::string> given;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string word,
                               OneOf(absl::StripAsciiWhitespace(part), words));
    given.insert(std::move(word));
  }
  std::vector<absl::string_view> ordered;
  for (absl::string_view word : words) {
    if (given.contains(std::string(word))) ordered.push_back(word);
  }
  return absl::StrJoin(ordered, ",");
}

absl::StatusOr<std::string> CanonicalOptionName(absl::string_view text) {
  if (FindOption(text) != nullptr) return std::string(text);
  std::vector<std::string> names;
  for (const OptionSpec& option : Options()) names.emplace_back(option.name);
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no socket option \"", text, "\"", Suggestion(text, names)));
}

absl::StatusOr<std::string> CanonicalIp(absl::string_view text) {
  const std::optional<IpAddress> address = ParseIpAddress(text);
  if (!address.has_value()) {
    return Wrong(text, "an address such as 127.0.0.1 or ::1 can");
  }
  return address->canonical;
}

bool IsNumber(absl::string_view text, uint64_t limit) {
  uint64_t number = 0;
  return !text.empty() && absl::ascii_isdigit(text[0]) &&
         absl::SimpleAtoi(text, &number) && number <= limit;
}

constexpr absl::string_view kPortsAre =
    "a port is a number from 0 to 65535, a symbolic port A to Z (A.low, "
    "A.ephemeral, A.nodeport), port(NAME) of a socket, or a name of `ports:`";

absl::StatusOr<std::string> CanonicalPort(
    absl::string_view text, const std::vector<std::string>& ports) {
  if (std::find(ports.begin(), ports.end(), text) != ports.end()) {
    return std::string(text);
  }
  if (IsNumber(text, 65535)) {
    int number = 0;
    if (absl::SimpleAtoi(text, &number)) return absl::StrCat(number);
  }
  if (!text.empty() && absl::ascii_isupper(text[0])) {
    const absl::string_view kind = text.substr(1);
    if (kind.empty() || kind == ".low" || kind == ".ephemeral" ||
        kind == ".nodeport") {
      return std::string(text);
    }
  }
  absl::string_view inner = text;
  if (absl::ConsumePrefix(&inner, "port(") &&
      absl::ConsumeSuffix(&inner, ")") && !inner.empty()) {
    return std::string(text);
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no port: ", kPortsAre));
}

}  // namespace

absl::StatusOr<std::string> CanonicalName(absl::string_view text) {
  const bool good = !text.empty() && absl::ascii_isalpha(text[0]) &&
                    std::all_of(text.begin(), text.end(), [](char c) {
                      return absl::ascii_isalnum(c) || c == '_' || c == '-';
                    });
  if (good) return std::string(text);
  return Wrong(text, "a name of letters, digits, '_' and '-' can");
}

absl::StatusOr<std::string> CanonicalInteger(absl::string_view text) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || absl::StartsWith(text, "+")) {
    return Wrong(text, "a decimal number can");
  }
  return absl::StrCat(number);
}

absl::StatusOr<int64_t> ParseDurationMs(absl::string_view text) {
  absl::string_view number = text;
  int64_t unit = 0;
  if (absl::ConsumeSuffix(&number, "ms")) {
    unit = 1;
  } else if (absl::ConsumeSuffix(&number, "s")) {
    unit = 1000;
  } else if (absl::ConsumeSuffix(&number, "m")) {
    unit = 60'000;
  }
  double value = 0;
  const bool digits =
      !number.empty() && absl::ascii_isdigit(number[0]) &&
      number.find_first_not_of("0123456789.") == absl::string_view::npos;
  if (unit == 0 || !digits || !absl::SimpleAtod(number, &value) ||
      value * static_cast<double>(unit) > 86'400'000) {
    return Wrong(text, "a time of at most a day, such as 500ms, 5s or 2m, can");
  }
  return std::llround(value * static_cast<double>(unit));
}

absl::StatusOr<std::string> CanonicalMark(absl::string_view text) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t ms, ParseDurationMs(text));
  return ms % 1000 == 0 ? absl::StrCat(ms / 1000, "s") : absl::StrCat(ms, "ms");
}

absl::StatusOr<std::string> CanonicalMarks(absl::string_view text) {
  std::set<int64_t> marks;
  for (absl::string_view part : absl::StrSplit(text, ',')) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        const int64_t ms, ParseDurationMs(absl::StripAsciiWhitespace(part)));
    if (!marks.insert(ms).second) return Wrong(text, "each mark once can");
  }
  std::vector<std::string> texts;
  texts.reserve(marks.size());
  for (int64_t ms : marks) {
    texts.push_back(*CanonicalMark(absl::StrCat(ms, "ms")));
  }
  return absl::StrJoin(texts, ",");
}

absl::StatusOr<std::string> CanonicalEndpoint(
    absl::string_view text, const std::vector<std::string>& ports) {
  if (text == "unspec") return std::string(text);
  // The port follows the last colon, so that `$axis:A` needs no brackets.
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) {
    return Wrong(text,
                 "an address and a port, such as 127.0.0.1:A or "
                 "[::1]:A, or `unspec` can");
  }
  absl::string_view host = text.substr(0, colon);
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string port,
                             CanonicalPort(text.substr(colon + 1), ports));
  const bool unspecified = absl::ConsumePrefix(&host, "unspec(");
  if (unspecified && !absl::ConsumeSuffix(&host, ")")) {
    return Wrong(text, "unspec(ADDRESS):PORT can");
  }
  if (absl::ConsumePrefix(&host, "[") && !absl::ConsumeSuffix(&host, "]")) {
    return Wrong(text, "[ADDRESS]:PORT can");
  }
  const std::optional<IpAddress> address = ParseIpAddress(host);
  if (!address.has_value()) {
    return Wrong(text, absl::StrCat("\"", host,
                                    "\" is no address; an address "
                                    "and a port, such as 127.0.0.1:A or "
                                    "[::1]:A, can"));
  }
  const std::string bracketed = address->ipv6
                                    ? absl::StrCat("[", address->canonical, "]")
                                    : address->canonical;
  if (unspecified) {
    return absl::StrCat("unspec(", address->canonical, "):", port);
  }
  return absl::StrCat(bracketed, ":", port);
}

absl::StatusOr<std::string> CanonicalListPort(
    absl::string_view text, const std::vector<std::string>& ports) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos) {
    return Wrong(text, "a list's name and a port, such as list:A, can");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string list,
                             CanonicalName(text.substr(0, colon)));
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string port,
                             CanonicalPort(text.substr(colon + 1), ports));
  return absl::StrCat(list, ":", port);
}

absl::Span<const absl::string_view> WordsOf(FieldType type) {
  switch (type) {
    case FieldType::kFamily:
      return kFamilies;
    case FieldType::kSocketType:
      return kTypes;
    case FieldType::kProtocol:
      return kProtocols;
    default:
      return {};
  }
}

absl::StatusOr<std::string> CanonicalText(absl::string_view text,
                                          const FieldSpec& field) {
  switch (field.type) {
    case FieldType::kFamily:
    case FieldType::kSocketType:
    case FieldType::kProtocol:
      return OneOf(text, WordsOf(field.type));
    case FieldType::kOptionName:
      return CanonicalOptionName(text);
    case FieldType::kAddress:
      return CanonicalIp(text);
    case FieldType::kInteger:
      return CanonicalInteger(text);
    case FieldType::kDuration: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t ms, ParseDurationMs(text));
      return absl::StrCat(ms, "ms");
    }
    case FieldType::kMarks:
      return CanonicalMarks(text);
    case FieldType::kWord:
      return OneOf(text, field.words);
    case FieldType::kWords:
      return SeveralOf(text, field.words);
    case FieldType::kNewSocket:
    case FieldType::kSocket:
    case FieldType::kSocketList:
    case FieldType::kNewProcess:
    case FieldType::kProcess:
    case FieldType::kOptionValue:
    case FieldType::kEndpoint:
    case FieldType::kListPort:
    case FieldType::kOutcome:
    case FieldType::kText:
      break;
  }
  return std::string(text);
}

}  // namespace sockdrift
