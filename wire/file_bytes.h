// Whole files: read in one go, written so that a reader never sees half of one.
#ifndef SOCKDRIFT_WIRE_FILE_BYTES_H_
#define SOCKDRIFT_WIRE_FILE_BYTES_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// The bytes of a file. The status is errno's, with the path and what to do;
// RESOURCE_EXHAUSTED for a file of more than `limit` bytes.
absl::StatusOr<std::string> ReadFileBytes(const std::string& path,
                                          size_t limit);

// Writes to a new file beside `path`, fsyncs it, renames it over `path` and
// fsyncs the folder. On any error `path` is as it was, the new file is gone and
// the status is errno's (RESOURCE_EXHAUSTED for a full disk).
absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_FILE_BYTES_H_
