#include "cli/gate_kernels.h"

#include <algorithm>
#include <map>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/boot_audit.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

CompiledPlan PlanOf(const std::string& name, const Program& program) {
  CompiledPlan plan;
  plan.name = name;
  plan.program = program;
  return plan;
}

// What the baseline's hosts ran, each plan once: the first host's version.
std::map<World, std::vector<CompiledPlan>> PlansOf(const GateSide& baseline) {
  std::map<World, std::map<std::string, const Program*>> found;
  for (const GateHost& host : baseline.hosts) {
    for (const GateRecord& record : host.records) {
      found[record.world].try_emplace(record.plan, record.observed.program);
    }
  }
  std::map<World, std::vector<CompiledPlan>> worlds;
  for (const auto& [world, plans] : found) {
    for (const auto& [name, program] : plans) {
      worlds[world].push_back(PlanOf(name, *program));
    }
  }
  return worlds;
}

BootAuditSettings SettingsOf(const GateOptions& options, World world) {
  BootAuditSettings settings;
  settings.world = world;
  settings.parallel =
      static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  settings.boot_options = {"--timeout", "1800"};
  for (const std::string& parameter : options.append) {
    settings.boot_options.insert(settings.boot_options.end(),
                                 {"--append", parameter});
  }
  if (!options.append.empty()) {
    settings.host_suffix =
        absl::StrCat(" ", absl::StrJoin(options.append, " "));
  }
  return settings;
}

// What a kernel showed in one more world.
void Merge(BehaviourFile file, BehaviourFile& whole) {
  if (whole.hosts.empty()) {
    whole = std::move(file);
    return;
  }
  std::move(file.programs.begin(), file.programs.end(),
            std::back_inserter(whole.programs));
  std::move(file.hosts.front().entries.begin(),
            file.hosts.front().entries.end(),
            std::back_inserter(whole.hosts.front().entries));
}

// Precondition: the audit has it.
const PlanAudit& FindPlan(const Audit& audit, const std::string& plan) {
  return *std::find_if(
      audit.plans.begin(), audit.plans.end(),
      [&](const PlanAudit& one) { return one.plan.name == plan; });
}

}  // namespace

absl::Status GateKernels::Find() {
  for (const std::string& word : options_.kernels) {
    SOCKDRIFT_ASSIGN_OR_RETURN(KernelPlace place, FindKernel(word));
    kernels_.push_back({word, std::move(place), 0});
  }
  return absl::OkStatus();
}

absl::Status GateKernels::AddTo(FileSide& candidates,
                                const GateSide& baseline) {
  std::vector<KernelPlace> places;
  for (const Candidate& kernel : kernels_) places.push_back(kernel.place);
  std::vector<BehaviourFile> files(kernels_.size());
  std::vector<std::string> trouble(kernels_.size());
  for (const auto& [world, plans] : PlansOf(baseline)) {
    const std::vector<BootedAudit> audits = AuditKernels(
        places, options_.kernels, plans, SettingsOf(options_, world), console_);
    for (size_t i = 0; i < audits.size(); ++i) {
      const absl::StatusOr<Audit>& audit = audits[i].audit;
      if (absl::IsInvalidArgument(audit.status())) return audit.status();
      if (audit.ok()) {
        for (const std::string& remark : audit->remarks) console_.Note(remark);
        Merge(ToBehaviourFile(*audit), files[i]);
      }
      const std::string why =
          audit.ok() ? audit->trouble : std::string(audit.status().message());
      if (!why.empty()) trouble[i] = why;
    }
  }
  for (size_t i = 0; i < kernels_.size(); ++i) {
    if (files[i].hosts.empty()) {
      files[i].hosts.emplace_back();
      files[i].hosts.back().host = kernels_[i].place.name;
    }
    kernels_[i].host = candidates.side().hosts.size();
    SOCKDRIFT_RETURN_IF_ERROR(
        candidates.Add(std::move(files[i]), kernels_[i].word));
    if (trouble[i].empty()) continue;
    console_.Error(trouble[i]);
    candidates.side().hosts.back().unusable =
        trouble[i].substr(0, trouble[i].find('\n'));
  }
  return absl::OkStatus();
}

void GateKernels::RunAgainIn(World world, const FailingCells& cells,
                             const Candidate& kernel, GateHost& host,
                             AgainTally& tally) {
  std::vector<CompiledPlan> plans;
  for (const GateRecord& record : host.records) {
    if (record.world == world && cells.count(record.plan) != 0) {
      plans.push_back(PlanOf(record.plan, *record.observed.program));
    }
  }
  BootAuditSettings settings = SettingsOf(options_, world);
  settings.cells = cells;
  const absl::StatusOr<Audit> again =
      AuditKernels({kernel.place}, {kernel.word}, plans, settings, console_)
          .front()
          .audit;
  for (GateRecord& record : host.records) {
    const auto wanted = cells.find(record.plan);
    if (record.world != world || wanted == cells.end()) continue;
    if (!again.ok()) {
      tally.NotRun(host.name, std::string(again.status().message()),
                   wanted->second.size());
      continue;
    }
    std::optional<Record> merged = tally.Compare(
        host.name, *record.observed.record,
        FindPlan(*again, record.plan).probe.record, wanted->second);
    if (!merged.has_value()) continue;
    merged_.push_back(*std::move(merged));
    record.observed.record = &merged_.back();
  }
}

std::vector<std::string> GateKernels::RunAgain(const Judgement& judgement,
                                               GateSide& candidates) {
  AgainTally tally;
  for (const Candidate& kernel : kernels_) {
    std::map<World, FailingCells> failing;
    for (const PlanResult& result : judgement.results) {
      if (result.host != kernel.host || result.failing_cells.empty()) continue;
      failing[result.world][result.plan] = result.failing_cells;
    }
    for (const auto& [world, cells] : failing) {
      RunAgainIn(world, cells, kernel, candidates.hosts[kernel.host], tally);
    }
  }
  return tally.Lines("booted anew");
}

}  // namespace sockdrift
