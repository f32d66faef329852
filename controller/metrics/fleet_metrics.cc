#include "controller/metrics/fleet_metrics.h"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/metrics/family.h"
#include "wire/tls/transport.h"

namespace sockdrift {
namespace {

using Families = std::vector<prometheus::MetricFamily>;

std::string WorldLabel(World world) { return std::string(WorldName(world)); }

double Seconds(absl::Time time) {
  return absl::ToDoubleSeconds(time - absl::UnixEpoch());
}

void AddHosts(const std::vector<KnownHost>& hosts, Hub& hub, Families& out) {
  Family agents =
      Family::Gauge("sockdrift_agents",
                    "Hosts that are known, by whether their agent holds "
                    "a stream to the controller.");
  Family duplicates =
      Family::Gauge("sockdrift_duplicate_identities",
                    "Hosts whose identity a second agent process claimed.");
  Family info =
      Family::Gauge("sockdrift_host_info",
                    "1 for each known host, with what is known of it.");
  Family audits = Family::Gauge(
      "sockdrift_host_last_audit_timestamp_seconds",
      "When the host's behaviour was last measured, in seconds since 1970.");
  int connected = 0;
  int flagged = 0;
  for (const KnownHost& host : hosts) {
    connected += host.connected() ? 1 : 0;
    flagged += host.row.duplicate ? 1 : 0;
    info.Add({{"host", host.row.id},
              {"kernel_release", host.Fact("kernel.release")},
              {"arch", host.Fact("kernel.arch")},
              {"os", host.Fact("os.pretty_name")},
              {"container_runtime", host.Fact("container.runtime")},
              {"agent_version", host.row.agent_version}},
             1);
    if (const auto audit = hub.LastAudit(host.row.id)) {
      audits.Add({{"host", host.row.id}}, Seconds(*audit));
    }
  }
  agents.Add({{"state", "connected"}}, connected);
  agents.Add({{"state", "offline"}},
             static_cast<double>(hosts.size()) - connected);
  duplicates.Add({}, flagged);
  out.push_back(std::move(agents).Take());
  out.push_back(std::move(duplicates).Take());
  out.push_back(std::move(info).Take());
  out.push_back(std::move(audits).Take());
}

// What the agents count: they have no HTTP of their own.
void AddAgentCounters(const std::vector<KnownHost>& hosts, Families& out) {
  struct Counter {
    const char* name;
    const char* help;
    int64_t AgentCounts::*value;
    bool gauge;
  };
  static constexpr Counter kCounters[] = {
      {"sockdrift_agent_runs_finished_total",
       "Runs that the agent measured, since its process began.",
       &AgentCounts::runs_finished, false},
      {"sockdrift_agent_probes_started_total", "Probes that it started.",
       &AgentCounts::probes_started, false},
      {"sockdrift_agent_probes_failed_total",
       "Probes that failed, crashed or timed out.", &AgentCounts::probes_failed,
       false},
      {"sockdrift_agent_assignments_refused_total",
       "Assignments that its policy refused.",
       &AgentCounts::assignments_refused, false},
      {"sockdrift_agent_spool_dropped_total",
       "Results dropped from a full spool before they were acknowledged.",
       &AgentCounts::spool_dropped, false},
      {"sockdrift_agent_spool_entries",
       "Results on the agent's disk that are not acknowledged.",
       &AgentCounts::spool_entries, true},
      {"sockdrift_agent_spool_bytes", "Their size.", &AgentCounts::spool_bytes,
       true},
  };
  for (const Counter& counter : kCounters) {
    Family family = counter.gauge ? Family::Gauge(counter.name, counter.help)
                                  : Family::Counter(counter.name, counter.help);
    for (const KnownHost& host : hosts) {
      if (!host.connected()) continue;
      family.Add({{"host", host.row.id}},
                 static_cast<double>(host.counts.*counter.value));
    }
    out.push_back(std::move(family).Take());
  }
}

void AddSummaries(const FleetSnapshot& snapshot, Families& out) {
  Family genomes = Family::Gauge(
      "sockdrift_host_genome_info",
      "1 for the genome of each host's latest behaviours in a world.");
  Family cells = Family::Gauge(
      "sockdrift_host_divergent_cells",
      "Cells in which the host differs from the majority, over all plans, "
      "without acknowledged ones.");
  Family acknowledged = Family::Gauge(
      "sockdrift_host_acknowledged_cells",
      "Cells in which the host differs from the majority and that are "
      "acknowledged.");
  for (const auto& [host, summary] : snapshot.hosts) {
    for (const auto& [world, genome] : summary.genomes) {
      genomes.Add({{"host", host},
                   {"world", WorldLabel(world)},
                   {"genome", genome.ShortHex()}},
                  1);
    }
    cells.Add({{"host", host}}, static_cast<double>(summary.divergent_cells));
    acknowledged.Add({{"host", host}},
                     static_cast<double>(summary.acknowledged_cells));
  }
  out.push_back(std::move(genomes).Take());
  out.push_back(std::move(cells).Take());
  out.push_back(std::move(acknowledged).Take());
}

// The majority's, and those that differ from it in something that nobody
// answers for: what is acknowledged is no news, and what has expired is.
double BehavioursThatCount(const PlanGroups& plan) {
  size_t count = 0;
  for (size_t i = 0; i < plan.grouping.groups.size(); ++i) {
    count += !plan.IsAcknowledged(i);
  }
  return static_cast<double>(count);
}

void AddBehaviours(const FleetSnapshot& snapshot, int named, Families& out) {
  Family hosts = Family::Gauge(
      "sockdrift_behaviour_hosts",
      "Hosts that share a behaviour; behaviours after the largest 20 of a plan "
      "and world are counted as other.");
  Family behaviours = Family::Gauge("sockdrift_plan_behaviours",
                                    "Distinct behaviours of a plan, without "
                                    "those that are wholly acknowledged.");
  Family undecided = Family::Gauge(
      "sockdrift_plan_undecided_hosts",
      "Hosts that fit several behaviours, or none, for lack of tested cells.");
  Family divergent = Family::Gauge(
      "sockdrift_plan_divergent_cells",
      "Cells of a plan in which some behaviour differs from the majority, "
      "without acknowledged ones.");
  Family acknowledged = Family::Gauge(
      "sockdrift_plan_acknowledged_cells",
      "Cells of a plan in which some behaviour differs from the majority and "
      "that are acknowledged.");
  for (const PlanGroups& plan : snapshot.plans) {
    const std::string world = WorldLabel(plan.key.world);
    double other = 0;
    for (size_t i = 0; i < plan.grouping.groups.size(); ++i) {
      const Group& group = plan.grouping.groups[i];
      const double members = static_cast<double>(group.members.size());
      if (static_cast<int>(i) < named) {
        hosts.Add(
            {{"plan", plan.plan}, {"world", world}, {"behaviour", group.id}},
            members);
      } else {
        other += members;
      }
    }
    if (other > 0) {
      hosts.Add({{"plan", plan.plan}, {"world", world}, {"behaviour", "other"}},
                other);
    }
    behaviours.Add({{"plan", plan.plan}, {"world", world}},
                   BehavioursThatCount(plan));
    undecided.Add({{"plan", plan.plan}, {"world", world}},
                  static_cast<double>(plan.grouping.undecided.size()));
    const size_t open = plan.DivergentCells().size();
    divergent.Add({{"plan", plan.plan}, {"world", world}},
                  static_cast<double>(open));
    acknowledged.Add({{"plan", plan.plan}, {"world", world}},
                     static_cast<double>(plan.DifferingCells().size() - open));
  }
  out.push_back(std::move(hosts).Take());
  out.push_back(std::move(behaviours).Take());
  out.push_back(std::move(undecided).Take());
  out.push_back(std::move(divergent).Take());
  out.push_back(std::move(acknowledged).Take());
}

// At most AcknowledgementBook::kMostStanding of each.
void AddAcknowledgements(const FleetSnapshot& snapshot, Families& out) {
  Family ends =
      Family::Gauge("sockdrift_acknowledgement_expires_timestamp_seconds",
                    "When the acknowledgement expires or has expired, in "
                    "seconds since 1970.");
  Family expired =
      Family::Gauge("sockdrift_acknowledgement_expired",
                    "1 while the acknowledgement's last day is over, else 0.");
  Family cells = Family::Gauge(
      "sockdrift_acknowledgement_cells",
      "Cells in which hosts differ and that the acknowledgement means, whether "
      "it holds or has expired.");
  for (size_t i = 0; i < snapshot.acknowledgements.size(); ++i) {
    const StandingAcknowledgement& standing = snapshot.acknowledgements[i];
    const std::string& id = standing.what->row.id;
    const std::string& owner = standing.what->row.owner;
    const auto add = [&](Family& family, double value) {
      family.Add({{"acknowledgement", id}, {"owner", owner}}, value);
    };
    add(ends, Seconds(standing.what->Ends()));
    add(expired, standing.expired ? 1 : 0);
    add(cells, static_cast<double>(snapshot.reach[i].cells));
  }
  out.push_back(std::move(ends).Take());
  out.push_back(std::move(expired).Take());
  out.push_back(std::move(cells).Take());
}

// "bind.a=ok, bind.b=EADDRINUSE": all that was observed in the cell.
std::string OutcomeText(const Record& record, const Program& program,
                        uint32_t cell) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view outcome = record.Outcome(i, cell);
    if (outcome.empty()) continue;
    parts.push_back(absl::StrCat(program.observations[i], "=", outcome));
  }
  return absl::StrJoin(parts, ", ");
}

