#include "agent/engine/option_value.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <net/if.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <deque>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/engine/duration_class.h"
#include "core/net/errno_name.h"

namespace sockdrift {
namespace {

// A value's word for no link.
constexpr absl::string_view kNoLink = "none";

template <typename T>
std::vector<uint8_t> BytesOf(const T& value) {
  std::vector<uint8_t> bytes(sizeof value);
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

template <typename T>
T ValueOf(absl::Span<const uint8_t> bytes) {
  T value = {};
  std::memcpy(&value, bytes.data(), std::min(bytes.size(), sizeof value));
  return value;
}

std::vector<uint8_t> ProgramBytes(std::vector<sock_filter> code) {
  // setsockopt(2) is handed a pointer, so the code outlives every program.
  static std::deque<std::vector<sock_filter>> kept;
  kept.push_back(std::move(code));
  sock_fprog program = {};
  program.len = static_cast<unsigned short>(kept.back().size());
  program.filter = kept.back().data();
  return BytesOf(program);
}

// The one that the prober stays on (agent/worlds/confinement.h).
int ThisCpu() { return ::sched_getcpu(); }

std::vector<uint8_t> ByCpuBytes() {
  const auto load = static_cast<uint32_t>(SKF_AD_OFF + SKF_AD_CPU);
  const auto here = static_cast<uint32_t>(ThisCpu());
  return ProgramBytes({{BPF_LD | BPF_W | BPF_ABS, 0, 0, load},
                       {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, here},
                       {BPF_RET | BPF_K, 0, 0, 0},
                       {BPF_RET | BPF_K, 0, 0, 1}});
}

std::vector<uint8_t> CpuBytes(absl::string_view text) {
  if (text == "this") return BytesOf(ThisCpu());
  if (text == "other") return BytesOf(ThisCpu() + 1);
  if (text == "none") return BytesOf(-1);
  return {};
}

std::string CpuText(int cpu) {
  if (cpu < 0) return "none";
  if (cpu == ThisCpu()) return "this";
  if (cpu == ThisCpu() + 1) return "other";
  return absl::StrCat(cpu);
}

std::vector<uint8_t> ReturnBytes(uint32_t value) {
  return ProgramBytes({{BPF_RET | BPF_K, 0, 0, value}});
}

bool ParseLinger(absl::string_view text, linger& value) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  const std::optional<int64_t> ms = ParseMilliseconds(parts.second);
  if (!ms.has_value() || !absl::SimpleAtoi(parts.first, &value.l_onoff)) {
    return false;
  }
  value.l_linger = static_cast<int>(*ms / 1000);
  return true;
}

bool ParsePortRange(absl::string_view text, uint32_t& value) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('-', 1));
  uint32_t low = 0;
  uint32_t high = 0;
  if (!absl::SimpleAtoi(parts.first, &low) ||
      !absl::SimpleAtoi(parts.second, &high) || low > 65535 || high > 65535) {
    return false;
  }
  value = high << 16 | low;
  return true;
}

// Empty when the text is none of the kind.
std::vector<uint8_t> BytesOrEmpty(absl::string_view text, OptionKind kind) {
  switch (kind) {
    case OptionKind::kInteger:
    case OptionKind::kClock: {
      int value = 0;
      if (absl::SimpleAtoi(text, &value)) return BytesOf(value);
      return {};
    }
    case OptionKind::kLinger: {
      linger value = {};
      if (ParseLinger(text, value)) return BytesOf(value);
      return {};
    }
    case OptionKind::kDuration: {
      const std::optional<int64_t> ms = ParseMilliseconds(text);
      if (!ms.has_value()) return {};
      return BytesOf(timeval{*ms / 1000, *ms % 1000 * 1000});
    }
    case OptionKind::kPortRange: {
      uint32_t value = 0;
      if (ParsePortRange(text, value)) return BytesOf(value);
      return {};
    }
    case OptionKind::kDevice: {
      std::vector<uint8_t> bytes(IFNAMSIZ, 0);
      std::memcpy(bytes.data(), text.data(),
                  std::min<size_t>(text.size(), IFNAMSIZ - 1));
      return bytes;
    }
    case OptionKind::kFilter:
      if (text == "drop-all") return ReturnBytes(0);
      if (text == "accept-all") return ReturnBytes(0x7fff'ffff);
      return {};
    case OptionKind::kReuseportProgram: {
      if (text == "cpu") return ByCpuBytes();
      uint32_t member = 0;
      if (absl::ConsumePrefix(&text, "always ") &&
          absl::SimpleAtoi(text, &member)) {
        return ReturnBytes(member);
      }
      return {};
    }
    case OptionKind::kCpu:
      return CpuBytes(text);
    case OptionKind::kWord:
      return std::vector<uint8_t>(text.begin(), text.end());
    case OptionKind::kKey: {
      if (!std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) {
        return {};
      }
      const std::string key = absl::HexStringToBytes(text);
      return std::vector<uint8_t>(key.begin(), key.end());
    }
    case OptionKind::kLink:
    case OptionKind::kLinkNetworkOrder:
      return BytesOf(0);
    case OptionKind::kMulticastLink: {
      ip_mreqn value = {};
      ::inet_pton(AF_INET, std::string(text).c_str(), &value.imr_address);
      return BytesOf(value);
    }
  }
  return {};
}

bool IsLinkKind(OptionKind kind) {
  return kind == OptionKind::kLink || kind == OptionKind::kLinkNetworkOrder ||
         kind == OptionKind::kMulticastLink;
}

}  // namespace

