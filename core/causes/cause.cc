#include "core/causes/cause.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/divergence/documented.h"

namespace sockdrift {
namespace {

std::string FactOf(const Facts& facts, const std::string& name) {
  const auto found = facts.find(name);
  return found == facts.end() ? "" : found->second;
}

// "6.1." of "6.1.0"; empty where there are no two numbers.
std::string LineOf(const std::string& version) {
  const std::vector<std::string> parts = absl::StrSplit(version, '.');
  return parts.size() < 2 ? "" : absl::StrCat(parts[0], ".", parts[1], ".");
}

// gVisor and WSL 1 answer with the release of a kernel that they are not.
bool IsLinux(const Facts& facts) {
  const std::string kind = FactOf(facts, "virt.kind");
  return kind != "gvisor" && kind != "wsl1";
}

}  // namespace

bool OutcomeTest::NamesOneObservation() const {
  return observation.find_first_of("*?") == std::string::npos;
}

std::string KernelVersionOf(const Facts& facts) {
  const std::string upstream = FactOf(facts, "kernel.upstream");
  if (!upstream.empty()) return upstream;
  const std::string kernel = FactOf(facts, "kernel");
  const std::string line = LineOf(kernel);
  if (line.empty()) return kernel;
  for (const absl::string_view word :
       absl::StrSplit(FactOf(facts, "kernel.version"), ' ')) {
    if (!absl::StartsWith(word, line)) continue;
    return std::string(word.substr(0, word.find_first_not_of("0123456789.")));
  }
  return kernel;
}

bool NamesKernel(const Cause& cause, absl::string_view version) {
  return cause.kernels.empty() ||
         std::any_of(cause.kernels.begin(), cause.kernels.end(),
                     [&](const KernelRange& range) {
                       return (range.from.empty() ||
                               CompareVersions(version, range.from) >= 0) &&
                              (range.below.empty() ||
                               CompareVersions(version, range.below) < 0);
                     });
}

GivenIs JudgeGiven(const Cause& cause, const Facts& facts) {
  // What a document says of a system has no cause in Linux.
  if (IsDocumented(facts)) return GivenIs::kNotMet;
  GivenIs known = GivenIs::kMet;
  if (!cause.kernels.empty() && !IsLinux(facts)) return GivenIs::kNotMet;
  for (const FactCondition& condition : cause.given) {
    const auto fact = facts.find(condition.fact);
    if (fact == facts.end()) {
      known = GivenIs::kUnknown;
    } else if (!Meets(condition, fact->second)) {
      return GivenIs::kNotMet;
    }
  }
  return known;
}

}  // namespace sockdrift
