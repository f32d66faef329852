#include "boot/deb_package.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/os/child_process.h"
#include "agent/os/pipe.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr size_t kBlock = 512;
// A kernel's package has no larger file, and paths are far shorter.
constexpr uint64_t kMostContent = uint64_t{1} << 30;

// Starts dpkg-deb and hands on what it writes.
absl::Status RunDpkgDeb(const std::vector<std::string>& arguments,
                        absl::FunctionRef<bool(absl::string_view)> take) {
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  std::vector<std::string> command = {"dpkg-deb"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  absl::StatusOr<ChildProcess> child = ChildProcess::Start(
      command,
      {{out.write.get(), STDOUT_FILENO}, {err.write.get(), STDERR_FILENO}});
  if (!child.ok()) {
    return absl::NotFoundError(
        "reading a Debian package needs dpkg-deb, which is not to be had here: "
        "install dpkg");
  }
  out.write.reset();
  err.write.reset();
  std::string words;
  bool open = true;
  bool wanted = true;
  while (open && wanted) {
    pollfd ready[] = {{out.read.get(), POLLIN, 0}, {err.read.get(), POLLIN, 0}};
    if (::poll(ready, 2, -1) < 0 && errno != EINTR) break;
    open = Drain(out.read, [&](absl::string_view bytes) {
      wanted = wanted && take(bytes);
    });
    Drain(err.read, [&](absl::string_view bytes) {
      words.append(bytes.data(), bytes.size());
    });
  }
  if (!wanted) return absl::OkStatus();
  const ChildEnd end = child->Await();
  Drain(err.read, [&](absl::string_view bytes) {
    words.append(bytes.data(), bytes.size());
  });
  if (end.signal == 0 && end.exit_code == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(absl::StripAsciiWhitespace(words)));
}

uint64_t Octal(absl::string_view digits) {
  uint64_t number = 0;
  for (const char c : digits) {
    if (c >= '0' && c <= '7')
      number = number * 8 + static_cast<uint64_t>(c - '0');
    if (c == '\0') break;
  }
  return number;
}

// A text in a field of fixed size.
absl::string_view TextOf(absl::string_view field) {
  return field.substr(0, field.find('\0'));
}

}  // namespace

bool TarReader::Feed(absl::string_view bytes) {
  while (!bytes.empty() && !broken_ && !ended_) {
    if (content_left_ > 0) {
      const size_t size =
          static_cast<size_t>(std::min<uint64_t>(content_left_, bytes.size()));
      if (keep_) content_.append(bytes.data(), size);
      bytes.remove_prefix(size);
      content_left_ -= size;
      if (content_left_ == 0) TakeEntry();
    } else if (padding_left_ > 0) {
      const size_t size =
          static_cast<size_t>(std::min<uint64_t>(padding_left_, bytes.size()));
      bytes.remove_prefix(size);
      padding_left_ -= size;
    } else {
      const size_t size = std::min(kBlock - head_.size(), bytes.size());
      head_.append(bytes.data(), size);
      bytes.remove_prefix(size);
      if (head_.size() == kBlock) {
        TakeHead(head_);
        head_.clear();
      }
    }
  }
  return !broken_;
}

void TarReader::TakeHead(absl::string_view head) {
  if (head.find_first_not_of('\0') == absl::string_view::npos) {
    ended_ = true;
    return;
  }
  if (head.substr(257, 5) != "ustar") {
    broken_ = true;
    return;
  }
  const absl::string_view prefix = TextOf(head.substr(345, 155));
  const absl::string_view name = TextOf(head.substr(0, 100));
  // GNU's own form keeps times where ustar keeps a prefix.
  const bool posix = head.substr(257, 6) == absl::string_view("ustar\0", 6);
  path_ = !long_path_.empty()        ? std::move(long_path_)
          : posix && !prefix.empty() ? absl::StrCat(prefix, "/", name)
                                     : std::string(name);
  long_path_.clear();
  while (absl::StartsWith(path_, "./")) path_.erase(0, 2);
  type_ = head[156];
  content_left_ = Octal(head.substr(124, 12));
  padding_left_ = (kBlock - content_left_ % kBlock) % kBlock;
  content_.clear();
  const bool regular = type_ == '0' || type_ == '\0';
  keep_ = content_left_ <= kMostContent &&
          (type_ == 'L' || (regular && wanted_(path_)));
  if (content_left_ == 0) TakeEntry();
}

void TarReader::TakeEntry() {
  if (!keep_) return;
  keep_ = false;
  if (type_ == 'L') {
    long_path_ = std::string(TextOf(content_));
  } else {
    take_(path_, std::move(content_));
  }
}

absl::StatusOr<std::string> DebField(const std::string& package,
                                     const std::string& field) {
  std::string text;
  SOCKDRIFT_RETURN_IF_ERROR(
      RunDpkgDeb({"--field", package, field}, [&](absl::string_view bytes) {
        text.append(bytes.data(), bytes.size());
        return true;
      }));
  return std::string(absl::StripAsciiWhitespace(text));
}

absl::Status ReadDebFiles(
    const std::string& package,
    const std::function<bool(absl::string_view path)>& wanted,
    const std::function<void(absl::string_view path, std::string content)>&
        take) {
  TarReader reader(wanted, take);
  bool sound = true;
  SOCKDRIFT_RETURN_IF_ERROR(
      RunDpkgDeb({"--fsys-tarfile", package}, [&](absl::string_view bytes) {
        sound = reader.Feed(bytes);
        return sound;
      }));
  if (sound && reader.ended()) return absl::OkStatus();
  return absl::InvalidArgumentError("its files are cut short or corrupt");
}

}  // namespace sockdrift
