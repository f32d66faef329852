#include "cli/audit.h"

#include <algorithm>

#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "agent/worlds/pristine.h"
#include "cli/ask_probes.h"
#include "cli/version.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

std::vector<Job> ToJobs(const std::vector<CompiledPlan>& plans,
                        const AuditSettings& settings) {
  std::vector<Job> jobs;
  for (const CompiledPlan& plan : plans) {
    Job job;
    job.plan = plan.name;
    job.program = plan.program;
    job.world = settings.world;
    job.netns = settings.netns;
    const auto cells = settings.cells.find(plan.name);
    if (cells != settings.cells.end()) job.cells = cells->second;
    jobs.push_back(std::move(job));
  }
  return jobs;
}

PlanAudit Judge(CompiledPlan plan, ProbeResult probe, const Facts& facts) {
  PlanAudit audit;
  audit.repeats = plan.program.repeats;
  audit.measurement = MeasurementDigest(plan.program);
  audit.behaviour = BehaviourDigest(probe.record, audit.measurement);
  audit.record = RecordDigest(probe.record, audit.measurement);
  for (const Expectation& expectation : plan.expectations) {
    audit.findings.push_back(Evaluate(expectation, probe.record, facts));
  }
  audit.plan = std::move(plan);
  audit.probe = std::move(probe);
  return audit;
}

Digest GenomeOf(const std::vector<PlanAudit>& plans) {
  std::vector<PlanBehaviour> behaviours;
  for (const PlanAudit& plan : plans) {
    behaviours.push_back({plan.measurement, plan.behaviour});
  }
  return GenomeDigest(std::move(behaviours));
}

// Facts as they are in the world where the plans ran: a pristine one has the
// kernel's defaults whatever this host is set to.
Facts FactsOfWorld(Facts facts, World world) {
  if (world != World::kPristine) return facts;
  for (const auto& [name, value] : PristineSysctls()) {
    const auto fact = facts.find(absl::StrReplaceAll(name, {{"/", "."}}));
    if (fact != facts.end()) fact->second = value;
  }
  return facts;
}

}  // namespace

absl::StatusOr<Audit> RunAudit(std::vector<CompiledPlan> plans,
                               const AuditSettings& settings,
                               Console& console) {
  Audit audit;
  audit.world = settings.world;
  audit.taken = absl::Now();
  const std::vector<Job> jobs = ToJobs(plans, settings);
  SOCKDRIFT_ASSIGN_OR_RETURN(
      ProbeAnswers answers,
      settings.via.empty() && settings.launcher.command.empty()
          ? AskHere(jobs, settings, console)
          : AskElsewhere(jobs, settings, console));
  settings.progress ? settings.progress("") : console.Progress("");
  audit.trouble = std::move(answers.trouble);
  audit.remarks = std::move(answers.remarks);
  audit.host = std::move(answers.host);
  audit.facts = std::move(answers.facts);
  const Facts judged_by = FactsOfWorld(audit.facts, audit.world);
  for (size_t i = 0; i < plans.size(); ++i) {
    audit.plans.push_back(
        Judge(std::move(plans[i]), std::move(answers.results[i]), judged_by));
  }
  audit.genome = GenomeOf(audit.plans);
  audit.elapsed = absl::Now() - audit.taken;
  return audit;
}

ExitCode ExitCodeOf(const Audit& audit) {
  size_t done = 0;
  bool broken = false;
  bool untold = false;
  for (const PlanAudit& plan : audit.plans) {
    const Record& record = plan.probe.record;
    done += record.CountOf(CellStatus::kDone);
    untold |= plan.probe.end != ProbeEnd::kFinished ||
              record.CountOf(CellStatus::kError) > 0 ||
              record.CountOf(CellStatus::kMiss) > 0;
    broken |= std::any_of(plan.findings.begin(), plan.findings.end(),
                          [](const Finding& finding) {
                            return finding.verdict == Verdict::kBroken;
                          });
  }
  if (broken) return ExitCode::kFindings;
  return untold || done == 0 ? ExitCode::kCouldNotTell : ExitCode::kFine;
}

BehaviourFile ToBehaviourFile(const Audit& audit) {
  BehaviourFile file;
  file.made_by = VersionLine();
  HostBehaviour host;
  host.host = audit.host;
  host.facts = audit.facts;
  host.taken = audit.taken;
  for (const PlanAudit& plan : audit.plans) {
    file.programs.push_back(plan.plan.program);
    host.entries.push_back({.plan = plan.plan.name,
                            .world = audit.world,
                            .measurement = plan.measurement,
                            .record = plan.probe.record,
                            .notes = plan.probe.notes});
  }
  file.hosts.push_back(std::move(host));
  return file;
}

Audit JudgeSaved(const HostBehaviour& saved,
                 const std::vector<CompiledPlan>& plans) {
  Audit audit;
  audit.host = saved.host;
  audit.facts = saved.facts;
  audit.taken = saved.taken;
  if (!saved.entries.empty()) audit.world = saved.entries.front().world;
  for (const CompiledPlan& plan : plans) {
    const Digest measurement = MeasurementDigest(plan.program);
    for (const BehaviourEntry& entry : saved.entries) {
      if (entry.measurement != measurement || entry.plan != plan.name ||
          entry.world != audit.world) {
        continue;
      }
      ProbeResult probe;
      probe.end = ProbeEnd::kFinished;
      probe.record = entry.record;
      probe.notes = entry.notes;
      audit.plans.push_back(Judge(plan, std::move(probe), saved.facts));
      break;
    }
  }
  audit.genome = GenomeOf(audit.plans);
  return audit;
}

CauseSummary CausesOf(const Audit& audit, absl::Span<const Cause> causes) {
  CauseSummary summary;
  for (const PlanAudit& plan : audit.plans) {
    const ObservedRecord observed = {.program = &plan.plan.program,
                                     .measurement = plan.measurement,
                                     .ids = {},
                                     .record = &plan.probe.record};
    summary.Add(plan.plan.name,
                MatchRecord(causes, plan.plan.name, {&observed, &audit.facts}),
                plan.probe.record.CountOf(CellStatus::kDone));
  }
  return summary;
}

}  // namespace sockdrift
