#include "reproduce/options.h"

#include <net/if.h>
#include <netinet/in.h>

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "reproduce/target.h"

namespace sockdrift {
namespace {

using absl::StrCat;

absl::Status Invalid(const OptionValue& value) {
  return absl::InvalidArgumentError(
      StrCat("\"", value.text, "\" is no value of ", value.option->name));
}

bool IsLinkKind(OptionKind kind) {
  return kind == OptionKind::kLink || kind == OptionKind::kLinkNetworkOrder ||
         kind == OptionKind::kMulticastLink;
}

// Whole milliseconds of "1500ms" or "5s"; negative for none.
int64_t Milliseconds(absl::string_view text) {
  const bool ms = absl::ConsumeSuffix(&text, "ms");
  if (!ms && !absl::ConsumeSuffix(&text, "s")) return -1;
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number)) return -1;
  return ms ? number : number * 1000;
}

// Of SO_LINGER: on or off, and seconds.
std::pair<std::string, std::string> Linger(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  return {std::string(parts.first), StrCat(Milliseconds(parts.second) / 1000)};
}

// Of SO_INCOMING_CPU, by the CPU that the program stays on.
std::string CpuNumber(absl::string_view text) {
  if (text == "this") return "this_cpu()";
  return text == "other" ? "this_cpu() + 1" : "-1";
}

// The one instruction that a filter is, by what it returns; empty where it is
// two ("cpu").
std::string FilterResult(absl::string_view text) {
  if (text == "drop-all") return "0";
  if (text == "accept-all") return "0x7fffffff";
  if (absl::ConsumePrefix(&text, "always ")) return std::string(text);
  return "";
}

// A value of the C type, with memory for a length that is more than its own.
std::string Typed(absl::string_view type, absl::string_view value,
                  const OptionValue& option, int64_t own_size) {
  if (option.size.empty()) {
    return StrCat("&(", type, "){", value, "}, sizeof(", type, ")");
  }
  int64_t size = 0;
  if (!absl::SimpleAtoi(option.size, &size)) size = 0;
  const int64_t count = std::max<int64_t>(
      1, (std::min<int64_t>(size, 65536) + own_size - 1) / own_size);
  const std::string length =
      size < 0 ? StrCat("(socklen_t)", size) : option.size;
  const bool is_struct = absl::StrContains(type, "struct");
  return StrCat("(", type, "[", count, "]){", is_struct ? "{" : "", value,
                is_struct ? "}" : "", "}, ", length);
}

std::string Quoted(absl::string_view text) { return StrCat("\"", text, "\""); }

std::string FilterInC(const OptionValue& value) {
  const std::string result = FilterResult(value.text);
  if (!result.empty()) {
    return StrCat("1, (struct sock_filter[]){{BPF_RET | BPF_K, 0, 0, ", result,
                  "}}");
  }
  return "4, (struct sock_filter[]){{BPF_LD | BPF_W | BPF_ABS, 0, 0, "
         "(unsigned)(SKF_AD_OFF + SKF_AD_CPU)}, "
         "{BPF_JMP | BPF_JEQ | BPF_K, 0, 1, (unsigned)this_cpu()}, "
         "{BPF_RET | BPF_K, 0, 0, 0}, {BPF_RET | BPF_K, 0, 0, 1}}";
}

}  // namespace

absl::StatusOr<OptionValue> OptionOf(const CellStep& step) {
  OptionValue value;
  const std::string name = step.Get(FieldId::kName);
  value.option = FindOption(name);
  if (value.option == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("there is no socket option \"", name, "\""));
  }
  value.text = step.Get(FieldId::kValue);
  value.size = step.Get(FieldId::kSize);
  const bool is_address = absl::StrContains(value.text, '.');
  if (IsLinkKind(value.option->kind) && value.text != "none" && !is_address) {
    value.link = value.text;
  }
  return value;
}

absl::StatusOr<uint32_t> PortRangeNumber(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  uint32_t low = 0;
  uint32_t high = 0;
  if (!absl::SimpleAtoi(parts.first, &low) ||
      !absl::SimpleAtoi(parts.second, &high) || low > 65535 || high > 65535) {
    return absl::InvalidArgumentError(
        StrCat("\"", text, "\" is no range of ports"));
  }
  return high << 16 | low;
}

