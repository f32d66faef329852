#include "core/gate/judge.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/gate/plan_comparison.h"

namespace sockdrift {
namespace {

using PlanKey = std::pair<std::string, World>;

bool SameButForHosts(const Divergence& a, const Divergence& b) {
  const auto key = [](const Divergence& d) {
    return std::tie(d.plan, d.world, d.program, d.baseline_host, d.severity,
                    d.waiver, d.rules);
  };
  return key(a) == key(b);
}

bool SameButForHosts(const Gap& a, const Gap& b) {
  const auto key = [](const Gap& g) {
    return std::tie(g.kind, g.plan, g.world, g.status, g.reason, g.cells,
                    g.wanted);
  };
  return key(a) == key(b);
}

// Adds what one host showed to what is equal on others.
template <typename T>
void Merge(T item, size_t host, std::vector<T>& into) {
  const auto found = std::find_if(
      into.begin(), into.end(),
      [&](const T& there) { return SameButForHosts(there, item); });
  if (found == into.end()) {
    item.hosts = {host};
    into.push_back(std::move(item));
  } else if (found->hosts.back() != host) {
    found->hosts.push_back(host);
  }
}

int Rank(const Divergence& divergence) {
  if (divergence.Fails()) return 0;
  return divergence.Waived() ? 2 : 1;
}

// Hosts by name; the same one given twice is one.
size_t DistinctHosts(const std::vector<GateHost>& hosts) {
  std::set<std::string> names;
  size_t unnamed = 0;
  for (const GateHost& host : hosts) {
    if (host.name.empty()) {
      ++unnamed;
    } else {
      names.insert(host.name);
    }
  }
  return names.size() + unnamed;
}

class Judging {
 public:
  Judging(const std::vector<GateHost>& baseline,
          const std::vector<GateHost>& candidates, const GateRules& rules,
          absl::Time now)
      : candidates_(candidates), rules_(rules) {
    for (const Waiver& waiver : rules.waivers) {
      out_.waivers.push_back({.expired = waiver.ExpiredAt(now)});
    }
    for (size_t host = 0; host < baseline.size(); ++host) {
      for (const GateRecord& record : baseline[host].records) {
        PlanBaseline& plan = plans_[{record.plan, record.world}];
        plan.plan = record.plan;
        plan.world = record.world;
        // Equal hosts cannot widen what a cell may show.
        const bool known = std::any_of(
            plan.members.begin(), plan.members.end(), [&](const auto& member) {
              return member.observed->record == record.observed.record;
            });
        if (known) continue;
        plan.members.push_back(
            {host, &record.observed, SeveritiesOf(record, rules)});
      }
    }
    std::erase_if(plans_, [](const auto& plan) {
      return plan.second.CountingCells() == 0;
    });
    for (const GateHost& host : baseline) {
      for (const GateRecord& record : host.records) {
        known_.insert({record.plan, record.world});
      }
    }
  }

  Judgement Run() && {
    const size_t hosts = DistinctHosts(candidates_);
    if (hosts < static_cast<size_t>(rules_.min_hosts)) {
      Gap gap;
      gap.kind = Gap::Kind::kTooFewHosts;
      gap.cells = hosts;
      gap.wanted = static_cast<size_t>(rules_.min_hosts);
      out_.gaps.push_back(std::move(gap));
    }
    for (size_t host = 0; host < candidates_.size(); ++host) JudgeHost(host);
    CheckRequired();
    NoteWhatOnlyCandidatesHave();
    Sort();
    out_.compared = out_.Cells(&PlanResult::compared);
    out_.verdict = Verdict();
    return std::move(out_);
  }

 private:
  void JudgeHost(size_t host) {
    size_t compared = 0;
    const std::string& unusable = candidates_[host].unusable;
    if (!unusable.empty()) {
      Gap gap;
      gap.kind = Gap::Kind::kHostUnusable;
      gap.reason = unusable;
      Merge(std::move(gap), host, out_.gaps);
    }
    for (const auto& [key, plan] : plans_) {
      bool found = !unusable.empty();
      for (const GateRecord& record : candidates_[host].records) {
        if (record.plan != plan.plan || record.world != plan.world) continue;
        found = true;
        compared += JudgePlan(host, plan, record.observed);
      }
      if (!found) {
        Gap gap;
        gap.kind = Gap::Kind::kPlanMissing;
        gap.plan = plan.plan;
        gap.world = plan.world;
        Merge(std::move(gap), host, out_.gaps);
      }
    }
    // A default Gap says that.
    if (compared == 0 && unusable.empty()) Merge(Gap(), host, out_.gaps);
  }

