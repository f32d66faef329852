#include "boot/initramfs.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_format.h"

namespace sockdrift {

void Initramfs::Entry(absl::string_view path, uint32_t mode,
                      absl::string_view content, uint32_t major,
                      uint32_t minor) {
  const auto align = [this] {
    bytes_.append((4 - bytes_.size() % 4) % 4, '\0');
  };
  // inode, mode, uid, gid, links, mtime, size, device, of which it is, the
  // name's length with its end, an unused sum.
  absl::StrAppendFormat(&bytes_, "070701%08X%08X%08X%08X%08X%08X%08X", ++inode_,
                        mode, 0, 0, 1, 0, content.size());
  absl::StrAppendFormat(&bytes_, "%08X%08X%08X%08X%08X%08X", 0, 0, major, minor,
                        path.size() + 1, 0);
  bytes_.append(path.data(), path.size());
  bytes_.push_back('\0');
  align();
  bytes_.append(content.data(), content.size());
  align();
}

void Initramfs::Folder(absl::string_view path) {
  FoldersAbove(path);
  if (path.size() < 2 || !folders_.insert(std::string(path)).second) return;
  Entry(path.substr(1), S_IFDIR | 0755, "");
}

void Initramfs::FoldersAbove(absl::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash != absl::string_view::npos && slash > 0) {
    Folder(path.substr(0, slash));
  }
}

void Initramfs::File(absl::string_view path, absl::string_view content,
                     uint32_t mode) {
  FoldersAbove(path);
  Entry(path.substr(1), S_IFREG | mode, content);
}

void Initramfs::CharacterDevice(absl::string_view path, uint32_t major,
                                uint32_t minor) {
  FoldersAbove(path);
  Entry(path.substr(1), S_IFCHR | 0600, "", major, minor);
}

std::string Initramfs::Take() && {
  Entry("TRAILER!!!", 0, "");
  return std::move(bytes_);
}

}  // namespace sockdrift
