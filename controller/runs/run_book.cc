#include "controller/runs/run_book.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/plan/program_codec.h"

namespace sockdrift {
namespace {

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace

void Run::Index() {
  tally = {};
  waiting.clear();
  held.clear();
  for (const auto& [id, host] : hosts) {
    ++tally.selected;
    ++tally.hosts[host.row.state];
    if (host.row.state == RunHostState::kWanted) waiting.insert(id);
    if (host.row.state == RunHostState::kHeld) held.insert(id);
  }
}

void Run::Move(RunHost& host, RunHostState state) {
  --tally.hosts[host.row.state];
  ++tally.hosts[state];
  waiting.erase(host.row.host);
  held.erase(host.row.host);
  if (state == RunHostState::kWanted) waiting.insert(host.row.host);
  if (state == RunHostState::kHeld) held.insert(host.row.host);
  host.row.state = state;
}

Run& RunBook::Take(Run run) {
  const std::string id = run.row.id;
  run.cells.resize(run.set->assignments.size());
  run.Index();
  return runs_.insert_or_assign(id, std::move(run)).first->second;
}

Run* RunBook::Find(absl::string_view id) {
  const auto it = runs_.find(std::string(id));
  return it == runs_.end() ? nullptr : &it->second;
}

void RunBook::SetState(Run& run, RunHost& host, RunHostState state,
                       std::string reason, RunChanges& changes) {
  // What a host is to hold changes when it comes to hold this run, or ceases.
  if ((host.row.state == RunHostState::kHeld) !=
      (state == RunHostState::kHeld)) {
    changes.told.insert(host.row.host);
  }
  run.Move(host, state);
  host.row.reason = std::move(reason);
  host.revision = ++run.revision;
  changes.rows.push_back(host.row);
  changes.runs.insert(run.row.id);
}

void RunBook::HostCame(const KnownHost& host, absl::Time now,
                       RunChanges& changes) {
  for (auto& [id, run] : runs_) {
    if (!run.running() || !run.row.standing) continue;
    if (run.hosts.contains(host.row.id)) continue;
    const absl::StatusOr<Selector> selector = Selector::Parse(run.row.selector);
    if (!selector.ok() || !selector->Matches(host.AsSelectable())) continue;
    RunHost& taken = run.hosts[host.row.id];
    taken.row = {.run = id,
                 .host = host.row.id,
                 .state = RunHostState::kWanted,
                 .not_before = now,
                 .report = {},
                 .facts = {},
                 .ended = {},
                 .reason = ""};
    ++run.tally.selected;
    ++run.tally.hosts[RunHostState::kWanted];
    SetState(run, taken, RunHostState::kWanted, "", changes);
  }
  Advance(now, changes);
}

void RunBook::Progress(absl::string_view run_id, absl::string_view host_id,
                       int64_t finished, int64_t total, RunChanges& changes) {
  Run* run = Find(run_id);
  if (run == nullptr) return;
  const auto it = run->hosts.find(std::string(host_id));
  if (it == run->hosts.end() || IsFinal(it->second.row.state)) return;
  it->second.finished = finished;
  it->second.total = total;
  it->second.revision = ++run->revision;
  changes.runs.insert(run->row.id);
}

bool RunBook::Wants(absl::string_view run_id, absl::string_view host_id) const {
  const auto run = runs_.find(std::string(run_id));
  if (run == runs_.end() || !run->second.running()) return false;
  const auto host = run->second.hosts.find(std::string(host_id));
  return host != run->second.hosts.end() && !host->second.committing &&
         !IsFinal(host->second.row.state);
}

void RunBook::BeginAnswer(absl::string_view run, absl::string_view host) {
  Find(run)->hosts.find(std::string(host))->second.committing = true;
}

void RunBook::FinishAnswer(const RunHostRow& row, const Digest& genome,
                           const std::vector<CellTally>& cells, absl::Time now,
                           RunChanges& changes) {
  Run* run = Find(row.run);
  if (run == nullptr) return;
  RunHost& host = run->hosts[row.host];
  host.committing = false;
  run->Move(host, row.state);
  host.row = row;
  host.genome = genome;
  host.revision = ++run->revision;
  for (size_t i = 0; i < run->cells.size() && i < cells.size(); ++i) {
    run->cells[i].done += cells[i].done;
    run->cells[i].skip += cells[i].skip;
    run->cells[i].error += cells[i].error;
    run->cells[i].unstable += cells[i].unstable;
    run->cells[i].miss += cells[i].miss;
  }
  changes.runs.insert(row.run);
  // Another host may have its turn now.
  Advance(now, changes);
}

void RunBook::DropAnswer(absl::string_view run_id, absl::string_view host_id) {
  Run* run = Find(run_id);
  if (run == nullptr) return;
  run->hosts.find(std::string(host_id))->second.committing = false;
}

absl::Status RunBook::Cancel(absl::string_view id, absl::Time now,
                             RunChanges& changes) {
  Run* run = Find(id);
  if (run == nullptr || !run->running()) {
    return absl::NotFoundError(absl::StrCat("no run ", id, " is under way"));
  }
  run->cancelled = true;
  Advance(now, changes);
  return absl::OkStatus();
}

std::optional<Answer> RunBook::Unable(const Run& run,
                                      const KnownHost& host) const {
  const auto refused = host.worlds_refused.find(run.row.world);
  if (refused != host.worlds_refused.end()) {
    return Answer{
        RunHostState::kRefused,
        absl::StrCat("the host does not give the world ",
                     WorldName(run.row.world), ": ", refused->second)};
  }
  if (!host.root_cgroup_refused.empty() &&
      std::ranges::any_of(run.set->assignments, &Assignment::root_cgroup)) {
    return Answer{RunHostState::kRefused, host.root_cgroup_refused};
  }
  if (host.min_program_version > kProgramVersion ||
      host.max_program_version < kProgramVersion) {
    return Answer{
        RunHostState::kFailed,
        absl::StrCat("agent ", host.row.agent_version,
                     " reads programs of versions ", host.min_program_version,
                     " to ", host.max_program_version, ", and this one is ",
                     kProgramVersion, ": install a matching agent")};
  }
  return std::nullopt;
}

void RunBook::TellHosts(Run& run, absl::Time now, RunChanges& changes) {
  int active = 0;
  if (run.row.parallel_limit > 0) {
    for (const std::string& id : run.held) {
      // A host that is gone must not keep the others waiting.
      const KnownHost* known = fleet_.Find(id);
      if (known != nullptr && known->connected()) ++active;
    }
  }
  const std::vector<std::string> waiting(run.waiting.begin(),
                                         run.waiting.end());
  for (const std::string& id : waiting) {
    if (run.row.parallel_limit > 0 && active >= run.row.parallel_limit) return;
    RunHost& host = run.hosts.find(id)->second;
    if (host.committing || host.row.not_before > now) continue;
    const KnownHost* known = fleet_.Find(id);
    if (known == nullptr || !known->connected()) continue;
    if (const std::optional<Answer> unable = Unable(run, *known)) {
      host.row.ended = now;
      SetState(run, host, unable->state, unable->reason, changes);
      continue;
    }
    ++active;
    SetState(run, host, RunHostState::kHeld, "", changes);
  }
}

void RunBook::CloseHosts(Run& run, absl::Time now, RunChanges& changes) {
  for (auto& [id, host] : run.hosts) {
    if (IsFinal(host.row.state) || host.committing) continue;
    const KnownHost* known = fleet_.Find(id);
    host.row.ended = now;
    if (known == nullptr || !known->connected()) {
      SetState(run, host, RunHostState::kOffline,
               known == nullptr ? "not known"
                                : absl::StrCat("not connected; last seen at ",
                                               TimeText(known->row.last_seen)),
               changes);
    } else if (host.row.state == RunHostState::kWanted) {
      SetState(run, host, RunHostState::kLate,
               "its turn had not come: allow a longer deadline, more hosts at "
               "once or less jitter",
               changes);
    } else {
      SetState(run, host, RunHostState::kLate,
               host.total > 0 ? absl::StrCat("not finished: ", host.finished,
                                             " of ", host.total, " cell runs")
                              : "not finished",
               changes);
    }
  }
}

void RunBook::EndIfComplete(Run& run, absl::Time now, RunChanges& changes) {
  // An answer on its way to the disk holds the run open: the host must end in
  // the list where its row says that it is.
  if (!run.waiting.empty() || !run.held.empty()) return;
  run.row.phase = run.cancelled ? RunPhase::kCancelled : RunPhase::kFinished;
  run.row.ended = now;
  ++run.revision;
  changes.rows.push_back(run.row);
  changes.runs.insert(run.row.id);
}

void RunBook::Advance(absl::Time now, RunChanges& changes) {
  for (auto& [id, run] : runs_) {
    if (!run.running()) continue;
    if (run.cancelled || now >= run.row.deadline) {
      CloseHosts(run, now, changes);
      EndIfComplete(run, now, changes);
      continue;
    }
    TellHosts(run, now, changes);
    // A standing run waits for hosts that are still to come.
    if (!run.row.standing) EndIfComplete(run, now, changes);
  }
}

absl::Time RunBook::NextEvent(absl::Time now) const {
  absl::Time next = absl::InfiniteFuture();
  for (const auto& [id, run] : runs_) {
    if (!run.running()) continue;
    if (run.row.deadline > now) next = std::min(next, run.row.deadline);
    for (const std::string& host : run.waiting) {
      const absl::Time turn = run.hosts.find(host)->second.row.not_before;
      if (turn > now) next = std::min(next, turn);
    }
  }
  return next;
}

std::vector<const Run*> RunBook::WantedOf(absl::string_view host) const {
  std::vector<const Run*> wanted;
  const std::string key(host);
  for (const auto& [id, run] : runs_) {
    if (!run.running()) continue;
    const auto it = run.hosts.find(key);
    if (it != run.hosts.end() && it->second.row.state == RunHostState::kHeld) {
      wanted.push_back(&run);
    }
  }
  std::ranges::sort(wanted, [](const Run* a, const Run* b) {
    return std::pair(a->row.created, a->row.id) <
           std::pair(b->row.created, b->row.id);
  });
  return wanted;
}

void RunBook::Forget(absl::Time before) {
  std::erase_if(runs_, [before](const auto& entry) {
    const Run& run = entry.second;
    return !run.running() && run.watchers == 0 && *run.row.ended < before;
  });
}

std::vector<RunHostRow> SelectedRows(const RunRow& run,
                                     const std::vector<const KnownHost*>& hosts,
                                     absl::Duration jitter,
                                     const std::function<double()>& random) {
  std::vector<RunHostRow> rows;
  rows.reserve(hosts.size());
  for (const KnownHost* host : hosts) {
    rows.push_back({.run = run.id,
                    .host = host->row.id,
                    .state = RunHostState::kWanted,
                    .not_before = run.created + jitter * random(),
                    .report = {},
                    .facts = {},
                    .ended = {},
                    .reason = ""});
  }
  return rows;
}

Answer JudgeReport(const Report& report, const AssignmentSet& set) {
  Answer answer;
  int failed = 0;
  int refused = 0;
  for (size_t i = 0; i < report.results.size(); ++i) {
    const AssignmentResult& result = report.results[i];
    if (result.end == AssignmentEnd::kFinished) continue;
    const bool refusal = result.end == AssignmentEnd::kWorldRefused ||
                         result.end == AssignmentEnd::kPolicyRefused;
    ++(refusal ? refused : failed);
    // The first failure is what the list shows; refusals only without one.
    if (answer.reason.empty() || (!refusal && failed == 1)) {
      answer.reason =
          absl::StrCat(set.assignments[i].plan, ": ",
                       AssignmentEndName(result.end), ": ", result.reason);
    }
  }
  if (failed > 0) {
    answer.state = RunHostState::kFailed;
  } else if (refused > 0) {
    answer.state = RunHostState::kRefused;
  }
  if (failed + refused > 1) {
    absl::StrAppend(&answer.reason, " (and ", failed + refused - 1, " more)");
  }
  return answer;
}

}  // namespace sockdrift
