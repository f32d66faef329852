#include "agent/engine/engine.h"

#include "absl/strings/str_cat.h"
#include "agent/engine/assembly.h"
#include "agent/engine/schedule.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

absl::Status CheckShapes(const Program& program, const EngineOptions& options,
                         const Tally& tally) {
  const uint64_t cells = CellCount(program);
  if (tally.cells() != cells ||
      tally.observations() != program.observations.size() ||
      tally.repeats() < options.first_repeat + options.repeats) {
    return absl::InvalidArgumentError(
        "the tally was laid out for another program");
  }
  for (uint32_t cell : options.cells) {
    if (cell >= cells) {
      return absl::InvalidArgumentError(absl::StrCat(
          "cell ", cell, " was asked for, but the program has ", cells));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool CellsOverlap(const Program& program) {
  const absl::StatusOr<Assembly> assembly = Assemble(program);
  return assembly.ok() && assembly->CellsOverlap(program);
}

absl::Status RunProgram(const Program& program, const EngineOptions& options,
                        WorldControl& world, Tally& tally) {
  SOCKDRIFT_RETURN_IF_ERROR(CheckShapes(program, options, tally));
  SOCKDRIFT_ASSIGN_OR_RETURN(const Assembly assembly, Assemble(program));
  SocketCalls real;
  SocketCalls& calls = options.calls == nullptr ? real : *options.calls;
  return Schedule(program, options, assembly, calls, world, tally).Run();
}

}  // namespace sockdrift
