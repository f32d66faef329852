#include "controller/fleet/fleet.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {

absl::Status CheckHostId(absl::string_view id) {
  const bool good = std::ranges::all_of(id, [](char c) {
    return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == ':' ||
           c == '-';
  });
  if (id.empty() || id.size() > 128 || !good) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a host id is 1 to 128 characters of [A-Za-z0-9._:-], not \"",
        id.substr(0, 140), "\""));
  }
  return absl::OkStatus();
}

std::string KnownHost::Fact(const std::string& name) const {
  if (facts == nullptr) return "";
  const auto it = facts->find(name);
  return it == facts->end() ? "" : it->second;
}

void Fleet::Restore(const HostRow& row) {
  KnownHost& host = hosts_[row.id];
  host.row = row;
}

absl::StatusOr<std::optional<SessionId>> Fleet::Join(const HostClaim& claim,
                                                     SessionId session,
                                                     absl::Time now) {
  KnownHost& host = Add(claim.host_id, now);
  const bool same_process = host.row.process_uuid == claim.process_uuid;
  if (host.connected() && !same_process) {
    host.row.duplicate = true;
    return absl::AlreadyExistsError(absl::StrCat(
        "another agent process (", host.row.process_uuid,
        ") is connected as host \"", claim.host_id,
        "\": give one of them another --host-id; both are flagged"));
  }
  // A new process that comes when the old one has gone is a restart: what was
  // said of the old one no longer holds.
  if (!same_process) host.row.duplicate = false;
  const std::optional<SessionId> replaced = host.session;
  host.session = session;
  host.row.process_uuid = claim.process_uuid;
  host.row.agent_version = claim.agent_version;
  host.row.labels = claim.labels;
  host.row.last_seen = now;
  host.min_program_version = claim.min_program_version;
  host.max_program_version = claim.max_program_version;
  host.worlds_refused = claim.worlds_refused;
  host.root_cgroup_refused = claim.root_cgroup_refused;
  return replaced;
}

bool Fleet::Leave(absl::string_view id, SessionId session, absl::Time now) {
  KnownHost* host = Find(id);
  if (host == nullptr || host->session != session) return false;
  host->session.reset();
  host->row.last_seen = now;
  return true;
}

KnownHost& Fleet::Add(absl::string_view id, absl::Time now) {
  const auto [it, added] = hosts_.try_emplace(std::string(id));
  if (added) {
    it->second.row.id = std::string(id);
    it->second.row.first_seen = now;
    it->second.row.last_seen = now;
  }
  return it->second;
}

KnownHost* Fleet::Find(absl::string_view id) {
  const auto it = hosts_.find(std::string(id));
  return it == hosts_.end() ? nullptr : &it->second;
}

const KnownHost* Fleet::Find(absl::string_view id) const {
  const auto it = hosts_.find(std::string(id));
  return it == hosts_.end() ? nullptr : &it->second;
}

std::vector<const KnownHost*> Fleet::Select(const Selector& selector,
                                            bool connected_only) const {
  std::vector<const KnownHost*> selected;
  for (const auto& [id, host] : hosts_) {
    if (connected_only && !host.connected()) continue;
    if (selector.Matches(host.AsSelectable())) selected.push_back(&host);
  }
  return selected;
}

}  // namespace sockdrift
