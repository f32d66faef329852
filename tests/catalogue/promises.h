// What the catalogue promises, in numbers, and what it does not keep yet.
#ifndef SOCKDRIFT_TESTS_CATALOGUE_PROMISES_H_
#define SOCKDRIFT_TESTS_CATALOGUE_PROMISES_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift::testing {

// At least so many, over all plans. To be raised as the catalogue grows, never
// lowered.
inline constexpr size_t kExpectations = 50;
inline constexpr size_t kCells = 11'000;
// No plan has more than this share of all cells, once there are kCellsForShare.
inline constexpr double kLargestShare = 0.25;
inline constexpr size_t kCellsForShare = 60'000;

// Claims that no expectation names yet.
absl::Span<const absl::string_view> ClaimsToCome();

// An axis along which no outcome differs on the kernel that the tests run on.
struct SilentAxis {
  absl::string_view plan;
  absl::string_view axis;
  // The kernel, sysctl or mutant in which it does matter.
  absl::string_view matters_in;
};
absl::Span<const SilentAxis> SilentAxes();

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CATALOGUE_PROMISES_H_
