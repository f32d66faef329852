// What a test needs and may not have here. A missing need skips the test with
// the reason, unless SOCKDRIFT_REQUIRE (a comma-separated list of names) says
// that it must be there: then the test fails.
#ifndef SOCKDRIFT_TESTS_SUPPORT_REQUIRE_H_
#define SOCKDRIFT_TESTS_SUPPORT_REQUIRE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "gtest/gtest.h"

namespace sockdrift::testing {

// Why `need` cannot be had here; empty when it can. Known names: "root",
// "netns" (a network namespace of one's own), "userns" (a user namespace made
// by an ordinary user), "mounts" (a mount namespace of one's own), "terminal"
// (a pseudo-terminal), "program:NAME" (an executable on PATH). Any other name
// is missing, for a test that finds out by itself and then calls
// SOCKDRIFT_MISSING.
std::string WhyMissing(absl::string_view need);

// Whether SOCKDRIFT_REQUIRE names it ("program:qemu-system-x86_64" is named by
// "qemu-system-x86_64" too).
bool IsRequired(absl::string_view need);

}  // namespace sockdrift::testing

// Skips the test, or fails it where `need` is required, with the reason.
#define SOCKDRIFT_MISSING(need, why)                             \
  do {                                                           \
    if (::sockdrift::testing::IsRequired(need)) {                \
      FAIL() << (need) << " is required and missing: " << (why); \
    }                                                            \
    GTEST_SKIP() << "needs " << (need) << ": " << (why);         \
  } while (false)

// First line of a test (or of SetUp) that needs something of the machine.
#define SOCKDRIFT_REQUIRE_OR_SKIP(need)                             \
  do {                                                              \
    const std::string why = ::sockdrift::testing::WhyMissing(need); \
    if (!why.empty()) SOCKDRIFT_MISSING(need, why);                 \
  } while (false)

#endif  // SOCKDRIFT_TESTS_SUPPORT_REQUIRE_H_
