// The number that stands for one field's text in an assembled program.
#ifndef SOCKDRIFT_AGENT_ENGINE_FIELD_NUMBER_H_
#define SOCKDRIFT_AGENT_ENGINE_FIELD_NUMBER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/engine/assembly.h"
#include "core/plan/operation.h"

namespace sockdrift {

// As DenseStep says, by the field's type. kOptionName and kOptionValue are not
// for it: AddOption takes them together.
absl::StatusOr<int64_t> FieldNumber(const FieldSpec& field,
                                    absl::string_view text, Assembly& assembly);

// The number of an option and its value in Assembly::options. No `value`: a
// question, with room for the answer. `size` is kUnset or the length that the
// kernel is told.
absl::StatusOr<int64_t> AddOption(absl::string_view name,
                                  const std::string* value, int64_t size,
                                  Assembly& assembly);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_FIELD_NUMBER_H_
