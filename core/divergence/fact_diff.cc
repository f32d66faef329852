#include "core/divergence/fact_diff.h"

#include <algorithm>
#include <set>
#include <utility>

#include "core/divergence/fact_relevance.h"

namespace sockdrift {
namespace {

std::string ValueIn(const Facts& facts, const std::string& name) {
  const auto found = facts.find(name);
  return found == facts.end() ? std::string() : found->second;
}

}  // namespace

std::vector<FactDiff> CompareFacts(const Facts& a, const Facts& b) {
  std::set<std::string> names;
  for (const auto& [name, value] : a) names.insert(name);
  for (const auto& [name, value] : b) names.insert(name);
  std::vector<FactDiff> differing;
  for (const std::string& name : names) {
    FactDiff fact = {name, ValueIn(a, name), ValueIn(b, name)};
    if (fact.a != fact.b) differing.push_back(std::move(fact));
  }
  return differing;
}

size_t KeepRelevant(std::vector<FactDiff>& facts) {
  const size_t dropped = std::erase_if(facts, [](const FactDiff& fact) {
    return FindIrrelevant(fact.fact) != nullptr;
  });
  std::ranges::stable_sort(
      facts, {}, [](const FactDiff& fact) { return Remoteness(fact.fact); });
  return dropped;
}

}  // namespace sockdrift