  struct Compared {
    PlanComparison comparison;
    std::vector<WaiverUse> waivers;  // what this comparison adds
  };

  // Of all candidates that showed the same, once.
  const Compared& Compare(const PlanBaseline& plan,
                          const ObservedRecord& observed) {
    const auto [it, is_new] =
        compared_.try_emplace({&plan, observed.record, observed.program});
    if (is_new) {
      it->second.waivers = out_.waivers;
      for (WaiverUse& use : it->second.waivers) use.cells = 0;
      it->second.comparison =
          ComparePlan(plan, observed, rules_, it->second.waivers);
    }
    return it->second;
  }

  // How many cells it compared.
  size_t JudgePlan(size_t host, const PlanBaseline& plan,
                   const ObservedRecord& observed) {
    const Compared& compared_once = Compare(plan, observed);
    PlanComparison comparison = compared_once.comparison;
    for (size_t i = 0; i < out_.waivers.size(); ++i) {
      out_.waivers[i].cells += compared_once.waivers[i].cells;
    }
    for (Divergence& divergence : comparison.divergences) {
      Merge(std::move(divergence), host, out_.divergences);
    }
    for (Gap& gap : comparison.gaps) Merge(std::move(gap), host, out_.gaps);
    comparison.result.host = host;
    const size_t compared = comparison.result.compared;
    out_.results.push_back(std::move(comparison.result));
    return compared;
  }

  void CheckRequired() {
    for (const std::string& pattern : rules_.require) {
      std::set<size_t> met;
      for (const PlanResult& result : out_.results) {
        if (result.compared > 0 && MatchesGlob(pattern, result.plan)) {
          met.insert(result.host);
        }
      }
      for (size_t host = 0; host < candidates_.size(); ++host) {
        if (met.contains(host)) continue;
        Gap gap;
        gap.kind = Gap::Kind::kRequiredPlan;
        gap.plan = pattern;
        Merge(std::move(gap), host, out_.gaps);
      }
    }
  }

  void NoteWhatOnlyCandidatesHave() {
    std::set<std::string> titles;
    for (const GateHost& host : candidates_) {
      for (const GateRecord& record : host.records) {
        if (known_.contains({record.plan, record.world})) continue;
        titles.insert(
            absl::StrCat(record.plan, " (", WorldName(record.world), ")"));
      }
    }
    out_.only_candidates.assign(titles.begin(), titles.end());
  }

  void Sort() {
    std::stable_sort(out_.divergences.begin(), out_.divergences.end(),
                     [](const Divergence& a, const Divergence& b) {
                       return std::make_tuple(Rank(a), a.plan, a.world) <
                              std::make_tuple(Rank(b), b.plan, b.world);
                     });
    std::stable_sort(out_.gaps.begin(), out_.gaps.end(),
                     [](const Gap& a, const Gap& b) {
                       return std::tie(a.kind, a.plan, a.world) <
                              std::tie(b.kind, b.plan, b.world);
                     });
  }

  // A proven divergence is a failure, whatever else is missing.
  GateVerdict Verdict() const {
    for (const Divergence& divergence : out_.divergences) {
      if (divergence.Fails()) return GateVerdict::kFail;
    }
    return out_.gaps.empty() ? GateVerdict::kPass : GateVerdict::kInconclusive;
  }

  const std::vector<GateHost>& candidates_;
  const GateRules& rules_;
  std::map<PlanKey, PlanBaseline> plans_;  // with cells that count
  std::set<PlanKey> known_;                // all of the baseline's
  std::map<std::tuple<const PlanBaseline*, const Record*, const Program*>,
           Compared>
      compared_;
  Judgement out_;
};

}  // namespace

absl::string_view GateVerdictName(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass:
      return "PASS";
    case GateVerdict::kFail:
      return "FAIL";
    case GateVerdict::kInconclusive:
      return "INCONCLUSIVE";
  }
  return "unknown";
}

bool Divergence::Fails() const {
  return waiver.has_value() ? waiver_expired : severity == Severity::kFail;
}

size_t Judgement::Cells(size_t PlanResult::*count) const {
  size_t cells = 0;
  for (const PlanResult& result : results) cells += result.*count;
  return cells;
}

Judgement Judge(const std::vector<GateHost>& baseline,
                const std::vector<GateHost>& candidates, const GateRules& rules,
                absl::Time now) {
  return Judging(baseline, candidates, rules, now).Run();
}

}  // namespace sockdrift
