// What operators ask of runs.
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "controller/runs/run_proto.h"
#include "controller/sessions/hub.h"
#include "controller/sessions/hub_lock.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// 60 random bits: no run id is used twice, not even by a new database.
std::string NewRunId() {
  constexpr absl::string_view kDigits = "0123456789abcdefghjkmnpqrstvwxyz";
  std::random_device random;
  std::string id;
  for (int i = 0; i < 12; ++i) id += kDigits[random() % kDigits.size()];
  return id;
}

double RandomFraction() {
  static thread_local std::mt19937 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0, 1)(generator);
}

}  // namespace

absl::StatusOr<std::vector<Change>> Hub::RowsOf(const RunOrder& order,
                                                Run& run) {
  std::vector<Change> rows;
  for (const PlanOfRun& plan : order.plans) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<Change> changes,
                               programs_.Add(plan.plan, plan.yaml));
    std::move(changes.begin(), changes.end(), std::back_inserter(rows));
  }
  run.row.id = NewRunId();
  run.row.standing = order.standing;
  run.row.world = order.world;
  run.row.selector = order.selector_text;
  run.row.deadline = run.row.created + order.timeout;
  run.row.parallel_limit = order.parallel_limit;
  run.row.experiment = order.experiment;
  run.set = std::make_shared<AssignmentSet>(order.set);
  run.row.set = AssignmentSetDigest(order.set);
  rows.push_back(SetRow{run.row.set, ToProto(order.set).SerializeAsString()});
  std::vector<const KnownHost*> hosts =
      fleet_.Select(order.selector, order.connected_only);
  // An imported host has no agent that could ever answer.
  std::erase_if(hosts, [](const KnownHost* host) {
    return !host->connected() && host->row.agent_version.empty();
  });
  if (hosts.empty() && !order.standing) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no host matches ",
        order.selector_text.empty()
            ? "(no host is known yet)"
            : absl::StrCat("the selector \"", order.selector_text, "\""),
        order.connected_only ? " and is connected" : "", "; ",
        fleet_.hosts().size(), " are known: `sockdrift hosts` lists them"));
  }
  rows.push_back(run.row);
  for (RunHostRow& row :
       SelectedRows(run.row, hosts, order.jitter, &RandomFraction)) {
    rows.push_back(row);
    RunHost& host = run.hosts[row.host];
    host.row = std::move(row);
    host.revision = ++run.revision;
  }
  return rows;
}

absl::StatusOr<RunOrder> Hub::ReadOrder(
    const v1::StartRunRequest& request) const {
  std::shared_ptr<const std::vector<PlanOfRun>> catalogue;
  {
    MutexLock lock(&mutex_);
    catalogue = catalogue_;
  }
  return ReadRunRequest(request, *catalogue);
}

absl::StatusOr<RunView> Hub::StartRun(const v1::StartRunRequest& request) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const RunOrder order, ReadOrder(request));
  return StartRun(order);
}

absl::StatusOr<RunView> Hub::StartRun(const RunOrder& order) {
  Run run;
  run.row.created = absl::Now();
  std::vector<Change> rows;
  {
    Lock lock(this);
    SOCKDRIFT_ASSIGN_OR_RETURN(rows, RowsOf(order, run));
  }
  SOCKDRIFT_RETURN_IF_ERROR(CommitAndWait(store_, std::move(rows)));
  Lock lock(this);
  ++counts_.runs_started;
  Log(LogLevel::kInfo, "a run started",
      {{"run", run.row.id}, {"hosts", absl::StrCat(run.hosts.size())}});
  const std::string id = run.row.id;
  book_.Take(std::move(run));
  RunChanges changes;
  book_.Advance(absl::Now(), changes);
  changes.runs.insert(id);
  Apply(std::move(changes));
  return View(*book_.Find(id), 0);
}

absl::StatusOr<RunView> Hub::CancelRun(const std::string& id) {
  {
    Lock lock(this);
    RunChanges changes;
    if (book_.Cancel(id, absl::Now(), changes).ok()) {
      Apply(std::move(changes));
    }
  }
  // What was cancelled stays so, whatever happens to this process.
  store_.Flush();
  return ViewRun(id, 0);
}

