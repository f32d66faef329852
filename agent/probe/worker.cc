#include "agent/probe/worker.h"

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

namespace sockdrift {
namespace {

// Notes that no wanted cell could be set up.
void SkipAll(const Job& job, const std::string& reason, Tally& tally) {
  std::vector<uint32_t> cells = job.cells;
  if (cells.empty()) {
    cells.resize(tally.cells());
    std::iota(cells.begin(), cells.end(), 0u);
  }
  const uint32_t code = tally.Intern(reason);
  for (uint32_t repeat = 0; repeat < tally.repeats(); ++repeat) {
    for (const uint32_t cell : cells) {
      tally.Start(repeat, cell);
      tally.Skip(repeat, cell, code);
    }
  }
}

void Fail(const absl::Status& status, Tally& tally) {
  tally.SetPhase(TallyPhase::kFailed, std::string(status.message()));
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
  absl::StatusOr<std::unique_ptr<JobWorld>> entered = JobWorld::Enter(job);
  if (!entered.ok()) {
    const std::string why(entered.status().message());
    SkipAll(job, why, tally);
    tally.SetPhase(TallyPhase::kWorldRefused, why);
    return;
  }
  JobWorld& world = **entered;
  const absl::Status set_up = world.SetUp();
  const absl::Status confined = world.Confine();
  for (const std::string& note : world.notes()) tally.Note(note);
  if (!confined.ok()) {
    Fail(confined, tally);
    return;
  }
  if (!set_up.ok()) {
    SkipAll(job, std::string(set_up.message()), tally);
    tally.SetPhase(TallyPhase::kFinished, "");
    return;
  }
  tally.SetPhase(TallyPhase::kRunning, "");
  const absl::Status run = RunProgram(job.program,
                                      {.cells = job.cells,
                                       .repeats = RepeatsOf(job),
                                       .shuffle_seed = job.shuffle_seed},
                                      world, tally);
  if (!run.ok()) {
    Fail(run, tally);
    return;
  }
  tally.SetPhase(TallyPhase::kFinished, "");
}

}  // namespace sockdrift
