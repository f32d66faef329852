#ifndef SOCKDRIFT_AGENT_OS_TEXT_FILE_H_
#define SOCKDRIFT_AGENT_OS_TEXT_FILE_H_

#include <string>

#include "absl/status/statusor.h"

namespace sockdrift {

// The whole of a small file, such as one below /proc, without blanks at its
// end. The status is of the open's or read's errno.
absl::StatusOr<std::string> ReadTextFile(const std::string& path);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_TEXT_FILE_H_
