#include "agent/session/backoff.h"

#include <algorithm>
#include <utility>

namespace sockdrift {

Backoff::Backoff(const BackoffLimits& limits, std::function<double()> random)
    : limits_(limits), random_(std::move(random)), next_(limits.first) {}

std::chrono::milliseconds Backoff::After(
    const absl::Status& status, std::chrono::steady_clock::duration lived) {
  if (lived >= limits_.stable) next_ = limits_.first;
  std::chrono::milliseconds whole = next_;
  switch (status.code()) {
    case absl::StatusCode::kAlreadyExists:
      whole = limits_.duplicate;
      break;
    case absl::StatusCode::kPermissionDenied:
    case absl::StatusCode::kUnauthenticated:
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kUnimplemented:
      whole = limits_.refused;
      break;
    default:
      next_ = std::min(next_ * 2, limits_.most);
      break;
  }
  const double part = 0.5 + random_() / 2;
  return std::chrono::milliseconds(
      static_cast<int64_t>(static_cast<double>(whole.count()) * part));
}

}  // namespace sockdrift
