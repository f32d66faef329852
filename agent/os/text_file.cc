#include "agent/os/text_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

absl::StatusOr<std::string> ReadTextFile(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) {
    return absl::ErrnoToStatus(errno, absl::StrCat("opening ", path));
  }
  std::string text;
  char buffer[4096];
  ssize_t size;
  while ((size = ::read(fd.get(), buffer, sizeof(buffer))) > 0) {
    text.append(buffer, static_cast<size_t>(size));
  }
  if (size < 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("reading ", path));
  }
  absl::StripTrailingAsciiWhitespace(&text);
  return text;
}

}  // namespace sockdrift
