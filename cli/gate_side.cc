#include <set>
#include <utility>

#include "cli/gate.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using PlanKey = std::pair<std::string, World>;

void NoteMeasurements(const GateSide& side,
                      std::map<PlanKey, std::set<Digest>>& measurements) {
  for (const GateHost& host : side.hosts) {
    for (const GateRecord& record : host.records) {
      measurements[{record.plan, record.world}].insert(
          record.observed.measurement);
    }
  }
}

void GiveIds(const std::map<PlanKey, std::set<Digest>>& measurements,
             GateSide& side) {
  for (GateHost& host : side.hosts) {
    for (GateRecord& record : host.records) {
      if (measurements.at({record.plan, record.world}).size() < 2) continue;
      ObservedRecord& observed = record.observed;
      const auto [it, is_new] = side.ids.try_emplace(observed.measurement);
      if (is_new) it->second = CellIds(*observed.program);
      observed.ids = it->second;
    }
  }
}

}  // namespace

void GateSide::Add(BehaviourFile file, const std::string& path) {
  files.push_back(std::move(file));
  const BehaviourFile& kept = files.back();
  for (const HostBehaviour& behaviour : kept.hosts) {
    GateHost host;
    host.name = behaviour.host;
    for (const BehaviourEntry& entry : behaviour.entries) {
      GateRecord record;
      record.plan = entry.plan;
      record.world = entry.world;
      record.observed.program = kept.FindProgram(entry.measurement);
      record.observed.measurement = entry.measurement;
      record.observed.record = &entry.record;
      host.records.push_back(std::move(record));
    }
    paths.push_back(path);
    behaviours.push_back(&behaviour);
    hosts.push_back(std::move(host));
  }
}

absl::Status GateSide::Read(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file, ReadBehaviourFile(path));
  if (file.hosts.empty()) {
    return absl::InvalidArgumentError(
        path +
        ": the behaviour file holds no host; 'sockdrift audit --save' "
        "and 'sockdrift export' write them");
  }
  Add(std::move(file), path);
  return absl::OkStatus();
}

void PrepareToMeet(GateSide& baseline, GateSide& candidates) {
  std::map<PlanKey, std::set<Digest>> measurements;
  NoteMeasurements(baseline, measurements);
  NoteMeasurements(candidates, measurements);
  GiveIds(measurements, baseline);
  GiveIds(measurements, candidates);
}

}  // namespace sockdrift