absl::StatusOr<std::string> OptionInC(const OptionValue& value,
                                      absl::string_view link_number) {
  const std::string number =
      value.link.empty() ? "0" : std::string(link_number);
  switch (value.option->kind) {
    case OptionKind::kInteger:
    case OptionKind::kClock:
      return Typed("int", value.text, value, sizeof(int));
    case OptionKind::kCpu:
      return Typed("int", CpuNumber(value.text), value, sizeof(int));
    case OptionKind::kLink:
      return Typed("int", number, value, sizeof(int));
    case OptionKind::kLinkNetworkOrder:
      return Typed("int", StrCat("(int)htonl((unsigned)", number, ")"), value,
                   sizeof(int));
    case OptionKind::kLinger: {
      const auto [on, seconds] = Linger(value.text);
      return Typed("struct linger", StrCat(on, ", ", seconds), value, 8);
    }
    case OptionKind::kDuration: {
      const int64_t ms = Milliseconds(value.text);
      if (ms < 0) return Invalid(value);
      return Typed("struct timeval", StrCat(ms / 1000, ", ", ms % 1000 * 1000),
                   value, 16);
    }
    case OptionKind::kPortRange: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const uint32_t range,
                                 PortRangeNumber(value.text));
      return Typed("unsigned",
                   StrCat(range >> 16, "u << 16 | ", range & 0xffff), value,
                   sizeof(int));
    }
    case OptionKind::kDevice:
    case OptionKind::kWord: {
      const bool device = value.option->kind == OptionKind::kDevice;
      const std::string size = !value.size.empty()
                                   ? StrCat("(socklen_t)", value.size)
                               : device ? StrCat(IFNAMSIZ)
                                        : StrCat(value.text.size());
      return StrCat("(char[64]){", Quoted(value.text), "}, ", size);
    }
    case OptionKind::kFilter:
    case OptionKind::kReuseportProgram:
      return Typed("struct sock_fprog", FilterInC(value), value, 16);
    case OptionKind::kKey: {
      std::string bytes;
      for (size_t i = 0; i + 1 < value.text.size(); i += 2) {
        absl::StrAppend(&bytes, i == 0 ? "" : ", ", "0x",
                        value.text.substr(i, 2));
      }
      const std::string size = value.size.empty()
                                   ? StrCat(value.text.size() / 2)
                                   : StrCat("(socklen_t)", value.size);
      return StrCat("(unsigned char[64]){", bytes, "}, ", size);
    }
    case OptionKind::kMulticastLink: {
      const bool address = value.link.empty() && value.text != "none";
      return Typed("struct ip_mreqn",
                   address ? StrCat(".imr_address.s_addr = inet_addr(",
                                    Quoted(value.text), ")")
                           : StrCat(".imr_ifindex = ", number),
                   value, 12);
    }
  }
  return Invalid(value);
}

absl::StatusOr<std::string> OptionInPython(const OptionValue& value,
                                           absl::string_view link_number) {
  const std::string number =
      value.link.empty() ? "0" : std::string(link_number);
  switch (value.option->kind) {
    case OptionKind::kInteger:
    case OptionKind::kClock:
      return StrCat("struct.pack(\"i\", ", value.text, ")");
    case OptionKind::kCpu:
      return StrCat("struct.pack(\"i\", ", CpuNumber(value.text), ")");
    case OptionKind::kLink:
      return StrCat("struct.pack(\"i\", ", number, ")");
    case OptionKind::kLinkNetworkOrder:
      return StrCat("struct.pack(\"!I\", ", number, ")");
    case OptionKind::kLinger: {
      const auto [on, seconds] = Linger(value.text);
      return StrCat("struct.pack(\"ii\", ", on, ", ", seconds, ")");
    }
    case OptionKind::kDuration: {
      const int64_t ms = Milliseconds(value.text);
      if (ms < 0) return Invalid(value);
      return StrCat("struct.pack(\"ll\", ", ms / 1000, ", ", ms % 1000 * 1000,
                    ")");
    }
    case OptionKind::kPortRange: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const uint32_t range,
                                 PortRangeNumber(value.text));
      return StrCat("struct.pack(\"I\", ", range >> 16, " << 16 | ",
                    range & 0xffff, ")");
    }
    case OptionKind::kDevice:
      return StrCat("b", Quoted(value.text), ".ljust(", IFNAMSIZ,
                    ", b\"\\0\")");
    case OptionKind::kWord:
      return StrCat("b", Quoted(value.text));
    case OptionKind::kFilter:
    case OptionKind::kReuseportProgram: {
      const std::string result = FilterResult(value.text);
      return result.empty()
                 ? "program((0x20, 0, 0, 0xfffff024), "
                   "(0x15, 0, 1, this_cpu()), (0x06, 0, 0, 0), (0x06, 0, 0, 1))"
                 : StrCat("program((0x06, 0, 0, ", result, "))");
    }
    case OptionKind::kKey:
      return StrCat("bytes.fromhex(", Quoted(value.text), ")");
    case OptionKind::kMulticastLink: {
      const bool address = value.link.empty() && value.text != "none";
      return StrCat("struct.pack(\"4s4si\", bytes(4), ",
                    address
                        ? StrCat("socket.inet_aton(", Quoted(value.text), ")")
                        : "bytes(4)",
                    ", ", address ? "0" : number, ")");
    }
  }
  return Invalid(value);
}

std::string OptionRoom(const CellStep& step, const OptionSpec& option) {
  if (const std::string* size = step.Find(FieldId::kSize)) return *size;
  switch (option.kind) {
    case OptionKind::kLinger:
      return "8";
    case OptionKind::kDuration:
    case OptionKind::kDevice:
    case OptionKind::kWord:
      return "16";
    case OptionKind::kKey:
      return "32";
    default:
      return "4";
  }
}

bool IsYoung(const OptionSpec& option) {
  switch (option.level) {
    case SOL_SOCKET:
      return option.number < 0 || option.number > 46;
    case IPPROTO_IP:
      return option.number > 49 || (option.number > 21 && option.number < 32);
    case IPPROTO_IPV6:
      return option.number > 67 || option.number == 29 || option.number == 33 ||
             (option.number > 8 && option.number < 16) || option.number == 37;
    case IPPROTO_TCP:
      return option.number > 25;
    default:
      return option.number > 1;
  }
}

}  // namespace sockdrift
