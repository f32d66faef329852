// In which facts two hosts, or one host at two times, differ.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_FACT_DIFF_H_
#define SOCKDRIFT_CORE_DIVERGENCE_FACT_DIFF_H_

#include <string>
#include <vector>

#include "core/plan/expectation.h"

namespace sockdrift {

struct FactDiff {
  std::string fact;
  std::string a;  // empty where it is not known
  std::string b;
};

// Ascending by name.
std::vector<FactDiff> CompareFacts(const Facts& a, const Facts& b);

// Drops the facts that no socket call can see (fact_relevance.h) and puts those
// that bear most on sockets first. How many were dropped.
size_t KeepRelevant(std::vector<FactDiff>& facts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_FACT_DIFF_H_
