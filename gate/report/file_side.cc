#include "gate/report/file_side.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/divergence/documented.h"

namespace sockdrift {

const Record* FileSide::Same(const BehaviourEntry& entry) {
  std::vector<const Record*>& known = records_[entry.measurement];
  for (const Record* record : known) {
    if (*record == entry.record) return record;
  }
  known.push_back(&entry.record);
  return &entry.record;
}

absl::Status FileSide::Add(BehaviourFile file, const std::string& from) {
  if (file.hosts.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        from,
        ": the behaviour file holds no host; 'sockdrift audit --save' and "
        "'sockdrift export' write them"));
  }
  files_.push_back(std::move(file));
  const BehaviourFile& kept = files_.back();
  std::map<Digest, const Program*> programs;
  for (const HostBehaviour& behaviour : kept.hosts) {
    GateHost host;
    host.name = behaviour.host;
    for (const BehaviourEntry& entry : behaviour.entries) {
      const auto [program, is_new] = programs.try_emplace(entry.measurement);
      if (is_new) program->second = kept.FindProgram(entry.measurement);
      GateRecord record;
      record.plan = entry.plan;
      record.world = entry.world;
      record.observed.program = program->second;
      record.observed.measurement = entry.measurement;
      record.observed.record = Same(entry);
      record.observed.partial = IsDocumented(behaviour.facts);
      host.records.push_back(std::move(record));
    }
    side_.hosts.push_back(std::move(host));
    side_.origins.push_back({from, behaviour.taken, &behaviour.facts});
  }
  return absl::OkStatus();
}

absl::Status FileSide::Read(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file, ReadBehaviourFile(path));
  return Add(std::move(file), path);
}

}  // namespace sockdrift
