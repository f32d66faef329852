// What the catalogue promises, in numbers, and what it does not keep yet.
#ifndef SOCKDRIFT_TESTS_CATALOGUE_PROMISES_H_
#define SOCKDRIFT_TESTS_CATALOGUE_PROMISES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift::testing {

// At least so many, over all plans. To be raised as the catalogue grows, never
// lowered.
inline constexpr size_t kExpectations = 1'100;
inline constexpr size_t kCells = 119'000;
// No plan has more than this share of all cells.
inline constexpr double kLargestShare = 0.25;

// At most so many silent axes without an explanation. To be lowered to 0.
inline constexpr size_t kUnexplainedAxes = 4;

// Sysctls with which a host may well be set up otherwise than by default, one
// world each: an axis may matter in one of these alone.
struct OtherWorld {
  absl::string_view sysctl;
  absl::string_view value;
};
absl::Span<const OtherWorld> OtherWorlds();

// An axis along which no outcome differs on the kernel that the tests run on,
// in a pristine world or any of the others.
struct SilentAxis {
  absl::string_view plan;
  absl::string_view axis;
  // The kernel or mutant in which it was seen to matter. Empty: that
  // is still to be shown, else the axis is to go.
  absl::string_view matters_in;
};
absl::Span<const SilentAxis> SilentAxes();

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CATALOGUE_PROMISES_H_
