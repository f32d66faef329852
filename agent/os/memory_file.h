#ifndef SOCKDRIFT_AGENT_OS_MEMORY_FILE_H_
#define SOCKDRIFT_AGENT_OS_MEMORY_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

// A file without a name that holds these bytes, read from its beginning.
absl::StatusOr<UniqueFd> MakeMemoryFile(absl::string_view bytes);

// All of what can still be read from a descriptor, at most `limit` bytes:
// OUT_OF_RANGE when there are more.
absl::StatusOr<std::string> ReadAll(int fd, size_t limit);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_MEMORY_FILE_H_
