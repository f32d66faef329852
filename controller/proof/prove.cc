#include "controller/proof/prove.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "controller/analysis/explanation_proto.h"
#include "controller/analysis/proof_proto.h"
#include "controller/proof/experimenter.h"
#include "core/base/status_macros.h"
#include "core/divergence/render_explanation.h"
#include "core/divergence/separation.h"
#include "core/proof/judged.h"

namespace sockdrift {
namespace {

// A group that differs from the first one, and what may explain it.
struct Case {
  PlanGroups* plan = nullptr;
  size_t group = 0;
  std::vector<uint32_t> cells = {};
  std::vector<Hypothesis> hypotheses = {};
  std::vector<size_t> candidates = {};  // which one each is of
  size_t next = 0;                      // of them
  size_t tried = 0;                     // experiments
  bool proven = false;
  // Of which candidate it was said last that it cannot be set.
  std::optional<size_t> unsettable = std::nullopt;
};

// One experiment about one case.
struct Trial {
  Case* about = nullptr;
  const HostShowing* group_host = nullptr;
  const HostShowing* reference_host = nullptr;
  std::vector<TrialSetting> settings = {};
  World world = World::kReplica;
};

// Trials that ask the same of the same hosts are one. The world of the
// sightings keeps one plan from standing twice in a run.
using Batch =
    std::tuple<World, std::string, std::string, std::vector<TrialSetting>>;
Batch BatchOf(const Trial& trial) {
  return {trial.about->plan->key.world, trial.group_host->host,
          trial.reference_host->host, trial.settings};
}

std::vector<TrialSetting> NamesOnly(const Hypothesis& hypothesis) {
  std::vector<TrialSetting> names;
  for (const FactCondition& term : hypothesis.terms) {
    names.push_back({term.fact, "", ""});
  }
  std::ranges::sort(names);
  return names;
}

std::string SettingsText(const std::vector<TrialSetting>& settings) {
  return absl::StrJoin(settings, ", ",
                       [](std::string* out, const TrialSetting& one) {
                         absl::StrAppend(out, one.sysctl);
                       });
}

class Prover {
 public:
  Prover(Hub& hub, FleetAnalysis& analysis, const ProveOptions& options,
         const std::shared_ptr<Bell>& bell, const SayProgress& say)
      : hub_(hub),
        options_(options),
        experimenter_(hub, analysis, options.deadline, bell),
        say_(say) {}

  absl::StatusOr<ProveResult> Run(std::vector<PlanGroups> plans) {
    result_.plans = std::move(plans);
    std::vector<Case> cases = MakeCases();
    while (true) {
      FindConnected();
      std::map<Batch, std::vector<Trial>> batches;
      for (Case& one : cases) {
        if (std::optional<Trial> trial = NextTrial(one)) {
          batches[BatchOf(*trial)].push_back(*std::move(trial));
        }
      }
      if (batches.empty()) return std::move(result_);
      for (const auto& [batch, trials] : batches) {
        SOCKDRIFT_RETURN_IF_ERROR(Try(trials));
      }
    }
  }

 private:
  std::vector<Case> MakeCases() {
    std::vector<Case> cases;
    for (PlanGroups& plan : result_.plans) {
      const std::vector<ExplainedGroup> explained = ExplainGroups(plan);
      for (size_t group = 1; group < explained.size(); ++group) {
        Case one = {.plan = &plan, .group = group};
        for (const DifferingCell& cell : plan.comparisons[group].differing) {
          one.cells.push_back(cell.cell);
        }
        const std::vector<Candidate>& candidates = explained[group].candidates;
        for (size_t i = 0; i < candidates.size(); ++i) {
          for (Hypothesis& hypothesis : HypothesesOf(candidates[i])) {
            one.hypotheses.push_back(std::move(hypothesis));
            one.candidates.push_back(i);
          }
        }
        if (!one.cells.empty()) cases.push_back(std::move(one));
      }
    }
    return cases;
  }

  void FindConnected() {
    connected_.clear();
    for (const KnownHost& host : hub_.Hosts()) {
      if (host.connected()) connected_.insert(host.row.id);
    }
  }

