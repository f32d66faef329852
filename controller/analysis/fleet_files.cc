// Behaviour files out of the fleet and into it.
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controller/analysis/file_rows.h"
#include "controller/analysis/fleet_analysis.h"
#include "core/base/status_macros.h"
#include "wire/behaviour_file.h"
#include "wire/convert/bodies.h"

namespace sockdrift {
namespace {

// What an import stores, gathered host by host.
struct Imported {
  std::vector<std::string> hosts;
  std::vector<Change> changes;
  std::vector<SightingRow> sightings;
  std::map<std::string, Digest> facts;
  int records = 0;
};

absl::Status AddHost(const BehaviourFile& file, const HostBehaviour& host,
                     absl::Time now, ProgramBook& programs, Imported& out) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckHostId(host.host));
  out.hosts.push_back(host.host);
  const Digest facts = FactsDigest(host.facts);
  out.facts[host.host] = facts;
  out.changes.push_back(
      FactsRow{facts, ToProto(host.facts).SerializeAsString()});
  out.changes.push_back(HostFactsRow{host.host, facts, now, now});
  for (const BehaviourEntry& entry : host.entries) {
    SOCKDRIFT_RETURN_IF_ERROR(
        AddProgramRows(file, entry, programs, out.changes));
    RecordRow row = RowOf(entry);
    if (row.done > 0) {
      const absl::Time taken = std::min(host.taken, now);
      out.sightings.push_back({.host = host.host,
                               .measurement = entry.measurement,
                               .world = entry.world,
                               .behaviour = row.behaviour,
                               .record = row.digest,
                               .facts = facts,
                               .first_seen = taken,
                               .last_seen = taken});
    }
    out.changes.push_back(std::move(row));
    ++out.records;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::string> FleetAnalysis::Export(
    const v1::AnalysisScope& scope) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanGroups> plans,
                             Select(scope));
  BehaviourFile file;
  file.made_by = "sockdrift " SOCKDRIFT_VERSION;
  std::map<std::string, HostBehaviour> hosts;
  std::map<Digest, bool> programs;
  for (const PlanGroups& plan : plans) {
    if (!std::exchange(programs[plan.key.measurement], true)) {
      file.programs.push_back(plan.program->program);
    }
    for (const HostShowing& shown : plan.hosts) {
      HostBehaviour& host = hosts[shown.host];
      host.host = shown.host;
      if (shown.facts != nullptr) host.facts = *shown.facts;
      host.taken = std::max(host.taken, shown.seen);
      host.entries.push_back({.plan = plan.plan,
                              .world = plan.key.world,
                              .measurement = plan.key.measurement,
                              .record = *shown.record,
                              .notes = {}});
    }
  }
  for (auto& [id, host] : hosts) file.hosts.push_back(std::move(host));
  return EncodeBehaviourFile(file);
}

absl::StatusOr<v1::ImportResponse> FleetAnalysis::Import(
    absl::string_view bytes) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const BehaviourFile file,
                             DecodeBehaviourFile(bytes, "the imported file"));
  Imported imported;
  const absl::Time now = absl::Now();
  for (const HostBehaviour& host : file.hosts) {
    SOCKDRIFT_RETURN_IF_ERROR(
        AddHost(file, host, now, hub_.programs(), imported));
  }
  SOCKDRIFT_RETURN_IF_ERROR(hub_.Import(imported.hosts,
                                        std::move(imported.changes),
                                        imported.sightings, imported.facts));
  v1::ImportResponse response;
  for (const std::string& host : imported.hosts) response.add_host_ids(host);
  response.set_record_count(imported.records);
  return response;
}

}  // namespace sockdrift
