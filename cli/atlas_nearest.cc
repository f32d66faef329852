#include "cli/atlas_nearest.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "atlas/embedded_atlas.h"
#include "core/causes/cause.h"
#include "gate/causes/cause_file.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr size_t kSettingsKept = 4;

bool IsOneOf(const std::vector<std::string>& plans, const std::string& plan) {
  return std::find(plans.begin(), plans.end(), plan) != plans.end();
}

// The host's side, of these plans alone.
DiffSide HostSide(const AtlasSubject& subject,
                  const std::vector<std::string>& plans) {
  DiffSide side;
  side.operand = subject.host;
  HostBehaviour host = {subject.host, *subject.facts, absl::Time(), {}};
  for (const ShownPlan& shown : subject.plans) {
    if (!IsOneOf(plans, shown.plan)) continue;
    side.file.programs.push_back(*shown.observed.program);
    host.entries.push_back({shown.plan,
                            subject.world,
                            shown.observed.measurement,
                            *shown.observed.record,
                            {}});
  }
  side.file.hosts.push_back(std::move(host));
  return side;
}

// The entry's side of the same, as if it was of the host's world.
absl::StatusOr<DiffSide> EntrySide(const Atlas& atlas, const Likeness& likeness,
                                   World world) {
  HostSection part = *likeness.entry;
  std::erase_if(part.entries, [&](const HostSection::Entry& entry) {
    return !IsOneOf(likeness.plans, entry.plan);
  });
  for (HostSection::Entry& entry : part.entries) entry.world = world;
  absl::StatusOr<BehaviourFile> file = atlas.Load(part);
  if (!file.ok()) return file.status();
  DiffSide side;
  side.operand = kAtlasOperand + part.host;
  side.file = *std::move(file);
  return side;
}

bool IsSetting(const FactDiff& fact) {
  return !fact.a.empty() && !fact.b.empty() &&
         (absl::StartsWith(fact.fact, "net.") ||
          absl::StartsWith(fact.fact, "kernel.module.ipv6") ||
          fact.fact == "ipv6.available");
}

// Whether a known cause that the host shows asks for it.
bool IsOfACause(const AtlasNearest& nearest, const std::string& fact) {
  for (const CauseTotal& total : nearest.diff.causes.Totals()) {
    if (total.side != Side::kRight) continue;
    for (const FactCondition& given : total.cause->given) {
      if (given.fact == fact) return true;
    }
  }
  return false;
}

void FindSettings(const AtlasSubject& subject, AtlasNearest& nearest) {
  // A pristine world has none of the host's.
  if (!nearest.far() || subject.world == World::kPristine) return;
  nearest.settings = CompareFacts(nearest.first().entry->facts, *subject.facts);
  KeepRelevant(nearest.settings);
  std::erase_if(nearest.settings,
                [](const FactDiff& fact) { return !IsSetting(fact); });
  std::stable_partition(
      nearest.settings.begin(), nearest.settings.end(),
      [&](const FactDiff& fact) { return IsOfACause(nearest, fact.fact); });
  if (nearest.settings.size() > kSettingsKept) {
    nearest.settings.resize(kSettingsKept);
  }
}

}  // namespace

AtlasSubject SubjectOf(const Audit& audit) {
  AtlasSubject subject = {audit.host, &audit.facts, audit.world, {}};
  for (const PlanAudit& plan : audit.plans) {
    subject.plans.push_back({plan.plan.name,
                             {.program = &plan.plan.program,
                              .measurement = plan.measurement,
                              .ids = {},
                              .record = &plan.probe.record},
                             plan.record});
  }
  return subject;
}

std::map<World, std::vector<ShownPlan>> ShownByWorld(
    const BehaviourFile& file, const HostBehaviour& host) {
  std::map<Digest, const Program*> programs;
  for (const Program& program : file.programs) {
    programs.emplace(MeasurementDigest(program), &program);
  }
  std::map<World, std::vector<ShownPlan>> worlds;
  for (const BehaviourEntry& entry : host.entries) {
    worlds[entry.world].push_back(
        {entry.plan,
         {.program = programs.at(entry.measurement),
          .measurement = entry.measurement,
          .ids = {},
          .record = &entry.record},
         RecordDigest(entry.record, entry.measurement)});
  }
  return worlds;
}

AtlasSubject SubjectOf(const BehaviourFile& file, const HostBehaviour& host) {
  AtlasSubject subject = {host.host, &host.facts, World::kReplica, {}};
  std::map<World, std::vector<ShownPlan>> worlds = ShownByWorld(file, host);
  if (worlds.empty()) return subject;
  subject.world = worlds.begin()->first;
  subject.plans = std::move(worlds.begin()->second);
  return subject;
}

std::unique_ptr<const AtlasNearest> FindNearest(const AtlasSubject& subject,
                                                const Atlas& atlas,
                                                EntryRanker& ranker) {
  auto nearest = std::make_unique<AtlasNearest>();
  absl::StatusOr<std::vector<Likeness>> ranked = ranker.Rank(subject.plans);
  if (!ranked.ok() || ranked->empty()) return nullptr;
  nearest->ranked = *std::move(ranked);
  nearest->alike = Nearest(nearest->ranked).size();
  nearest->kernel =
      CompareKernel(nearest->ranked, KernelVersionOf(*subject.facts));
  absl::StatusOr<DiffSide> entry =
      EntrySide(atlas, nearest->compared(), subject.world);
  if (!entry.ok()) return nullptr;
  nearest->entry = *std::move(entry);
  nearest->host = HostSide(subject, nearest->compared().plans);
  nearest->diff = Compare(nearest->entry, nearest->host, BuiltInCauses());
  FindSettings(subject, *nearest);
  return nearest;
}

std::unique_ptr<const AtlasNearest> FindNearest(const Audit& audit) {
  const Atlas& atlas = BuiltInAtlas();
  EntryRanker ranker(atlas);
  return FindNearest(SubjectOf(audit), atlas, ranker);
}

}  // namespace sockdrift
