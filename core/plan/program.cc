#include "core/plan/program.h"

namespace sockdrift {

const Scalar* Step::Find(FieldId id) const {
  for (const Field& field : fields) {
    if (field.id == id) return &field.value;
  }
  return nullptr;
}

}  // namespace sockdrift
