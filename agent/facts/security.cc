// What may forbid a call before the network stack sees it.
#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/facts/sources.h"
#include "core/net/capability_name.h"

namespace sockdrift {
namespace {

std::map<std::string, std::string> OwnStatus(const HostRoot& root) {
  std::map<std::string, std::string> status;
  std::string text = root.Read("/proc/self/status");
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(line, absl::MaxSplits(':', 1));
    status.emplace(std::string(pair.first), OneLine(pair.second));
  }
  return status;
}

// The names of the bits of a hexadecimal mask, "none" of an empty one; empty
// for what is no mask.
std::string CapabilityNames(const std::string& mask) {
  uint64_t bits = 0;
  if (!absl::SimpleHexAtoi(mask, &bits)) return "";
  std::vector<std::string> names;
  for (size_t bit = 0; bit < 64; ++bit) {
    if ((bits >> bit & 1) == 0) continue;
    names.push_back(CapabilityName(static_cast<int>(bit)));
  }
  std::sort(names.begin(), names.end());
  return names.empty() ? "none" : absl::StrJoin(names, ",");
}

std::string SeccompMode(const std::string& number) {
  if (number == "0") return "disabled";
  if (number == "1") return "strict";
  if (number == "2") return "filter";
  return number;
}

}  // namespace

void AddSecurityFacts(const HostRoot& root, Facts& facts) {
  AddFact("lsm", root.Line("/sys/kernel/security/lsm"), facts);
  // AppArmor's own file answers where another module owns the common one.
  std::string label = root.Line("/proc/self/attr/apparmor/current");
  if (label.empty()) label = root.Line("/proc/self/attr/current");
  AddFact("lsm.label", label, facts);
  AddFact("lsm.selinux.enforce", root.Line("/sys/fs/selinux/enforce"), facts);
  AddFact("lsm.lockdown", root.Line("/sys/kernel/security/lockdown"), facts);

  std::map<std::string, std::string> status = OwnStatus(root);
  AddFact("seccomp.mode", SeccompMode(status["Seccomp"]), facts);
  AddFact("no_new_privs", status["NoNewPrivs"], facts);
  AddFact("caps.effective", CapabilityNames(status["CapEff"]), facts);
  AddFact("caps.bounding", CapabilityNames(status["CapBnd"]), facts);
}

}  // namespace sockdrift
