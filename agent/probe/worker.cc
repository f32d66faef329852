#include "agent/probe/worker.h"

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "agent/engine/engine.h"
#include "agent/job/tally_memory.h"
#include "agent/worlds/confinement.h"
#include "agent/worlds/job_world.h"
#include "core/plan/world_settings.h"

namespace sockdrift {
namespace {

struct Repeats {
  uint8_t first;
  uint8_t count;
};

// Notes that no wanted cell could be set up.
void SkipAll(const Job& job, Repeats repeats, const std::string& reason,
             Tally& tally) {
  std::vector<uint32_t> cells = job.cells;
  if (cells.empty()) {
    cells.resize(tally.cells());
    std::iota(cells.begin(), cells.end(), 0u);
  }
  const uint32_t code = tally.Intern(reason);
  for (uint32_t i = 0; i < repeats.count; ++i) {
    for (const uint32_t cell : cells) {
      tally.Start(repeats.first + i, cell);
      tally.Skip(repeats.first + i, cell, code);
    }
  }
}

void Fail(const absl::Status& status, Tally& tally) {
  tally.SetPhase(TallyPhase::kFailed, std::string(status.message()));
}

// Whether the repeats have no namespace in common: where cells do not get one
// each in any case, and need not wait for each other.
bool HasWorldForEachRepeat(const Job& job) {
  return RepeatsOf(job) > 1 && IsFresh(job.world) &&
         !RenewsNamespaces(job.program) && !CellsOverlap(job.program);
}

// A job in one world. What the tally says of the job's end holds for all of it
// after the last repeat only.
void WorkInOneWorld(const Job& job, Repeats repeats, Tally& tally) {
  tally.SetPhase(TallyPhase::kStarted, "");
  absl::StatusOr<std::unique_ptr<JobWorld>> entered = JobWorld::Enter(job);
  if (!entered.ok()) {
    const std::string why(entered.status().message());
    SkipAll(job, repeats, why, tally);
    tally.SetPhase(TallyPhase::kWorldRefused, why);
    return;
  }
  JobWorld& world = **entered;
  const absl::Status set_up = world.SetUp();
  const absl::Status confined = world.Confine();
  // The others' worlds are made of the same.
  if (repeats.first == 0) {
    for (const std::string& note : world.notes()) tally.Note(note);
  }
  if (!confined.ok()) {
    Fail(confined, tally);
    return;
  }
  if (!set_up.ok()) {
    SkipAll(job, repeats, std::string(set_up.message()), tally);
    tally.SetPhase(TallyPhase::kFinished, "");
    return;
  }
  tally.SetPhase(TallyPhase::kRunning, "");
  const absl::Status run = RunProgram(job.program,
                                      {.cells = job.cells,
                                       .first_repeat = repeats.first,
                                       .repeats = repeats.count,
                                       .shuffle_seed = job.shuffle_seed},
                                      world, tally);
  if (!run.ok()) {
    Fail(run, tally);
    return;
  }
  tally.SetPhase(TallyPhase::kFinished, "");
}

// Ends as a child did, for whoever looks at this process's end only.
void EndAs(int status) {
  if (WIFSIGNALED(status)) {
    ::signal(WTERMSIG(status), SIG_DFL);
    ::raise(WTERMSIG(status));
  }
  ::_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

// One repeat in a process of its own. Whether the next is worth a try.
bool WorkInAnotherProcess(const Job& job, uint8_t repeat, Tally& tally) {
  const pid_t child = ::fork();
  if (child < 0) {
    Fail(absl::ErrnoToStatus(errno, "making a process for a repeat"), tally);
    return false;
  }
  if (child == 0) {
    EndWithParent();
    WorkInOneWorld(job, {repeat, 1}, tally);
    ::_exit(0);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) EndAs(status);
  return tally.phase() == TallyPhase::kFinished;
}

}  // namespace

void Work(const Job& job, Tally& tally) {
  EndWithParent();
  if (!job.cells.empty() && job.cells.back() >= tally.cells()) {
    Fail(absl::InvalidArgumentError(absl::StrCat("cell ", job.cells.back(),
                                                 " of a plan with ",
                                                 tally.cells(), " cells")),
         tally);
    return;
  }
  const uint8_t repeats = RepeatsOf(job);
  if (!HasWorldForEachRepeat(job)) {
    WorkInOneWorld(job, {0, repeats}, tally);
    return;
  }
  for (uint8_t repeat = 0; repeat < repeats; ++repeat) {
    if (!WorkInAnotherProcess(job, repeat, tally)) return;
  }
}

}  // namespace sockdrift
