// The whole file system of a guest, in the cpio form that kernels unpack
// ("newc", Documentation/driver-api/early-userspace/buffer-format.rst).
#ifndef SOCKDRIFT_BOOT_INITRAMFS_H_
#define SOCKDRIFT_BOOT_INITRAMFS_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

// Paths are absolute; folders above are made as needed.
class Initramfs {
 public:
  void Folder(absl::string_view path);
  void File(absl::string_view path, absl::string_view content,
            uint32_t mode = 0644);
  void CharacterDevice(absl::string_view path, uint32_t major, uint32_t minor);

  // The archive. Nothing may be added afterwards.
  std::string Take() &&;

 private:
  void FoldersAbove(absl::string_view path);
  void Entry(absl::string_view path, uint32_t mode, absl::string_view content,
             uint32_t major = 0, uint32_t minor = 0);

  std::string bytes_;
  std::set<std::string> folders_;
  uint32_t inode_ = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_INITRAMFS_H_
