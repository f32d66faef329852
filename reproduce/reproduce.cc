#include "reproduce/reproduce.h"

#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "reproduce/c_program.h"
#include "reproduce/python_program.h"
#include "reproduce/script.h"
#include "reproduce/strace.h"

namespace sockdrift {

absl::StatusOr<std::string> Reproduce(const CellToReproduce& cell,
                                      ProgramLanguage language) {
  const CellSpace cells(*cell.program);
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Script script,
      ScriptOf(*cell.program, cells.Coordinate(cell.cell)));
  switch (language) {
    case ProgramLanguage::kC:
      return CProgram(cell, script).Write();
    case ProgramLanguage::kPython:
      return PythonProgram(cell, script).Write();
    case ProgramLanguage::kStrace:
      return StraceOf(cell, script);
  }
  return absl::InternalError("there is no such language");
}

}  // namespace sockdrift
