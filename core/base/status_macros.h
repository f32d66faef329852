#ifndef SOCKDRIFT_CORE_BASE_STATUS_MACROS_H_
#define SOCKDRIFT_CORE_BASE_STATUS_MACROS_H_

#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

// Returns from the enclosing function when `expr` is not OK.
#define SOCKDRIFT_RETURN_IF_ERROR(expr)                  \
  do {                                                   \
    absl::Status sockdrift_status = (expr);              \
    if (!sockdrift_status.ok()) return sockdrift_status; \
  } while (false)

#define SOCKDRIFT_CONCAT_INNER(a, b) a##b
#define SOCKDRIFT_CONCAT(a, b) SOCKDRIFT_CONCAT_INNER(a, b)

// SOCKDRIFT_ASSIGN_OR_RETURN(auto x, F()): x is F()'s value; returns F()'s
// status from the enclosing function when it has none.
#define SOCKDRIFT_ASSIGN_OR_RETURN(lhs, expr)                                 \
  SOCKDRIFT_ASSIGN_OR_RETURN_INNER(SOCKDRIFT_CONCAT(sockdrift_or_, __LINE__), \
                                   lhs, expr)
#define SOCKDRIFT_ASSIGN_OR_RETURN_INNER(tmp, lhs, expr) \
  auto tmp = (expr);                                     \
  if (!tmp.ok()) return std::move(tmp).status();         \
  lhs = std::move(tmp).value()

#endif  // SOCKDRIFT_CORE_BASE_STATUS_MACROS_H_
