#include "core/divergence/explain.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

#include "core/divergence/bit_set.h"
#include "core/divergence/fact_predicates.h"
#include "core/divergence/fact_table.h"

namespace sockdrift {
namespace {

// How many predicates are tried in pairs and in threes.
constexpr size_t kPairPool = 200;
constexpr size_t kThreePool = 60;

// Several predicates joined, with how well they separate.
struct Combination {
  std::vector<size_t> terms;  // indices of predicates
  Join join = Join::kAll;
  size_t covered = 0;
  size_t exceptions = 0;
  int remoteness = 0;  // of the remotest term
};

class Search {
 public:
  Search(const std::vector<FactPredicate>& predicates, size_t group_size,
         size_t others, const ExplainOptions& options)
      : predicates_(predicates),
        group_size_(group_size),
        others_(others),
        options_(options),
        group_(group_size + others) {
    for (size_t i = 0; i < group_size; ++i) group_.Set(i);
    // Better than saying of all hosts, or of none, that they are the group.
    worst_allowed_ = std::min(group_size, others);
  }

  std::vector<Candidate> Run() {
    std::vector<Combination> found = Singles();
    for (size_t terms = 2; terms <= options_.max_terms; ++terms) {
      if (best_ == 0) break;
      std::vector<Combination> more = Joined(terms);
      found.insert(found.end(), more.begin(), more.end());
    }
    std::sort(found.begin(), found.end(),
              [&](const Combination& a, const Combination& b) {
                return Rank(a) < Rank(b);
              });
    return ToCandidates(found);
  }

 private:
  size_t Errors(const Combination& c) const {
    return group_size_ - c.covered + c.exceptions;
  }

  // Fewest errors, fewest terms, least remote, joined by "and", then names:
  // predicates are in the order of names.
  std::tuple<size_t, size_t, int, Join, std::vector<size_t>> Rank(
      const Combination& c) const {
    return {Errors(c), c.terms.size(), c.remoteness, c.join, c.terms};
  }

  bool Worth(const Combination& c) const {
    return Errors(c) < worst_allowed_ && c.covered * 2 > group_size_;
  }

  std::vector<Combination> Singles() {
    std::vector<Combination> found;
    best_ = worst_allowed_;
    for (size_t i = 0; i < predicates_.size(); ++i) {
      const FactPredicate& p = predicates_[i];
      Combination c{{i}, Join::kAll, p.covered, p.exceptions, p.remoteness};
      if (!Worth(c)) continue;
      best_ = std::min(best_, Errors(c));
      found.push_back(std::move(c));
    }
    return found;
  }

  // Predicates that are worth joining: for "and" those that hold in most of the
  // group, for "or" those that hold hardly elsewhere; the best ones first.
  std::vector<size_t> Pool(Join join, size_t size) const {
    std::vector<size_t> pool;
    for (size_t i = 0; i < predicates_.size(); ++i) {
      const FactPredicate& p = predicates_[i];
      const bool fit = join == Join::kAll ? p.covered * 2 > group_size_
                                          : p.covered > p.exceptions * 2;
      if (fit) pool.push_back(i);
    }
    std::stable_sort(pool.begin(), pool.end(), [&](size_t a, size_t b) {
      return std::make_pair(predicates_[a].Errors(group_size_),
                            predicates_[a].remoteness) <
             std::make_pair(predicates_[b].Errors(group_size_),
                            predicates_[b].remoteness);
    });
    pool.resize(std::min(pool.size(), size));
    std::sort(pool.begin(), pool.end());
    return pool;
  }

  // Combinations of so many terms that are better than all with fewer. "Or"
  // fits any data too easily, so it has to separate without exception.
  std::vector<Combination> Joined(size_t terms) {
    const size_t size = terms == 2 ? kPairPool : kThreePool;
    const size_t bound = best_;
    std::vector<Combination> found;
    for (Join join : {Join::kAll, Join::kAny}) {
      if (best_ == 0) break;
      const std::vector<size_t> pool = Pool(join, size);
      Combination c;
      c.join = join;
      Extend(pool, 0, terms, bound, c, BitSet(), found);
    }
    return found;
  }

  void Extend(const std::vector<size_t>& pool, size_t from, size_t terms,
              size_t bound, Combination& c, const BitSet& held,
              std::vector<Combination>& found) {
    for (size_t i = from; i < pool.size(); ++i) {
      const FactPredicate& p = predicates_[pool[i]];
      if (!c.terms.empty() &&
          predicates_[c.terms.back()].condition.fact == p.condition.fact) {
        continue;
      }
      BitSet hosts = p.hosts;
      if (!c.terms.empty()) {
        if (c.join == Join::kAll) {
          hosts &= held;
        } else {
          hosts |= held;
        }
        // A term that changes nothing explains nothing.
        if (hosts == held || hosts == p.hosts) continue;
      }
      c.terms.push_back(pool[i]);
      const int remoteness = c.remoteness;
      c.remoteness = std::max(c.remoteness, p.remoteness);
      if (c.terms.size() < terms) {
        Extend(pool, i + 1, terms, bound, c, hosts, found);
      } else {
        Take(c, hosts, bound, found);
      }
      c.remoteness = remoteness;
      c.terms.pop_back();
    }
  }