  // The next thing that can be tried about a case; what cannot is noted.
  std::optional<Trial> NextTrial(Case& one) {
    while (!one.proven && one.next < one.hypotheses.size() &&
           one.tried < options_.trials) {
      const size_t candidate = one.candidates[one.next];
      const Hypothesis& hypothesis = one.hypotheses[one.next++];
      // A distribution has many names: that none can be set is said once.
      if (!CanBeSet(hypothesis) &&
          std::exchange(one.unsettable, candidate) == candidate) {
        continue;
      }
      if (experimenter_.Over()) {
        NoteUntested(one, NamesOnly(hypothesis), experimenter_.WhyOver());
        // The rest was not even looked at.
        one.next = one.hypotheses.size();
        break;
      }
      absl::StatusOr<Trial> trial = MakeTrial(one, hypothesis);
      if (trial.ok()) {
        ++one.tried;
        return *std::move(trial);
      }
      NoteUntested(one, NamesOnly(hypothesis), trial.status().message());
    }
    return std::nullopt;
  }

  static bool CanBeSet(const Hypothesis& hypothesis) {
    return std::ranges::all_of(hypothesis.terms, [](const FactCondition& term) {
      return CanBeSetInWorld(term.fact);
    });
  }

  absl::StatusOr<Trial> MakeTrial(Case& one, const Hypothesis& hypothesis) {
    PlanGroups& plan = *one.plan;
    for (const FactCondition& term : hypothesis.terms) {
      if (CanBeSetInWorld(term.fact)) continue;
      return absl::FailedPreconditionError(
          absl::StrCat(term.fact, " cannot be set in a world: ",
                       WhereItHolds(term, HostsElsewhere(plan))));
    }
    Trial trial = {
        .about = &one,
        .world = IsFresh(plan.key.world) ? plan.key.world : World::kReplica};
    SOCKDRIFT_ASSIGN_OR_RETURN(trial.group_host,
                               FindHost(plan, one.group, hypothesis, true));
    SOCKDRIFT_ASSIGN_OR_RETURN(trial.reference_host,
                               FindHost(plan, 0, hypothesis, false));
    SOCKDRIFT_ASSIGN_OR_RETURN(
        trial.settings, SettingsOf(hypothesis.terms, *trial.group_host->facts,
                                   *trial.reference_host->facts));
    return trial;
  }

  // A connected host of the group on which the hypothesis holds, or does not.
  absl::StatusOr<const HostShowing*> FindHost(const PlanGroups& plan,
                                              size_t group,
                                              const Hypothesis& hypothesis,
                                              bool holds) const {
    for (const size_t member : plan.grouping.groups[group].members) {
      const HostShowing& host = plan.hosts[member];
      if (connected_.contains(host.host) && host.facts != nullptr &&
          HoldsOn(hypothesis, *host.facts) == holds) {
        return &host;
      }
    }
    return absl::FailedPreconditionError(absl::StrCat(
        "no host of the ", group == 0 ? "first group" : "group", " on which ",
        absl::StrJoin(hypothesis.terms,
                      hypothesis.join == Join::kAll ? " and " : " or ",
                      [](std::string* out, const FactCondition& term) {
                        out->append(RenderFactCondition(term));
                      }),
        holds ? " holds" : " does not hold", " is connected"));
  }

  // Those that the plan was not measured on: the others tell no more.
  std::vector<RunnableHost> HostsElsewhere(const PlanGroups& plan) const {
    std::vector<RunnableHost> hosts = RunnableHosts(plan);
    std::erase_if(hosts, [&](const RunnableHost& host) {
      return std::ranges::any_of(plan.hosts, [&](const HostShowing& one) {
        return one.host == host.id;
      });
    });
    return hosts;
  }

  absl::Status Try(const std::vector<Trial>& trials) {
    const Trial& first = trials[0];
    size_t cells = 0;
    for (const Trial& trial : trials) cells += trial.about->cells.size();
    say_(absl::StrCat(SettingsText(first.settings), ": ",
                      first.group_host->host, " and ",
                      first.reference_host->host, " run ", cells,
                      cells == 1 ? " cell" : " cells", " of ", trials.size(),
                      trials.size() == 1 ? " plan" : " plans", " again"));
    const std::vector<ExperimentResult> results =
        experimenter_.Run(OrdersOf(trials));
    for (size_t i = 0; i < trials.size(); ++i) {
      SOCKDRIFT_RETURN_IF_ERROR(Judge(trials[i], i, results));
    }
    return absl::OkStatus();
  }

