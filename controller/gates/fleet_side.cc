#include "controller/gates/fleet_side.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/divergence/fact_relevance.h"

namespace sockdrift {
namespace {

// Facts as close to socket calls as a kernel's release: while these are the
// same, what was measured still holds.
constexpr int kMostRemote = 4;

// "kernel.release was 6.1.0, is 6.12.1"; "" where nothing that counts changed.
std::string ChangeOf(const Facts& then, const Facts& now) {
  for (const auto& [name, value] : now) {
    if (FindIrrelevant(name) != nullptr || Remoteness(name) > kMostRemote) {
      continue;
    }
    const auto was = then.find(name);
    if (was == then.end() || was->second == value) continue;
    return absl::StrCat(name, " was ", was->second, ", is ", value);
  }
  return "";
}

// Of each plan and world what the host showed last, whichever the version.
using Newest = std::map<std::pair<std::string, World>, const SightingRow*>;

std::map<std::string, Newest> NewestByHost(
    const std::map<PlanWorld, std::vector<SightingRow>>& sightings,
    ProgramBook& programs) {
  std::map<std::string, Newest> hosts;
  for (const auto& [key, rows] : sightings) {
    const std::string plan = programs.PlanName(key.measurement);
    for (const SightingRow& row : rows) {
      const SightingRow*& newest = hosts[row.host][{plan, key.world}];
      if (newest == nullptr || newest->last_seen < row.last_seen) {
        newest = &row;
      }
    }
  }
  return hosts;
}

}  // namespace

absl::Status FleetSide::AddRecord(const std::string& plan, World world,
                                  const Digest& measurement,
                                  const Digest& digest, GateHost& host) {
  std::shared_ptr<const KnownProgram>& program = programs_[measurement];
  if (program == nullptr) {
    SOCKDRIFT_ASSIGN_OR_RETURN(
        program, baselines_.analysis().hub().programs().Find(measurement));
  }
  std::shared_ptr<const Record>& record = records_[digest];
  if (record == nullptr) {
    SOCKDRIFT_ASSIGN_OR_RETURN(record,
                               baselines_.analysis().FindRecord(digest));
  }
  GateRecord& added = host.records.emplace_back();
  added.plan = plan;
  added.world = world;
  added.observed.program = &program->program;
  added.observed.measurement = measurement;
  added.observed.record = record.get();
  return absl::OkStatus();
}

absl::Status FleetSide::AddBaseline(const std::string& name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const BaselineRow row, baselines_.Find(name));
  for (const BaselineMember& member : row.members) {
    if (side_.hosts.empty() || side_.hosts.back().name != member.host) {
      side_.hosts.emplace_back().name = member.host;
      HostOrigin& origin = side_.origins.emplace_back();
      origin.from = "baseline:" + name;
      seen_.emplace_back();
      if (member.facts.has_value()) {
        facts_.push_back(baselines_.analysis().hub().FindFacts(*member.facts));
        origin.facts = facts_.back().get();
      }
    }
    SOCKDRIFT_RETURN_IF_ERROR(AddRecord(member.plan, member.world,
                                        member.measurement, member.record,
                                        side_.hosts.back()));
    HostOrigin& origin = side_.origins.back();
    origin.taken = std::max(origin.taken, member.taken);
  }
  return absl::OkStatus();
}

absl::Status FleetSide::AddHosts(const std::string& selector_text,
                                 const std::string& name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Selector selector,
                             Selector::Parse(selector_text));
  Hub& hub = baselines_.analysis().hub();
  const std::map<PlanWorld, std::vector<SightingRow>> sightings =
      hub.Sightings();
  const std::map<std::string, Newest> newest =
      NewestByHost(sightings, hub.programs());
  bool found = false;
  for (const KnownHost& known : hub.Hosts()) {
    if (!name.empty() ? known.row.id != name
                      : !selector.Matches(known.AsSelectable())) {
      continue;
    }
    found = true;
    GateHost host;
    host.name = known.row.id;
    HostOrigin origin;
    origin.from = "host:" + known.row.id;
    facts_.push_back(known.facts);
    origin.facts = known.facts.get();
    std::vector<Seen> seen;
    const auto showed = newest.find(known.row.id);
    if (showed == newest.end()) {
      host.unusable = "it was never measured; 'sockdrift run' does";
    } else {
      for (const auto& [key, row] : showed->second) {
        SOCKDRIFT_RETURN_IF_ERROR(AddRecord(
            key.first, key.second, row->measurement, row->record, host));
        seen.push_back({row->last_seen, row->facts.has_value()
                                            ? hub.FindFacts(*row->facts)
                                            : nullptr});
        origin.taken = std::max(origin.taken, row->last_seen);
      }
    }
    side_.hosts.push_back(std::move(host));
    side_.origins.push_back(std::move(origin));
    seen_.push_back(std::move(seen));
  }
  if (found || name.empty()) return absl::OkStatus();
  return absl::NotFoundError(absl::StrCat(
      "there is no host ", name, "; 'sockdrift hosts' lists those that are"));
}

absl::Status FleetSide::Add(const std::string& operand) {
  absl::string_view rest = operand;
  if (absl::ConsumePrefix(&rest, "baseline:")) {
    return AddBaseline(std::string(rest));
  }
  if (absl::ConsumePrefix(&rest, "host:") && !rest.empty()) {
    return AddHosts("", std::string(rest));
  }
  if (absl::ConsumePrefix(&rest, "selector:")) {
    return AddHosts(std::string(rest), "");
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", operand,
      "\" is neither baseline:NAME nor host:NAME nor selector:SELECTOR"));
}

absl::Status FleetSide::AddFile(absl::string_view bytes,
                                const std::string& name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file,
                             DecodeBehaviourFile(bytes, name));
  const size_t before = files_.side().hosts.size();
  SOCKDRIFT_RETURN_IF_ERROR(files_.Add(std::move(file), name));
  const GateSide& from = files_.side();
  for (size_t i = before; i < from.hosts.size(); ++i) {
    side_.hosts.push_back(from.hosts[i]);
    side_.origins.push_back(from.origins[i]);
    seen_.emplace_back();
  }
  return absl::OkStatus();
}

void FleetSide::DropStale(absl::Duration max_age, absl::Time now) {
  for (size_t i = 0; i < side_.hosts.size(); ++i) {
    GateHost& host = side_.hosts[i];
    for (size_t r = seen_[i].size(); r-- > 0;) {
      const Seen& seen = seen_[i][r];
      std::string why;
      if (now - seen.at > max_age) {
        why = absl::StrCat("it was measured longer ago than ",
                           absl::FormatDuration(max_age));
      } else if (seen.facts != nullptr && side_.origins[i].facts != nullptr) {
        why = ChangeOf(*seen.facts, *side_.origins[i].facts);
        if (!why.empty()) why = "it has changed since it was measured: " + why;
      }
      if (why.empty()) continue;
      host.unusable = absl::StrCat(why, "; 'sockdrift run' measures it again");
      host.records.erase(host.records.begin() + static_cast<long>(r));
      seen_[i].erase(seen_[i].begin() + static_cast<long>(r));
    }
  }
}

void FleetSide::Replace(size_t host, size_t record, Record with) {
  replaced_.push_back(std::make_shared<const Record>(std::move(with)));
  side_.hosts[host].records[record].observed.record = replaced_.back().get();
}

}  // namespace sockdrift
