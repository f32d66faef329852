// A run: plans times selected hosts.
#ifndef SOCKDRIFT_CONTROLLER_RUNS_RUN_H_
#define SOCKDRIFT_CONTROLLER_RUNS_RUN_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/store/rows.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {

// Cells by how they ended, over all hosts of a run.
struct CellTally {
  int64_t done = 0;
  int64_t skip = 0;
  int64_t error = 0;
  int64_t unstable = 0;
  int64_t miss = 0;

  void Add(const RecordRow& record) {
    done += record.done;
    skip += record.skip;
    error += record.error;
    unstable += record.unstable;
    miss += record.miss;
  }
};

struct RunHost {
  RunHostRow row;
  // As the agent said last; a total of 0 is not known.
  int64_t finished = 0;
  int64_t total = 0;
  std::optional<Digest> genome;  // of its answer
  // Its answer is on the way to the disk: neither a deadline nor a second
  // answer touches it until that is decided.
  bool committing = false;
  // Of the run's, when it last changed.
  uint64_t revision = 0;
};

struct RunTally {
  int selected = 0;
  // By state.
  std::map<RunHostState, int> hosts;
  int Of(RunHostState state) const {
    const auto it = hosts.find(state);
    return it == hosts.end() ? 0 : it->second;
  }
};

struct Run {
  RunRow row;
  std::shared_ptr<const AssignmentSet> set;
  std::map<std::string, RunHost, std::less<>> hosts;
  std::vector<CellTally> cells;  // one an assignment
  uint64_t revision = 0;
  bool cancelled = false;  // ends as soon as no answer is on its way
  // How many ask to be told of progress.
  int watchers = 0;

  // Made of `hosts` by Index() and kept by RunBook, so that an answer costs the
  // same whatever the number of hosts.
  RunTally tally;
  std::set<std::string> waiting;  // in state kWanted
  std::set<std::string> held;     // in state kHeld

  bool running() const { return row.phase == RunPhase::kRunning; }
  void Index();
  // Changes the state of one of the hosts.
  void Move(RunHost& host, RunHostState state);
};

// What an agent's report says of the host in this run.
struct Answer {
  RunHostState state = RunHostState::kAnswered;  // kFailed or kRefused as well
  std::string reason;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_RUNS_RUN_H_