// Hosts by outcome in the divergent cells, and nothing of the others.
void AddCells(const FleetSnapshot& snapshot, int limit, Families& out) {
  Family hosts = Family::Gauge(
      "sockdrift_divergent_cell_hosts",
      "Hosts by outcome in each cell in which hosts differ, without "
      "acknowledged ones; the series are capped.");
  int64_t dropped = 0;
  for (const PlanGroups& plan : snapshot.plans) {
    for (const uint32_t cell : plan.DivergentCells()) {
      std::map<std::string, double> outcomes;
      for (const Group& group : plan.grouping.groups) {
        const Record& record = *plan.hosts[group.representative].record;
        if (record.status[cell] != CellStatus::kDone) continue;
        outcomes[OutcomeText(record, plan.program->program, cell)] +=
            static_cast<double>(group.members.size());
      }
      if (static_cast<int>(hosts.size() + outcomes.size()) > limit) {
        dropped += static_cast<int64_t>(outcomes.size());
        continue;
      }
      const std::string name =
          CellName(plan.program->program, plan.program->cells.Coordinate(cell));
      for (const auto& [outcome, count] : outcomes) {
        hosts.Add({{"plan", plan.plan},
                   {"world", WorldLabel(plan.key.world)},
                   {"cell", name},
                   {"outcome", outcome}},
                  count);
      }
    }
  }
  out.push_back(std::move(hosts).Take());
  out.push_back(Family::Gauge("sockdrift_divergent_cell_series_dropped",
                              "Series of divergent cells that the cap left "
                              "out of this scrape.")
                    .Add({}, static_cast<double>(dropped))
                    .Take());
}

