#include "agent/facts/host_root.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

constexpr size_t kLongestFile = 1 << 20;

}  // namespace

std::string OneLine(absl::string_view text) {
  std::string line;
  bool blank = false;
  for (char c : text) {
    if (static_cast<unsigned char>(c) <= ' ' || c == '\x7f') {
      blank = true;
      continue;
    }
    if (blank && !line.empty()) line.push_back(' ');
    blank = false;
    line.push_back(c);
  }
  return line;
}

HostRoot::HostRoot(std::string root) : root_(std::move(root)) {
  while (!root_.empty() && root_.back() == '/') root_.pop_back();
}

std::string HostRoot::Below(absl::string_view path) const {
  return absl::StrCat(root_, path);
}

bool HostRoot::Exists(absl::string_view path) const {
  struct stat unused;
  return lstat(Below(path).c_str(), &unused) == 0;
}

bool HostRoot::IsDirectory(absl::string_view path) const {
  struct stat found;
  return stat(Below(path).c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

std::string HostRoot::Read(absl::string_view path) const {
  // O_NONBLOCK: a FIFO in the file's place must not hold us.
  UniqueFd fd(open(Below(path).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd.valid()) return "";
  std::string text;
  char buffer[16384];
  while (text.size() < kLongestFile) {
    ssize_t got = read(fd.get(), buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text.append(buffer, static_cast<size_t>(got));
  }
  return text;
}

std::vector<std::string> HostRoot::List(absl::string_view path) const {
  std::vector<std::string> names;
  std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir(Below(path).c_str()),
                                             &closedir);
  if (folder == nullptr) return names;
  while (const dirent* entry = readdir(folder.get())) {
    absl::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace sockdrift
