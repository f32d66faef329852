#include "wire/file_bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) close(fd_);
  }
  int fd() const { return fd_; }
  // 0, or -1 with errno: some file systems tell only here that they are full.
  int Close() { return close(std::exchange(fd_, -1)); }

 private:
  int fd_;
};

absl::string_view Advice(int error) {
  switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return "; free some space or name a path on another disk";
    case EACCES:
    case EPERM:
    case EROFS:
      return "; name a path that this user may use";
    case ENOENT:
      return "; check the path";
    case EISDIR:
      return "; name a file";
    default:
      return "";
  }
}

absl::Status ErrnoStatus(absl::string_view what, const std::string& path) {
  const int error = errno;
  const absl::Status status =
      absl::ErrnoToStatus(error, absl::StrCat(path, ": ", what));
  // A file at its size limit is as little a mistake of the caller's as a full
  // disk is.
  const absl::StatusCode code = error == EFBIG || error == EDQUOT
                                    ? absl::StatusCode::kResourceExhausted
                                    : status.code();
  return absl::Status(code, absl::StrCat(status.message(), Advice(error)));
}

absl::Status WriteAll(int fd, absl::string_view bytes,
                      const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus("cannot be written", path);
    bytes.remove_prefix(written);
  }
  return absl::OkStatus();
}

absl::Status WriteAndSync(const std::string& name, absl::string_view bytes) {
  OpenFile file(
      open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.fd() < 0) return ErrnoStatus("cannot be made", name);
  SOCKDRIFT_RETURN_IF_ERROR(WriteAll(file.fd(), bytes, name));
  if (fsync(file.fd()) != 0) return ErrnoStatus("cannot be synced", name);
  if (file.Close() != 0) return ErrnoStatus("cannot be closed", name);
  return absl::OkStatus();
}

std::string FolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

absl::StatusOr<std::string> ReadFileBytes(const std::string& path,
                                          size_t limit) {
  OpenFile file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) return ErrnoStatus("cannot be opened", path);
  std::string bytes;
  for (;;) {
    char buffer[65536];
    const ssize_t size = read(file.fd(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return ErrnoStatus("cannot be read", path);
    if (size == 0) return bytes;
    bytes.append(buffer, size);
    if (bytes.size() > limit) {
      return absl::ResourceExhaustedError(
          absl::StrCat(path, ": more than ", limit, " bytes"));
    }
  }
}

absl::Status WriteFileAtomically(const std::string& path,
                                 absl::string_view bytes) {
  static std::atomic<int> counter{0};
  const std::string temporary =
      absl::StrCat(path, ".new-", getpid(), "-", ++counter);
  absl::Status status = WriteAndSync(temporary, bytes);
  if (status.ok() && rename(temporary.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus("cannot be replaced", path);
  }
  if (!status.ok()) {
    unlink(temporary.c_str());
    return status;
  }
  OpenFile folder(
      open(FolderOf(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.fd() < 0 || fsync(folder.fd()) != 0) {
    return ErrnoStatus("was written, but its folder cannot be synced", path);
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
