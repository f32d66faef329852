// Files of a Debian package, which is read and never installed.
#ifndef SOCKDRIFT_BOOT_DEB_PACKAGE_H_
#define SOCKDRIFT_BOOT_DEB_PACKAGE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// A field of its control file ("Package", "Version", "Architecture"). By
// dpkg-deb: NOT_FOUND where there is none, INVALID_ARGUMENT for what is no
// package.
absl::StatusOr<std::string> DebField(const std::string& package,
                                     const std::string& field);

// Calls `take` for each regular file whose path ("boot/vmlinuz-…") `wanted`
// says yes to. INVALID_ARGUMENT for what is no package or is cut short.
absl::Status ReadDebFiles(
    const std::string& package,
    const std::function<bool(absl::string_view path)>& wanted,
    const std::function<void(absl::string_view path, std::string content)>&
        take);

// Finds the files of a tar archive (ustar and GNU) in bytes that come in
// pieces.
class TarReader {
 public:
  TarReader(std::function<bool(absl::string_view)> wanted,
            std::function<void(absl::string_view, std::string)> take)
      : wanted_(std::move(wanted)), take_(std::move(take)) {}

  // False once the bytes have turned out to be no archive.
  bool Feed(absl::string_view bytes);
  // Whether it came to an archive's end.
  bool ended() const { return ended_; }

 private:
  void TakeHead(absl::string_view head);
  void TakeEntry();

  std::function<bool(absl::string_view)> wanted_;
  std::function<void(absl::string_view, std::string)> take_;
  std::string head_;       // of the next entry, while it comes
  std::string path_;       // of this entry
  std::string long_path_;  // that an entry before it gave it
  std::string content_;    // of this entry, where it is kept
  char type_ = '0';
  bool keep_ = false;
  uint64_t content_left_ = 0;
  uint64_t padding_left_ = 0;
  bool broken_ = false;
  bool ended_ = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_DEB_PACKAGE_H_