void AddRuns(const HubCounts& counts, Families& out) {
  out.push_back(Family::Gauge("sockdrift_runs_running", "Runs under way.")
                    .Add({}, static_cast<double>(counts.runs_running))
                    .Take());
  out.push_back(Family::Counter("sockdrift_runs_started_total",
                                "Runs started, standing ones included.")
                    .Add({}, static_cast<double>(counts.runs_started))
                    .Take());
  const auto count = [](const auto& map, auto key) {
    const auto it = map.find(key);
    return it == map.end() ? 0.0 : static_cast<double>(it->second);
  };
  out.push_back(
      Family::Counter("sockdrift_runs_ended_total", "Runs that ended, by how.")
          .Add({{"phase", "finished"}},
               count(counts.runs_ended, RunPhase::kFinished))
          .Add({{"phase", "cancelled"}},
               count(counts.runs_ended, RunPhase::kCancelled))
          .Take());
  Family results =
      Family::Counter("sockdrift_run_results_total",
                      "Hosts of runs, by the list in which they ended.");
  for (const RunHostState state :
       {RunHostState::kAnswered, RunHostState::kFailed, RunHostState::kLate,
        RunHostState::kOffline, RunHostState::kRefused}) {
    results.Add({{"status", std::string(RunHostStateName(state))}},
                count(counts.results, state));
  }
  out.push_back(std::move(results).Take());
  Family cells = Family::Counter("sockdrift_cells_total",
                                 "Cells of answers, by how they ended.");
  for (const char* status : {"DONE", "SKIP", "ERROR", "UNSTABLE", "MISS"}) {
    cells.Add({{"status", status}}, count(counts.cells, std::string(status)));
  }
  out.push_back(std::move(cells).Take());
}