  void Take(Combination& c, const BitSet& hosts, size_t bound,
            std::vector<Combination>& found) {
    c.covered = CountMeet(hosts, group_);
    c.exceptions = hosts.Count() - c.covered;
    if (!Worth(c) || Errors(c) >= bound ||
        (c.join == Join::kAny && Errors(c) > 0)) {
      return;
    }
    best_ = std::min(best_, Errors(c));
    found.push_back(c);
  }

  std::vector<Candidate> ToCandidates(
      const std::vector<Combination>& found) const {
    std::vector<Candidate> candidates;
    for (const Combination& c : found) {
      // Next to what separates without exception, the rest is noise.
      if (candidates.size() == options_.max_candidates ||
          (!candidates.empty() && candidates[0].separates() && Errors(c) > 0)) {
        break;
      }
      Candidate candidate;
      for (size_t term : c.terms) {
        const FactPredicate& predicate = predicates_[term];
        candidate.inseparable_from.insert(candidate.inseparable_from.end(),
                                          predicate.inseparable.size(),
                                          candidate.terms.size());
        candidate.terms.push_back(predicate.condition);
        candidate.inseparable.insert(candidate.inseparable.end(),
                                     predicate.inseparable.begin(),
                                     predicate.inseparable.end());
      }
      candidate.join = c.join;
      candidate.covered = c.covered;
      candidate.group_size = group_size_;
      candidate.exceptions = c.exceptions;
      candidate.others = others_;
      candidates.push_back(std::move(candidate));
    }
    MarkTies(candidates);
    return candidates;
  }

  static void MarkTies(std::vector<Candidate>& candidates) {
    const auto equal = [](const Candidate& a, const Candidate& b) {
      return a.errors() == b.errors() && a.terms.size() == b.terms.size();
    };
    for (size_t i = 1; i < candidates.size(); ++i) {
      if (!equal(candidates[0], candidates[i])) continue;
      candidates[0].tied = true;
      candidates[i].tied = true;
    }
  }

  const std::vector<FactPredicate>& predicates_;
  size_t group_size_;
  size_t others_;
  ExplainOptions options_;
  BitSet group_;
  size_t worst_allowed_;
  size_t best_ = 0;  // fewest errors so far
};

std::vector<Candidate> ExplainColumns(const std::vector<FactColumn>& table,
                                      absl::Span<const size_t> group,
                                      absl::Span<const size_t> others,
                                      const ExplainOptions& options) {
  if (group.empty() || others.empty()) return {};
  const std::vector<FactPredicate> predicates =
      MakePredicates(table, group, others);
  return Search(predicates, group.size(), others.size(), options).Run();
}

}  // namespace

absl::string_view EvidenceName(Evidence evidence) {
  switch (evidence) {
    case Evidence::kCorrelation:
      return "correlation";
    case Evidence::kProven:
      return "proven";
    case Evidence::kRefuted:
      return "refuted";
    case Evidence::kPartly:
      return "partly";
  }
  return "unknown";
}

bool HoldsOn(const FactCondition& condition, const Facts& facts) {
  using Relation = FactCondition::Relation;
  const auto fact = facts.find(condition.fact);
  if (fact != facts.end()) return Meets(condition, fact->second);
  return (condition.relation == Relation::kEqual ||
          condition.relation == Relation::kNotEqual) &&
         Meets(condition, kUnknownFact);
}

std::vector<Candidate> ExplainHosts(absl::Span<const Facts* const> facts,
                                    absl::Span<const size_t> group,
                                    absl::Span<const size_t> others,
                                    const ExplainOptions& options) {
  return ExplainColumns(TabulateFacts(facts), group, others, options);
}

std::vector<GroupExplanation> Explain(absl::Span<const Facts* const> facts,
                                      const Grouping& grouping,
                                      const ExplainOptions& options) {
  const std::vector<FactColumn> table = TabulateFacts(facts);
  const std::vector<Group>& groups = grouping.groups;
  std::vector<GroupExplanation> explanations(groups.size());
  for (size_t i = 0; i < groups.size(); ++i) {
    std::vector<size_t> rest;
    for (size_t j = 0; j < groups.size(); ++j) {
      if (j == i) continue;
      rest.insert(rest.end(), groups[j].members.begin(),
                  groups[j].members.end());
    }
    explanations[i].against_rest =
        ExplainColumns(table, groups[i].members, rest, options);
    if (i > 0 && groups.size() > 2) {
      explanations[i].against_majority =
          ExplainColumns(table, groups[i].members, groups[0].members, options);
    }
  }
  return explanations;
}

}  // namespace sockdrift
