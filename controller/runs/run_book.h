// All runs that are under way, and what becomes of their hosts. It decides and
// says what changed; storing the rows and telling the agents is its owner's.
#ifndef SOCKDRIFT_CONTROLLER_RUNS_RUN_BOOK_H_
#define SOCKDRIFT_CONTROLLER_RUNS_RUN_BOOK_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "controller/fleet/fleet.h"
#include "controller/runs/run.h"
#include "wire/convert/report.h"

namespace sockdrift {

// What a call changed.
struct RunChanges {
  std::vector<Change> rows;    // to be stored
  std::set<std::string> told;  // hosts whose list of wanted runs changed
  std::set<std::string> runs;  // that changed in any way

  bool empty() const { return rows.empty() && told.empty() && runs.empty(); }
};

// Not thread-safe. Ended runs stay until Forget(), so that watchers see the
// end.
class RunBook {
 public:
  // `fleet` must outlive the book.
  explicit RunBook(const Fleet& fleet) : fleet_(fleet) {}

  // Takes a run up: one just started, whose rows are stored, or one that a
  // former controller left. Advance() then tells the hosts.
  Run& Take(Run run);
  // Null where it is not known here (then it may be in the store).
  Run* Find(absl::string_view id);
  const std::map<std::string, Run, std::less<>>& runs() const { return runs_; }

  // A host connected, or its labels or facts changed: standing runs that select
  // it and lack it take it in.
  void HostCame(const KnownHost& host, absl::Time now, RunChanges& changes);
  // The agent says how far it is.
  void Progress(absl::string_view run, absl::string_view host, int64_t finished,
                int64_t total, RunChanges& changes);
  // Whether an answer of the host is still wanted by the run.
  bool Wants(absl::string_view run, absl::string_view host) const;

  // The answer's rows are on the way to the disk.
  void BeginAnswer(absl::string_view run, absl::string_view host);
  // They are there: `row` is the host's row as stored. The host is not among
  // those told: the acknowledgement says that the run is off its list.
  void FinishAnswer(const RunHostRow& row, const Digest& genome,
                    const std::vector<CellTally>& cells, absl::Time now,
                    RunChanges& changes);
  // They are not: the host is as before.
  void DropAnswer(absl::string_view run, absl::string_view host);

  // NOT_FOUND for a run that is not under way.
  absl::Status Cancel(absl::string_view run, absl::Time now,
                      RunChanges& changes);
  // What time brings: hosts whose turn it is, deadlines, ends.
  void Advance(absl::Time now, RunChanges& changes);
  // When time brings something next; InfiniteFuture when nothing does.
  absl::Time NextEvent(absl::Time now) const;

  // The runs that the host is to hold, the oldest first.
  std::vector<const Run*> WantedOf(absl::string_view host) const;
  // Drops the runs that ended before `before` and that nobody watches.
  void Forget(absl::Time before);

 private:
  void TellHosts(Run& run, absl::Time now, RunChanges& changes);
  // Everyone who has not answered is late or offline.
  void CloseHosts(Run& run, absl::Time now, RunChanges& changes);
  void EndIfComplete(Run& run, absl::Time now, RunChanges& changes);
  void SetState(Run& run, RunHost& host, RunHostState state, std::string reason,
                RunChanges& changes);
  // Why the host cannot take the run up; nullopt when it can.
  std::optional<Answer> Unable(const Run& run, const KnownHost& host) const;

  const Fleet& fleet_;
  std::map<std::string, Run, std::less<>> runs_;
};

// The rows of a run that begins: the selected hosts, each told after a random
// time below `jitter`. `random` gives numbers in [0, 1).
std::vector<RunHostRow> SelectedRows(const RunRow& run,
                                     const std::vector<const KnownHost*>& hosts,
                                     absl::Duration jitter,
                                     const std::function<double()>& random);

// In which list a report puts its host: answered when every assignment
// finished; refused when those that did not were all refused; else failed.
Answer JudgeReport(const Report& report, const AssignmentSet& set);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_RUNS_RUN_BOOK_H_
