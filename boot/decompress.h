#ifndef SOCKDRIFT_BOOT_DECOMPRESS_H_
#define SOCKDRIFT_BOOT_DECOMPRESS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// What a program makes of its input; its status does not matter, what it wrote
// does. NOT_FOUND without that program.
absl::StatusOr<std::string> Filter(const std::vector<std::string>& command,
                                   absl::string_view input);

// By its first bytes: gzip, xz, zstd, lz4, bzip2 and lzma, by the programs of
// these names; anything else as it is. What follows the packed bytes does no
// harm: in kernel images their size does.
absl::StatusOr<std::string> Decompress(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_DECOMPRESS_H_