  // Unchanged; the group's host with the other's settings; the other way round.
  static std::vector<ExperimentOrder> OrdersOf(
      const std::vector<Trial>& trials) {
    const Trial& first = trials[0];
    ExperimentOrder control = {.world = first.world};
    for (const Trial& trial : trials) {
      const PlanGroups& plan = *trial.about->plan;
      control.assignments.push_back({.plan = plan.plan,
                                     .measurement = plan.key.measurement,
                                     .cells = trial.about->cells});
    }
    ExperimentOrder group = control;
    ExperimentOrder reference = control;
    for (const TrialSetting& setting : first.settings) {
      group.overrides[setting.sysctl] = setting.reference_value;
      reference.overrides[setting.sysctl] = setting.group_value;
    }
    group.hosts = {first.group_host->host};
    reference.hosts = {first.reference_host->host};
    control.hosts = {first.group_host->host, first.reference_host->host};
    return {control, group, reference};
  }

  // `index`: of the trial among those of its batch.
  absl::Status Judge(const Trial& trial, size_t index,
                     const std::vector<ExperimentResult>& results) {
    const std::string& group_host = trial.group_host->host;
    const std::string& reference_host = trial.reference_host->host;
    const ExperimentAnswer answers[] = {
        results[0].hosts.at(group_host)[index],
        results[0].hosts.at(reference_host)[index],
        results[1].hosts.at(group_host)[index],
        results[2].hosts.at(reference_host)[index]};
    for (const ExperimentAnswer& answer : answers) {
      if (answer.record != nullptr) continue;
      NoteUntested(*trial.about, trial.settings, answer.failure);
      return absl::OkStatus();
    }
    const PlanGroups& plan = *trial.about->plan;
    const auto known_for = [&](size_t group) {
      return plan.hosts[plan.grouping.groups[group].representative]
          .record.get();
    };
    Proof proof;
    proof.counts = CountTrial(trial.about->cells,
                              {.group = known_for(trial.about->group),
                               .reference = known_for(0),
                               .group_control = answers[0].record.get(),
                               .reference_control = answers[1].record.get(),
                               .group_changed = answers[2].record.get(),
                               .reference_changed = answers[3].record.get()});
    proof.verdict = JudgeTrial(proof.counts);
    proof.settings = trial.settings;
    proof.group_host = group_host;
    proof.reference_host = reference_host;
    proof.world = trial.world;
    for (const ExperimentResult& result : results) {
      proof.runs.push_back(result.run);
    }
    proof.ended = absl::Now();
    proof.reason = WhyNotAllTested(proof.counts);
    return Take(*trial.about, std::move(proof));
  }

  absl::Status Take(Case& one, Proof proof) {
    if (proof.verdict == ProofVerdict::kUntested) {
      NoteUntested(one, proof.settings, proof.reason);
      return absl::OkStatus();
    }
    ++result_.judged;
    one.proven |= proof.verdict == ProofVerdict::kProven;
    SOCKDRIFT_RETURN_IF_ERROR(
        CommitAndWait(hub_.store(), {RowOf(proof, *one.plan, one.group)}));
    Put(one, std::move(proof));
    return absl::OkStatus();
  }

  void NoteUntested(Case& one, std::vector<TrialSetting> settings,
                    absl::string_view reason) {
    ++result_.untested;
    Proof proof;
    proof.settings = std::move(settings);
    proof.counts.asked = one.cells.size();
    proof.ended = absl::Now();
    proof.reason = std::string(reason);
    Put(one, std::move(proof));
  }

  // In the place of what was shown of the same facts earlier; what could not be
  // tested now takes nothing away from what once was.
  static void Put(Case& one, Proof proof) {
    std::vector<Proof>& proofs = one.plan->proofs[one.group];
    const auto same = std::ranges::find_if(proofs, [&](const Proof& known) {
      return std::ranges::equal(known.settings, proof.settings, {},
                                &TrialSetting::sysctl, &TrialSetting::sysctl);
    });
    if (same == proofs.end()) {
      proofs.push_back(std::move(proof));
    } else if (proof.verdict != ProofVerdict::kUntested) {
      *same = std::move(proof);
    }
  }

  Hub& hub_;
  const ProveOptions& options_;
  Experimenter experimenter_;
  const SayProgress& say_;
  std::set<std::string> connected_;
  ProveResult result_;
};

}  // namespace

absl::StatusOr<ProveResult> Prove(Hub& hub, FleetAnalysis& analysis,
                                  const ProveOptions& options,
                                  const std::shared_ptr<Bell>& bell,
                                  const SayProgress& say) {
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<PlanGroups> plans,
                             analysis.Select(options.scope));
  return Prover(hub, analysis, options, bell, say).Run(std::move(plans));
}

}  // namespace sockdrift