RunView Hub::View(const Run& run, uint64_t revision) const {
  RunView view;
  view.run = ToProto(run, programs_);
  view.revision = run.revision;
  view.ended = !run.running();
  for (const auto& [id, host] : run.hosts) {
    if (revision == 0 || host.revision > revision) {
      view.hosts.push_back(ToProto(host));
    }
  }
  return view;
}

absl::StatusOr<RunView> Hub::ViewRun(const std::string& id, uint64_t revision) {
  {
    Lock lock(this);
    if (const Run* run = book_.Find(id)) return View(*run, revision);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const Run run, LoadRun(id));
  return View(run, 0);
}

absl::StatusOr<Run> Hub::LoadRun(const std::string& id) {
  Run run;
  SOCKDRIFT_ASSIGN_OR_RETURN(run.row, store_.Run(id));
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string body, store_.Set(run.row.set));
  v1::AssignmentSet proto;
  proto.ParseFromString(body);
  SOCKDRIFT_ASSIGN_OR_RETURN(AssignmentSet set, FromProto(proto));
  run.cells.resize(set.assignments.size());
  run.set = std::make_shared<AssignmentSet>(std::move(set));
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<RunHostRow> rows, store_.RunHosts(id));
  for (RunHostRow& row : rows) {
    RunHost& host = run.hosts[row.host];
    host.row = std::move(row);
    if (!host.row.report.has_value()) continue;
    const absl::StatusOr<ReportRow> stored = store_.Report(*host.row.report);
    v1::Report report;
    if (!stored.ok() || !report.ParseFromString(stored->body)) continue;
    host.genome = stored->genome;
    for (int i = 0; i < report.results_size(); ++i) {
      const auto digest = Digest::FromBytes(report.results(i).record_digest());
      if (!digest.ok()) continue;
      const auto record = store_.Record(*digest, /*with_body=*/false);
      if (record.ok()) run.cells[static_cast<size_t>(i)].Add(*record);
    }
  }
  run.Index();
  return run;
}

absl::StatusOr<std::vector<v1::Run>> Hub::ListRuns(int limit) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<RunRow> rows,
                             store_.Runs(limit));
  std::vector<v1::Run> runs;
  for (const RunRow& row : rows) {
    SOCKDRIFT_ASSIGN_OR_RETURN(RunView view, ViewRun(row.id, UINT64_MAX));
    runs.push_back(std::move(view.run));
  }
  return runs;
}

absl::Status Hub::Watch(const std::string& id,
                        const std::shared_ptr<RunWatcher>& watcher) {
  Lock lock(this);
  Run* run = book_.Find(id);
  if (run == nullptr) {
    return absl::NotFoundError(absl::StrCat("no run ", id, " is under way"));
  }
  watchers_.emplace(id, watcher);
  ++run->watchers;
  return absl::OkStatus();
}

void Hub::Unwatch(const std::string& id) {
  Lock lock(this);
  if (Run* run = book_.Find(id)) --run->watchers;
  std::erase_if(watchers_,
                [](const auto& entry) { return entry.second.expired(); });
}

absl::Status Hub::Import(const std::vector<std::string>& hosts,
                         std::vector<Change> changes,
                         const std::vector<SightingRow>& sightings,
                         const std::map<std::string, Digest>& facts) {
  const absl::Time now = absl::Now();
  {
    Lock lock(this);
    for (const std::string& id : hosts) {
      const KnownHost* host = fleet_.Find(id);
      if (host != nullptr && host->connected()) {
        return absl::FailedPreconditionError(
            absl::StrCat("host \"", id,
                         "\" of the file is connected: its own agent says "
                         "how it behaves"));
      }
      changes.push_back(
          host != nullptr
              ? host->row
              : HostRow{.id = id, .first_seen = now, .last_seen = now});
    }
  }
  for (const SightingRow& row : sightings) changes.push_back(row);
  SOCKDRIFT_RETURN_IF_ERROR(CommitAndWait(store_, std::move(changes)));
  Lock lock(this);
  for (const std::string& id : hosts) {
    KnownHost& host = fleet_.Add(id, now);
    const auto digest = facts.find(id);
    if (digest == facts.end()) continue;
    host.facts_digest = digest->second;
    host.facts = FactsOf(digest->second);
  }
  for (const SightingRow& row : sightings) sightings_.Put(row);
  return absl::OkStatus();
}

}  // namespace sockdrift
