#include "tests/catalogue/promises.h"

namespace sockdrift::testing {

absl::Span<const absl::string_view> ClaimsToCome() {
  static constexpr absl::string_view kClaims[] = {
      "A7",   "A8",   "A9",   "B5",   "S-10", "S-11", "S-32", "S-33",
      "S-37", "S-38", "S-45", "S-46", "S-47", "S-48", "S-54",
  };
  return kClaims;
}

absl::Span<const SilentAxis> SilentAxes() { return {}; }

}  // namespace sockdrift::testing
