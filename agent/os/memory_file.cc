#include "agent/os/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {

absl::StatusOr<UniqueFd> MakeMemoryFile(absl::string_view bytes) {
  UniqueFd file(::memfd_create("sockdrift", MFD_CLOEXEC));
  if (!file.valid()) return absl::ErrnoToStatus(errno, "making a memory file");
  size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t size =
        ::write(file.get(), bytes.data() + done, bytes.size() - done);
    if (size < 0) return absl::ErrnoToStatus(errno, "filling a memory file");
    done += static_cast<size_t>(size);
  }
  if (::lseek(file.get(), 0, SEEK_SET) != 0) {
    return absl::ErrnoToStatus(errno, "rewinding a memory file");
  }
  return file;
}

absl::StatusOr<std::string> ReadAll(int fd, size_t limit) {
  std::string bytes;
  char buffer[65536];
  ssize_t size;
  while ((size = ::read(fd, buffer, sizeof(buffer))) != 0) {
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return absl::ErrnoToStatus(errno, "reading");
    bytes.append(buffer, static_cast<size_t>(size));
    if (bytes.size() > limit) {
      return absl::OutOfRangeError(
          absl::StrCat("more than ", limit, " bytes to read"));
    }
  }
  return bytes;
}

}  // namespace sockdrift
