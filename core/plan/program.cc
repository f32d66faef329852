#include "core/plan/program.h"

namespace sockdrift {

const Scalar* Step::Find(FieldId id) const {
  for (const Field& field : fields) {
    if (field.id == id) return &field.value;
  }
  return nullptr;
}

uint64_t CellCount(const Program& program) {
  uint64_t cells = 1;
  for (const Axis& axis : program.axes) cells *= axis.values.size();
  for (const Program::Run& run : program.excluded) cells -= run.count;
  return cells;
}

}  // namespace sockdrift
