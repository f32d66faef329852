#include "controller/analysis/host_list.h"

#include "absl/time/clock.h"
#include "controller/runs/run_proto.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

void WriteHost(const KnownHost& host, bool with_facts, v1::FleetHost& out) {
  out.set_host_id(host.row.id);
  out.set_connected(host.connected());
  out.set_duplicate(host.row.duplicate);
  out.set_agent_version(host.row.agent_version);
  for (const auto& [name, value] : host.row.labels) {
    v1::Label& label = *out.add_labels();
    label.set_name(name);
    label.set_value(value);
  }
  if (with_facts && host.facts != nullptr) {
    for (const auto& [name, value] : *host.facts) {
      v1::Fact& fact = *out.add_facts();
      fact.set_name(name);
      fact.set_value(value);
    }
  }
  *out.mutable_first_seen_time() = ToTimestamp(host.row.first_seen);
  *out.mutable_last_seen_time() =
      ToTimestamp(host.connected() ? absl::Now() : host.row.last_seen);
  out.set_kernel_release(host.Fact("kernel.release"));
  out.set_arch(host.Fact("kernel.arch"));
  out.set_distribution(host.Fact("os.pretty_name"));
}

}  // namespace

absl::Status WriteHosts(Hub& hub, FleetAnalysis& analysis,
                        const v1::ListHostsRequest& request,
                        v1::ListHostsResponse& response) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Selector selector,
                             Selector::Parse(request.selector()));
  const std::shared_ptr<const FleetSnapshot> snapshot = analysis.Snapshot();
  for (const KnownHost& host : hub.Hosts()) {
    if (!selector.Matches(host.AsSelectable())) continue;
    v1::FleetHost& out = *response.add_hosts();
    WriteHost(host, request.with_facts(), out);
    if (const auto audited = hub.LastAudit(host.row.id)) {
      *out.mutable_last_audit_time() = ToTimestamp(*audited);
    }
    const auto summary = snapshot->hosts.find(host.row.id);
    if (summary == snapshot->hosts.end()) continue;
    out.set_divergent_cell_count(summary->second.divergent_cells);
    out.set_acknowledged_cell_count(summary->second.acknowledged_cells);
    // The first is the replica world where the host was measured in it.
    if (!summary->second.genomes.empty()) {
      out.set_genome_digest(
          std::string(summary->second.genomes.begin()->second.View()));
    }
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
