#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/canonical_text.h"
#include "core/base/status_macros.h"
#include "core/net/ip_address.h"

namespace sockdrift {
namespace {

absl::Status Wrong(absl::string_view text, const OptionSpec& option,
                   absl::string_view right) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no value of ", option.name, ": ", right));
}

absl::StatusOr<std::string> Linger(absl::string_view text,
                                   const OptionSpec& option) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  const absl::StatusOr<int64_t> ms = ParseDurationMs(parts.second);
  if ((parts.first != "0" && parts.first != "1") || !ms.ok() ||
      *ms % 1000 != 0) {
    return Wrong(text, option, "0 or 1 and whole seconds, such as 1/5s, are");
  }
  return absl::StrCat(parts.first, "/", *ms / 1000, "s");
}

absl::StatusOr<std::string> PortRange(absl::string_view text,
                                      const OptionSpec& option) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  uint32_t low = 0;
  uint32_t high = 0;
  if (!absl::SimpleAtoi(parts.first, &low) ||
      !absl::SimpleAtoi(parts.second, &high) || low > 65535 || high > 65535) {
    return Wrong(text, option, "two ports, such as 40000-49999, are");
  }
  return absl::StrCat(low, "-", high);
}

absl::StatusOr<std::string> ReuseportProgram(absl::string_view text,
                                             const OptionSpec& option) {
  if (text == "cpu") return std::string(text);
  absl::string_view rest = text;
  uint32_t member = 0;
  if (absl::ConsumePrefix(&rest, "always ") &&
      absl::SimpleAtoi(rest, &member)) {
    return absl::StrCat("always ", member);
  }
  return Wrong(text, option, "`cpu` or `always N` is");
}

constexpr size_t kLongestWord = 15;  // of a link's name, too

absl::StatusOr<std::string> Key(absl::string_view text,
                                const OptionSpec& option) {
  constexpr size_t kDigits = 32;
  if (text.size() != kDigits ||
      !std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) {
    return Wrong(text, option, "32 hexadecimal digits are");
  }
  return absl::AsciiStrToLower(text);
}

absl::StatusOr<std::string> Link(absl::string_view text,
                                 const OptionSpec& option) {
  if (text.empty() || text.size() > kLongestWord) {
    return Wrong(text, option, "a link's name, or `none`, is");
  }
  return std::string(text);
}

}  // namespace

absl::StatusOr<std::string> CanonicalOptionValue(absl::string_view text,
                                                 const OptionSpec& option) {
  switch (option.kind) {
    case OptionKind::kInteger:
    case OptionKind::kClock: {
      absl::StatusOr<std::string> number = CanonicalInteger(text);
      if (!number.ok()) return Wrong(text, option, "a decimal number is");
      return number;
    }
    case OptionKind::kLinger:
      return Linger(text, option);
    case OptionKind::kDuration: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t ms, ParseDurationMs(text));
      return absl::StrCat(ms, "ms");
    }
    case OptionKind::kPortRange:
      return PortRange(text, option);
    case OptionKind::kDevice:
      return std::string(text);
    case OptionKind::kFilter:
      if (text == "drop-all" || text == "accept-all") return std::string(text);
      return Wrong(text, option, "`drop-all` or `accept-all` is");
    case OptionKind::kReuseportProgram:
      return ReuseportProgram(text, option);
    case OptionKind::kCpu:
      if (text == "this" || text == "other" || text == "none") {
        return std::string(text);
      }
      return Wrong(text, option, "`this`, `other` or `none` is");
    case OptionKind::kWord:
      if (!text.empty() && text.size() <= kLongestWord) {
        return std::string(text);
      }
      return Wrong(text, option, "a text of 1 to 15 characters is");
    case OptionKind::kKey:
      return Key(text, option);
    case OptionKind::kLink:
    case OptionKind::kLinkNetworkOrder:
      return Link(text, option);
    case OptionKind::kMulticastLink: {
      const std::optional<IpAddress> address = ParseIpAddress(text);
      if (!address.has_value()) return Link(text, option);
      if (!address->ipv6) return address->canonical;
      return Wrong(text, option, "a link's name or an IPv4 address is");
    }
  }
  return std::string(text);
}

}  // namespace sockdrift
