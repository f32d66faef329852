#include "core/divergence/fact_predicates.h"

#include <algorithm>
#include <climits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "core/divergence/explain.h"
#include "core/divergence/fact_relevance.h"

namespace sockdrift {
namespace {

using Relation = FactCondition::Relation;

// Says little: that a fact is known is mostly a matter of who asked.
constexpr int kPresenceRemoteness = 10;
constexpr size_t kMaxEqualities = 8;  // a column

// "6.1.0-46-amd64" and "32768": what CompareVersions orders.
bool IsOrdered(absl::string_view value) {
  return !value.empty() && absl::ascii_isdigit(value[0]) &&
         value.find_first_of(" \t,") == absl::string_view::npos;
}

// The predicates of one column.
class ColumnPredicates {
 public:
  ColumnPredicates(const FactColumn& column, absl::Span<const size_t> group,
                   absl::Span<const size_t> others)
      : column_(column),
        group_(group),
        others_(others),
        in_group_(column.values.size(), 0),
        elsewhere_(column.values.size(), 0) {
    for (size_t host : group) ++in_group_[column.codes[host]];
    for (size_t host : others) ++elsewhere_[column.codes[host]];
  }

  std::vector<FactPredicate> Make() && {
    for (uint32_t code : CommonestInGroup()) {
      Offer(Relation::kEqual, code,
            [&](uint32_t other) { return other == code; });
    }
    const uint32_t commonest = static_cast<uint32_t>(
        std::max_element(elsewhere_.begin(), elsewhere_.end()) -
        elsewhere_.begin());
    Offer(Relation::kNotEqual, commonest,
          [&](uint32_t other) { return other != commonest; });
    OfferBounds();
    return std::move(made_);
  }

 private:
  // The group's values, most hosts first: as many as may say something.
  std::vector<uint32_t> CommonestInGroup() const {
    std::vector<uint32_t> codes;
    for (uint32_t code = 0; code < in_group_.size(); ++code) {
      if (in_group_[code] > 0) codes.push_back(code);
    }
    std::stable_sort(codes.begin(), codes.end(), [&](uint32_t a, uint32_t b) {
      return in_group_[a] > in_group_[b];
    });
    codes.resize(std::min(codes.size(), kMaxEqualities));
    return codes;
  }

  // Whether a predicate is better in the group than elsewhere, by shares.
  bool Useful(size_t covered, size_t exceptions) const {
    return covered > 0 && covered * others_.size() > exceptions * group_.size();
  }

  template <typename HoldsFor>
  void Offer(Relation relation, uint32_t code, HoldsFor holds) {
    std::vector<bool> held(column_.values.size());
    FactPredicate predicate;
    for (uint32_t i = 0; i < held.size(); ++i) {
      held[i] = holds(i);
      if (!held[i]) continue;
      predicate.covered += in_group_[i];
      predicate.exceptions += elsewhere_[i];
    }
    if (!Useful(predicate.covered, predicate.exceptions)) return;
    predicate.condition = {column_.fact, relation, column_.values[code]};
    predicate.remoteness = Remoteness(column_.fact);
    if (column_.values[code] == kUnknownFact) {
      predicate.remoteness += kPresenceRemoteness;
    }
    predicate.hosts = BitSet(group_.size() + others_.size());
    size_t position = 0;
    for (absl::Span<const size_t> hosts : {group_, others_}) {
      for (size_t host : hosts) {
        if (held[column_.codes[host]]) predicate.hosts.Set(position);
        ++position;
      }
    }
    const bool known = std::any_of(made_.begin(), made_.end(),
                                   [&](const FactPredicate& other) {
                                     return other.hosts == predicate.hosts;
                                   });
    if (!known) made_.push_back(std::move(predicate));
  }

  // The bounds below and above which most hosts are on the right side.
  void OfferBounds() {
    if (column_.values.size() < 3 ||
        !std::all_of(column_.values.begin(), column_.values.end(),
                     [](const std::string& v) { return IsOrdered(v); })) {
      return;
    }
    std::vector<uint32_t> order(column_.values.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto compare = [&](uint32_t a, uint32_t b) {
      return CompareVersions(column_.values[a], column_.values[b]);
    };
    std::stable_sort(order.begin(), order.end(),
                     [&](uint32_t a, uint32_t b) { return compare(a, b) < 0; });
    // gain: what is on the right side with "below this", less what is not.
    long gain = 0;
    long best_below = LONG_MIN;
    long best_above = LONG_MAX;
    size_t below = 0;
    size_t above = 0;
    for (size_t i = 1; i < order.size(); ++i) {
      gain += static_cast<long>(in_group_[order[i - 1]]) -
              static_cast<long>(elsewhere_[order[i - 1]]);
      if (compare(order[i - 1], order[i]) == 0) continue;
      if (gain > best_below) {
        best_below = gain;
        below = i;
      }
      if (gain < best_above) {
        best_above = gain;
        above = i;
      }
    }
    for (const auto& [at, relation] :
         {std::make_pair(below, Relation::kLess),
          std::make_pair(above, Relation::kGreaterEqual)}) {
      if (at == 0) continue;
      const uint32_t bound = order[at];
      const bool less = relation == Relation::kLess;
      Offer(relation, bound,
            [&](uint32_t code) { return (compare(code, bound) < 0) == less; });
    }
  }

  const FactColumn& column_;
  absl::Span<const size_t> group_;
  absl::Span<const size_t> others_;
  std::vector<size_t> in_group_;   // hosts a value
  std::vector<size_t> elsewhere_;  // hosts a value
  std::vector<FactPredicate> made_;
};

// Makes those one that hold on the same hosts.
std::vector<FactPredicate> Merge(std::vector<FactPredicate> predicates) {
  std::stable_sort(predicates.begin(), predicates.end(),
                   [](const FactPredicate& a, const FactPredicate& b) {
                     return a.remoteness < b.remoteness;
                   });
  absl::flat_hash_map<BitSet, size_t> known;
  std::vector<FactPredicate> merged;
  for (FactPredicate& predicate : predicates) {
    const auto [it, is_new] = known.try_emplace(predicate.hosts, merged.size());
    if (is_new) {
      merged.push_back(std::move(predicate));
    } else {
      merged[it->second].inseparable.push_back(std::move(predicate.condition));
    }
  }
  std::stable_sort(merged.begin(), merged.end(),
                   [](const FactPredicate& a, const FactPredicate& b) {
                     return a.condition.fact < b.condition.fact;
                   });
  return merged;
}

}  // namespace

std::vector<FactPredicate> MakePredicates(const std::vector<FactColumn>& table,
                                          absl::Span<const size_t> group,
                                          absl::Span<const size_t> others) {
  std::vector<FactPredicate> predicates;
  for (const FactColumn& column : table) {
    for (FactPredicate& predicate :
         ColumnPredicates(column, group, others).Make()) {
      predicates.push_back(std::move(predicate));
    }
  }
  return Merge(std::move(predicates));
}

}  // namespace sockdrift
