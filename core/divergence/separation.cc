#include "core/divergence/separation.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/divergence/render_explanation.h"

namespace sockdrift {
namespace {

using Relation = FactCondition::Relation;

// What several facts say of one thing, so that no host could tell them apart:
// the kernel that was built, the distribution, one sysctl of several links.
absl::string_view ThingOf(absl::string_view fact) {
  if (fact == "kernel" || fact == "kernel.release" ||
      fact == "kernel.version" || absl::StartsWith(fact, "kernel.config.")) {
    return "kernel";
  }
  if (absl::StartsWith(fact, "os.")) return "os";
  if (absl::StartsWith(fact, "net.") && absl::StrContains(fact, ".conf.")) {
    return fact.substr(fact.rfind('.') + 1);
  }
  return fact;
}

FactCondition Opposite(FactCondition condition) {
  switch (condition.relation) {
    case Relation::kEqual:
      condition.relation = Relation::kNotEqual;
      break;
    case Relation::kNotEqual:
      condition.relation = Relation::kEqual;
      break;
    case Relation::kLess:
      condition.relation = Relation::kGreaterEqual;
      break;
    case Relation::kLessEqual:
      condition.relation = Relation::kGreater;
      break;
    case Relation::kGreater:
      condition.relation = Relation::kLessEqual;
      break;
    case Relation::kGreaterEqual:
      condition.relation = Relation::kLess;
      break;
  }
  return condition;
}

std::string Separate(const FactCondition& term, const FactCondition& other,
                     absl::Span<const RunnableHost> hosts) {
  for (const FactCondition* settable : {&term, &other}) {
    if (!CanBeSetInWorld(settable->fact)) continue;
    return absl::StrCat("'explain --prove' sets ", settable->fact,
                        " alone in fresh worlds, which tells them apart");
  }
  for (const RunnableHost& host : hosts) {
    const bool holds = HoldsOn(term, *host.facts);
    if (holds == HoldsOn(other, *host.facts)) continue;
    return absl::StrCat("run it on ", host.id, ", which tells them apart: ",
                        RenderFactCondition(holds ? term : Opposite(term)),
                        ", but ",
                        RenderFactCondition(holds ? Opposite(other) : other));
  }
  return absl::StrCat(
      "no host that is known has one without the other: run it on one with ",
      RenderFactCondition(term), " and ", RenderFactCondition(Opposite(other)));
}

}  // namespace

bool CanBeSetInWorld(absl::string_view fact) {
  return absl::StartsWith(fact, "net.");
}

std::string HowToSeparate(const Candidate& candidate,
                          absl::Span<const RunnableHost> hosts) {
  for (size_t i = 0; i < candidate.inseparable.size(); ++i) {
    const FactCondition& other = candidate.inseparable[i];
    const FactCondition& term = candidate.terms[candidate.inseparable_from[i]];
    if (ThingOf(term.fact) == ThingOf(other.fact)) continue;
    return Separate(term, other, hosts);
  }
  return "";
}

std::string WhereItHolds(const FactCondition& condition,
                         absl::Span<const RunnableHost> hosts) {
  const auto host = std::find_if(
      hosts.begin(), hosts.end(),
      [&](const RunnableHost& one) { return HoldsOn(condition, *one.facts); });
  return absl::StrCat("run it on ",
                      host == hosts.end()
                          ? std::string("another host with")
                          : absl::StrCat(host->id, ", which has"),
                      " ", RenderFactCondition(condition));
}

}  // namespace sockdrift
