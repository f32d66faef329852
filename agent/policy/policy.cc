#include "agent/policy/policy.h"

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxPolicyBytes = 1 << 16;

// Empty when the value was taken, else what would be right.
using Setter = std::function<std::string(absl::string_view, Policy&)>;

std::string SetWorlds(absl::string_view value, Policy& policy) {
  constexpr absl::string_view kRight =
      "one or more of replica, pristine, own, host, as [replica, pristine]";
  absl::ConsumePrefix(&value, "[");
  absl::ConsumeSuffix(&value, "]");
  policy.worlds.clear();
  for (const absl::string_view part : absl::StrSplit(value, ',')) {
    const absl::StatusOr<World> world =
        ParseWorld(absl::StripAsciiWhitespace(part));
    if (!world.ok()) return std::string(kRight);
    policy.worlds.insert(*world);
  }
  return "";
}

std::string SetAddresses(absl::string_view value, Policy& policy) {
  if (value == "loopback") {
    policy.addresses = AddressRule::kLoopback;
  } else if (value == "local") {
    policy.addresses = AddressRule::kLocal;
  } else if (value == "any") {
    policy.addresses = AddressRule::kAny;
  } else {
    return "loopback, local or any";
  }
  return "";
}

std::string SetPorts(absl::string_view value, Policy& policy) {
  const std::vector<absl::string_view> ends =
      absl::StrSplit(value, absl::MaxSplits('-', 1));
  int first = 0;
  int last = 0;
  if (ends.size() != 2 || !absl::SimpleAtoi(ends[0], &first) ||
      !absl::SimpleAtoi(ends[1], &last) || first < 1 || last > 65535 ||
      first > last) {
    return "two ports from 1 to 65535, as 20000-29999";
  }
  policy.first_port = static_cast<uint16_t>(first);
  policy.last_port = static_cast<uint16_t>(last);
  return "";
}

// A setter of a whole number within bounds, inclusive.
template <typename T>
Setter Number(T Policy::*field, int64_t least, int64_t most) {
  return [=](absl::string_view value, Policy& policy) -> std::string {
    int64_t number = 0;
    if (!absl::SimpleAtoi(value, &number) || number < least || number > most) {
      return absl::StrCat("a whole number from ", least, " to ", most);
    }
    policy.*field = static_cast<T>(number);
    return "";
  };
}

std::string SetMemory(absl::string_view value, Policy& policy) {
  constexpr absl::string_view kRight = "64MiB to 64GiB, as 512MiB";
  const bool gibibytes = absl::ConsumeSuffix(&value, "GiB");
  if (!gibibytes && !absl::ConsumeSuffix(&value, "MiB")) {
    return std::string(kRight);
  }
  uint64_t number = 0;
  if (!absl::SimpleAtoi(value, &number) || number > 65536) {
    return std::string(kRight);
  }
  policy.max_memory_bytes = number << (gibibytes ? 30 : 20);
  const bool fits = policy.max_memory_bytes >= uint64_t{64} << 20 &&
                    policy.max_memory_bytes <= uint64_t{64} << 30;
  return fits ? "" : std::string(kRight);
}

std::string SetRootCgroup(absl::string_view value, Policy& policy) {
  if (value != "yes" && value != "no") return "yes or no";
  policy.root_cgroup = value == "yes";
  return "";
}

std::string SetTime(absl::string_view value, Policy& policy) {
  absl::Duration time;
  if (!absl::ParseDuration(value, &time) || time < absl::Seconds(1) ||
      time > absl::Hours(24)) {
    return "1s to 24h, as 10m";
  }
  policy.max_time = time;
  return "";
}

const std::map<absl::string_view, Setter>& Setters() {
  static const auto* const setters = new std::map<absl::string_view, Setter>{
      {"addresses", SetAddresses},
      {"max_cells", Number(&Policy::max_cells, 1, 1'000'000)},
      {"max_memory", SetMemory},
      {"max_sockets", Number(&Policy::max_sockets, 64, 1'000'000)},
      {"max_time", SetTime},
      {"parallel", Number(&Policy::parallel, 1, 64)},
      {"ports", SetPorts},
      {"root_cgroup", SetRootCgroup},
      {"worlds", SetWorlds},
  };
  return *setters;
}

std::string KnownKeys() {
  return absl::StrJoin(Setters(), ", ", [](std::string* out, const auto& key) {
    absl::StrAppend(out, key.first);
  });
}

// Empty, or what is wrong with the line.
std::string TakeLine(absl::string_view line, Policy& policy,
                     std::set<std::string>& seen) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(line, absl::MaxSplits(':', 1));
  if (parts.size() != 2) return "not of the form `key: value`";
  const absl::string_view key = absl::StripAsciiWhitespace(parts[0]);
  const absl::string_view value = absl::StripAsciiWhitespace(parts[1]);
  const auto setter = Setters().find(key);
  if (setter == Setters().end()) {
    return absl::StrCat("unknown key '", key, "'; known are ", KnownKeys());
  }
  if (!seen.insert(std::string(key)).second) {
    return absl::StrCat("'", key, "' is given twice");
  }
  const std::string right = setter->second(value, policy);
  if (right.empty()) return "";
  return absl::StrCat(key, ": '", value, "' must be ", right);
}

}  // namespace

absl::StatusOr<Policy> ParsePolicy(absl::string_view text,
                                   absl::string_view file) {
  Policy policy;
  std::set<std::string> seen;
  std::vector<std::string> errors;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    const std::string wrong = TakeLine(line, policy, seen);
    if (!wrong.empty()) {
      errors.push_back(absl::StrCat(file, ":", number, ": ", wrong));
    }
  }
  if (!errors.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(errors, "\n"));
  }
  return policy;
}

absl::StatusOr<Policy> LoadPolicy(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string text,
                             ReadFileBytes(path, kMaxPolicyBytes));
  return ParsePolicy(text, path);
}

}  // namespace sockdrift