void AddController(const HubCounts& counts, bool store_healthy,
                   const std::string& certificate, Families& out) {
  out.push_back(Family::Gauge("sockdrift_build_info",
                              "1, with what this controller was built from.")
                    .Add({{"version", SOCKDRIFT_VERSION},
                          {"compiler", absl::StrCat("gcc ", __VERSION__)}},
                         1)
                    .Take());
  out.push_back(Family::Counter("sockdrift_agent_sessions_total",
                                "Streams that agents opened.")
                    .Add({}, static_cast<double>(counts.sessions_opened))
                    .Take());
  Family ended = Family::Counter(
      "sockdrift_agent_disconnects_total",
      "Streams that ended: closed by the agent, or by the controller with a "
      "status.");
  ended.Add({{"reason", "closed"}}, 0);
  for (const auto& [reason, number] : counts.sessions_ended) {
    if (reason != "closed") {
      ended.Add({{"reason", reason}}, static_cast<double>(number));
    }
  }
  prometheus::MetricFamily closed = std::move(ended).Take();
  const auto it = counts.sessions_ended.find("closed");
  if (it != counts.sessions_ended.end()) {
    closed.metric[0].counter.value = static_cast<double>(it->second);
  }
  out.push_back(std::move(closed));
  out.push_back(
      Family::Counter("sockdrift_duplicates_refused_total",
                      "Streams refused because another process lives under "
                      "the same identity.")
          .Add({}, static_cast<double>(counts.duplicates_refused))
          .Take());
  out.push_back(Family::Counter("sockdrift_records_received_total",
                                "Record bodies that agents sent.")
                    .Add({}, static_cast<double>(counts.records_received))
                    .Take());
  out.push_back(Family::Counter("sockdrift_reports_received_total",
                                "Reports that agents sent.")
                    .Add({}, static_cast<double>(counts.reports_received))
                    .Take());
  out.push_back(Family::Counter("sockdrift_store_commit_failures_total",
                                "Commits that the database refused.")
                    .Add({}, static_cast<double>(counts.commits_failed))
                    .Take());
  out.push_back(Family::Gauge("sockdrift_store_healthy",
                              "1 while the last commit succeeded.")
                    .Add({}, store_healthy ? 1 : 0)
                    .Take());
  if (certificate.empty()) return;
  const absl::StatusOr<absl::Time> expiry = CertificateExpiry(certificate);
  if (!expiry.ok()) return;
  out.push_back(
      Family::Gauge("sockdrift_tls_cert_not_after_timestamp_seconds",
                    "When the controller's certificate expires, in seconds "
                    "since 1970.")
          .Add({}, Seconds(*expiry))
          .Take());
}

// Every gate has all of its series, judged yet or not: an absent one would be
// no alert.
void AddGates(const GateBook& gates, Families& out) {
  Family pass = Family::Gauge(
      "sockdrift_gate_pass",
      "1 while the gate's verdict is PASS, 0 for any other and before it is "
      "judged first.");
  Family verdicts = Family::Gauge("sockdrift_gate_verdict",
                                  "1 for the verdict that the gate has, 0 for "
                                  "the others.");
  for (const GateStanding& gate : gates.List()) {
    const std::string& name = gate.definition.gate.rules.name;
    const GateVerdict verdict = gate.judged == nullptr
                                    ? GateVerdict::kInconclusive
                                    : gate.judged->judgement.verdict;
    pass.Add({{"gate", name}}, verdict == GateVerdict::kPass ? 1 : 0);
    for (const GateVerdict one :
         {GateVerdict::kPass, GateVerdict::kFail, GateVerdict::kInconclusive}) {
      verdicts.Add(
          {{"gate", name}, {"verdict", std::string(GateVerdictName(one))}},
          verdict == one ? 1 : 0);
    }
  }
  out.push_back(std::move(pass).Take());
  out.push_back(std::move(verdicts).Take());
  out.push_back(Family::Gauge("sockdrift_gates_last_reload_successful",
                              "1 while every file of the gates' folder was "
                              "valid when it was read last.")
                    .Add({}, gates.ReloadStatus().ok() ? 1 : 0)
                    .Take());
}

}  // namespace

FleetMetrics::FleetMetrics(Hub& hub, FleetAnalysis& analysis,
                           const GateBook& gates, MetricsOptions options)
    : hub_(hub),
      analysis_(analysis),
      gates_(gates),
      options_(std::move(options)) {}

std::string FleetMetrics::Text() const {
  const std::vector<KnownHost> hosts = hub_.Hosts();
  const std::shared_ptr<const FleetSnapshot> snapshot = analysis_.Snapshot();
  const HubCounts counts = hub_.Counts();
  Families families;
  AddController(counts, hub_.store().Health().ok(), options_.tls_certificate,
                families);
  AddHosts(hosts, hub_, families);
  AddAgentCounters(hosts, families);
  AddRuns(counts, families);
  AddSummaries(*snapshot, families);
  AddBehaviours(*snapshot, options_.max_behaviours, families);
  AddCells(*snapshot, options_.max_cell_series, families);
  AddAcknowledgements(*snapshot, families);
  AddGates(gates_, families);
  // A family without samples would be a name without meaning.
  std::erase_if(families, [](const prometheus::MetricFamily& family) {
    return family.metric.empty();
  });
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace sockdrift
