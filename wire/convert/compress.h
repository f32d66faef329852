// Bodies travel compressed: one zstd frame that states its content size.
#ifndef SOCKDRIFT_WIRE_CONVERT_COMPRESS_H_
#define SOCKDRIFT_WIRE_CONVERT_COMPRESS_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// What one body may measure, so that a message stays below gRPC's 4 MiB and a
// small frame cannot make its reader allocate without bound.
inline constexpr size_t kMaxCompressedBody = 3'670'016;  // 3.5 MiB
inline constexpr size_t kMaxBody = size_t{64} << 20;     // 64 MiB

// RESOURCE_EXHAUSTED when the body is larger than a message can carry.
absl::StatusOr<std::string> CompressBody(absl::string_view bytes);

// INVALID_ARGUMENT for what is no such frame, states no size, or is followed by
// anything; RESOURCE_EXHAUSTED above the limits.
absl::StatusOr<std::string> ExpandBody(absl::string_view compressed);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_CONVERT_COMPRESS_H_
