// Sets of guards as sets of cells.
#ifndef SOCKDRIFT_COMPILER_GUARDS_H_
#define SOCKDRIFT_COMPILER_GUARDS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/axes.h"
#include "core/plan/program.h"

namespace sockdrift {

using Guards = std::vector<Guard>;  // ascending by axis; all must hold

// Both; nullopt where no cell meets both.
std::optional<Guards> Both(const Guards& a, const Guards& b);
// Every cell of `inner` is one of `outer`.
bool Covers(const Guards& outer, const Guards& inner);
// The axis has this one value.
Guards OnlyValue(const AxisTable& axes, uint8_t axis, uint16_t value);
// The axis has one of these (ascending); no guard where these are all.
Guards OnlyValues(const AxisTable& axes, uint8_t axis,
                  std::vector<uint16_t> values);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_GUARDS_H_
