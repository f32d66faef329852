// The order in which one job's cells run: starts them, sets those aside that
// wait, and takes these up again when their time has come.
#ifndef SOCKDRIFT_AGENT_ENGINE_SCHEDULE_H_
#define SOCKDRIFT_AGENT_ENGINE_SCHEDULE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/attributes.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/engine/assembly.h"
#include "agent/engine/cell_runner.h"
#include "agent/engine/engine.h"
#include "agent/engine/machine.h"
#include "agent/engine/skip_rules.h"
#include "agent/job/tally.h"
#include "core/plan/cells.h"
#include "core/plan/program.h"

namespace sockdrift {

class Schedule {
 public:
  // All must outlive it.
  Schedule(const Program& program, const EngineOptions& options,
           const Assembly& assembly, SocketCalls& calls, WorldControl& world,
           Tally& tally);

  // Every cell that the options ask for, as often as they say. An error is a
  // fault of the world or of the machine; what a cell meets is in the tally.
  absl::Status Run();

 private:
  // Later wakes sink: std::*_heap keep the largest first.
  static bool WakesLater(const std::unique_ptr<Cell>& a,
                         const std::unique_ptr<Cell>& b) {
    return a->wake > b->wake;
  }

  std::unique_ptr<Cell> NewContext();
  // Sets coordinate_ to the cell's.
  ABSL_ATTRIBUTE_HOT void Locate(uint32_t number);
  // Gives the cell a namespace of its own.
  absl::Status Renew(absl::Span<const uint16_t> coordinate);
  // Leaves the present namespace for one with the settings of this cell, and of
  // those that need the same.
  absl::Status EnterWorldOf(uint32_t number);
  absl::Status RunRepeat(uint32_t repeat, absl::Span<const uint32_t> cells);
  void Skip(std::unique_ptr<Cell> cell, absl::string_view why);
  ABSL_ATTRIBUTE_HOT absl::Status StartCell(uint32_t repeat, uint32_t number);
  // Runs a context on and files it where it belongs.
  ABSL_ATTRIBUTE_HOT absl::Status Go(std::unique_ptr<Cell> cell);
  // Takes up the context that wakes first, after sleeping until then.
  absl::Status ResumeFirst();
  // Takes up all whose time has come.
  absl::Status ResumeDue();
  bool HasRoom() const {
    return machine_.open_sockets +
               static_cast<int>(machine_.assembly.sockets) <=
           most_sockets_;
  }

  const Program& program_;
  const EngineOptions& options_;
  const CellSpace space_;
  WorldControl& world_;
  Tally& tally_;
  Machine machine_;
  CellRunner runner_;
  SkipRules skips_;
  int most_sockets_;
  bool world_used_ = false;
  // Whether a cell may get a port that the last one had, so that this one's
  // packets must have arrived.
  bool meets_the_last_ = false;
  // Whether cells are run in the order of the worlds that they need.
  const bool by_worlds_;
  // Why no cell can be run in the present world; empty when they can.
  std::string world_refusal_;
  std::vector<uint16_t> coordinate_;
  int64_t raw_index_ = -2;  // of coordinate_; at first of none
  size_t caps_in_use_ = static_cast<size_t>(-1);
  std::vector<std::unique_ptr<Cell>> free_;
  std::vector<std::unique_ptr<Cell>> parked_;  // a heap
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_SCHEDULE_H_