absl::StatusOr<std::vector<uint8_t>> OptionBytes(absl::string_view text,
                                                 OptionKind kind) {
  std::vector<uint8_t> bytes = BytesOrEmpty(text, kind);
  if (bytes.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text, "\" is no value of that socket option"));
  }
  return bytes;
}

std::string LinkOf(absl::string_view text, OptionKind kind) {
  in_addr address;
  const bool other =
      text == kNoLink ||
      ::inet_pton(AF_INET, std::string(text).c_str(), &address) == 1;
  return IsLinkKind(kind) && !other ? std::string(text) : "";
}

void SetLink(int number, OptionKind kind, absl::Span<uint8_t> bytes) {
  const size_t at =
      kind == OptionKind::kMulticastLink ? offsetof(ip_mreqn, imr_ifindex) : 0;
  if (kind == OptionKind::kLinkNetworkOrder) {
    number = static_cast<int>(htonl(static_cast<uint32_t>(number)));
  }
  if (bytes.size() < at + sizeof number) return;
  std::memcpy(bytes.data() + at, &number, sizeof number);
}

int LinkIn(absl::Span<const uint8_t> bytes, OptionKind kind) {
  const int number = ValueOf<int>(bytes);
  return kind == OptionKind::kLink
             ? number
             : static_cast<int>(ntohl(static_cast<uint32_t>(number)));
}

std::string OptionText(const OptionSpec& option,
                       absl::Span<const uint8_t> bytes) {
  switch (option.kind) {
    case OptionKind::kLinger: {
      const auto value = ValueOf<linger>(bytes);
      return absl::StrCat(value.l_onoff, "/", value.l_linger, "s");
    }
    case OptionKind::kDuration: {
      const auto value = ValueOf<timeval>(bytes);
      return absl::StrCat(value.tv_sec * 1000 + value.tv_usec / 1000, "ms");
    }
    case OptionKind::kPortRange: {
      const auto value = ValueOf<uint32_t>(bytes);
      return absl::StrCat(value & 0xffff, "-", value >> 16);
    }
    case OptionKind::kWord:
    case OptionKind::kDevice: {
      const absl::string_view name(reinterpret_cast<const char*>(bytes.data()),
                                   bytes.size());
      const absl::string_view shown = name.substr(0, name.find('\0'));
      return shown.empty() ? "none" : std::string(shown);
    }
    case OptionKind::kClock:
      return ValueOf<int>(bytes) == 0 ? "0" : "running";
    case OptionKind::kCpu:
      return CpuText(ValueOf<int>(bytes));
    case OptionKind::kKey:
      return bytes.empty() ? "none" : "set";
    case OptionKind::kMulticastLink: {
      const auto value = ValueOf<in_addr>(bytes);
      char text[INET_ADDRSTRLEN] = "";
      return ::inet_ntop(AF_INET, &value, text, sizeof text);
    }
    case OptionKind::kLink:
    case OptionKind::kLinkNetworkOrder:
      return absl::StrCat(LinkIn(bytes, option.kind));
    case OptionKind::kInteger:
    case OptionKind::kFilter:
    case OptionKind::kReuseportProgram:
      break;
  }
  // Some IPv4 options answer one byte where they are given room for one.
  const int value = bytes.size() == 1 ? bytes[0] : ValueOf<int>(bytes);
  const absl::string_view error = ErrnoName(value);
  if (option.level == SOL_SOCKET && option.number == SO_ERROR && value != 0 &&
      !error.empty()) {
    return std::string(error);
  }
  return absl::StrCat(value);
}

size_t OptionSize(OptionKind kind) {
  switch (kind) {
    case OptionKind::kLinger:
      return sizeof(linger);
    case OptionKind::kDuration:
      return sizeof(timeval);
    case OptionKind::kDevice:
    case OptionKind::kWord:
      return IFNAMSIZ;
    case OptionKind::kKey:
      return 32;  // two keys, of which one is on its way out
    case OptionKind::kMulticastLink:
      return sizeof(in_addr);
    default:
      return sizeof(int);
  }
}

}  // namespace sockdrift
