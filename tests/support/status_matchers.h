#ifndef SOCKDRIFT_TESTS_SUPPORT_STATUS_MATCHERS_H_
#define SOCKDRIFT_TESTS_SUPPORT_STATUS_MATCHERS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift::testing {

inline const absl::Status& StatusOf(const absl::Status& status) {
  return status;
}
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& value) {
  return value.status();
}

MATCHER(IsOk, "is OK") {
  *result_listener << StatusOf(arg).ToString();
  return StatusOf(arg).ok();
}

// StatusIs(code, matcher of the message).
MATCHER_P2(StatusIs, code, message, "has the code and message") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::Matches(message)(std::string(status.message()));
}

}  // namespace sockdrift::testing

#define SOCKDRIFT_TEST_CONCAT_INNER(a, b) a##b
#define SOCKDRIFT_TEST_CONCAT(a, b) SOCKDRIFT_TEST_CONCAT_INNER(a, b)

#define EXPECT_OK(expr) EXPECT_THAT(expr, ::sockdrift::testing::IsOk())
#define ASSERT_OK(expr) ASSERT_THAT(expr, ::sockdrift::testing::IsOk())

// ASSERT_OK_AND_ASSIGN(auto x, F()): x is F()'s value, or the test ends.
#define ASSERT_OK_AND_ASSIGN(lhs, expr)                                       \
  ASSERT_OK_AND_ASSIGN_INNER(SOCKDRIFT_TEST_CONCAT(value_or_, __LINE__), lhs, \
                             expr)
#define ASSERT_OK_AND_ASSIGN_INNER(tmp, lhs, expr)  \
  auto tmp = (expr);                                \
  ASSERT_TRUE(tmp.ok()) << tmp.status().ToString(); \
  lhs = std::move(tmp).value()

#endif  // SOCKDRIFT_TESTS_SUPPORT_STATUS_MATCHERS_H_
