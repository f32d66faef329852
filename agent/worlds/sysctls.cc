#include "agent/worlds/sysctls.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "agent/os/text_file.h"
#include "agent/os/unique_fd.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kRoot = "/proc/sys/";
// One pass settles nearly everything, two the pairs whose order matters; values
// that undo one another must still come to an end.
constexpr int kMaxPasses = 8;

// Last parts of names that are no settings: a key is nobody's business, a
// counter and an action have no value to copy.
constexpr absl::string_view kNoSettings[] = {
    "tcp_fastopen_key", "stable_secret",      "flush",
    "rps_default_mask", "nf_conntrack_count",
};

bool IsSetting(absl::string_view file) {
  for (const absl::string_view other : kNoSettings) {
    if (file == other) return false;
  }
  return true;
}

// conf and neigh have one folder a link.
bool IsCopiedLink(absl::string_view folder, absl::string_view link) {
  if (!absl::EndsWith(folder, "/conf") && !absl::EndsWith(folder, "/neigh")) {
    return true;
  }
  return link == "all" || link == "default" || link == "lo";
}

struct CloseDir {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

void ReadFolder(const std::string& folder, Sysctls& found) {
  const std::unique_ptr<DIR, CloseDir> dir(
      ::opendir(absl::StrCat(kRoot, folder).c_str()));
  if (dir == nullptr) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    const absl::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string path = absl::StrCat(folder, "/", name);
    struct stat about;
    if (::fstatat(::dirfd(dir.get()), entry->d_name, &about,
                  AT_SYMLINK_NOFOLLOW) != 0) {
      continue;
    }
    if (S_ISDIR(about.st_mode)) {
      if (IsCopiedLink(folder, name)) ReadFolder(path, found);
      continue;
    }
    if ((about.st_mode & 0444) == 0 || !IsSetting(name)) continue;
    absl::StatusOr<std::string> value = ReadSysctl(path);
    if (value.ok()) found[path] = *std::move(value);
  }
}

// Mode bits say whether a sysctl is one of this namespace: the kernel takes
// the write bits from the others in every namespace but the first.
bool IsWritableHere(const std::string& name) {
  struct stat about;
  return ::stat(absl::StrCat(kRoot, name).c_str(), &about) == 0 &&
         (about.st_mode & 0222) != 0;
}

class Copy {
 public:
  explicit Copy(const Sysctls& wanted) {
    for (const auto& [name, value] : wanted) {
      const absl::StatusOr<std::string> got = ReadSysctl(name);
      if (!got.ok()) {
        if (absl::IsNotFound(got.status())) result_.absent.push_back(name);
        continue;
      }
      if (!IsWritableHere(name)) continue;
      settings_.emplace_back(name, value);
    }
  }

  SysctlCopy Run() && {
    for (int pass = 0; pass < kMaxPasses; ++pass) {
      if (!Pass()) break;
    }
    return std::move(result_);
  }

 private:
  // Whether some value changed.
  bool Pass() {
    bool changed = false;
    result_.missed.clear();
    for (const auto& [name, wanted] : settings_) {
      const std::string before = ReadSysctl(name).value_or("");
      if (before == wanted) continue;
      const int error = TryWriteSysctl(name, wanted);
      const std::string after = ReadSysctl(name).value_or("");
      if (error == 0) result_.written.emplace_back(name, wanted);
      if (after != before) changed = true;
      if (after != wanted) {
        result_.missed.push_back({name, wanted, after,
                                  error == 0 ? "" : std::strerror(error),
                                  error});
      }
    }
    return changed;
  }

  std::vector<std::pair<std::string, std::string>> settings_;
  SysctlCopy result_;
};

}  // namespace

absl::StatusOr<std::string> SysctlName(absl::string_view written) {
  std::string name(written);
  if (!absl::StrContains(name, '/')) {
    name = absl::StrReplaceAll(name, {{".", "/"}});
  }
  bool sound = absl::StartsWith(name, "net/");
  for (const absl::string_view part : absl::StrSplit(name, '/')) {
    if (part.empty() || part == "." || part == "..") sound = false;
  }
  if (!sound) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", written, "\" is no network sysctl, such as net.ipv6.bindv6only"));
  }
  return name;
}

absl::StatusOr<std::string> ReadSysctl(const std::string& name) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string value,
                             ReadTextFile(absl::StrCat(kRoot, name)));
  return absl::StrJoin(
      absl::StrSplit(value, absl::ByAnyChar(" \t\n"), absl::SkipEmpty()), " ");
}

int TryWriteSysctl(const std::string& name, absl::string_view value) {
  const UniqueFd fd(::open(absl::StrCat(kRoot, name).c_str(),
                           O_WRONLY | O_CLOEXEC | O_TRUNC));
  if (!fd.valid()) return errno;
  const std::string line = absl::StrCat(value, "\n");
  return ::write(fd.get(), line.data(), line.size()) < 0 ? errno : 0;
}

absl::Status WriteSysctl(const std::string& name, absl::string_view value) {
  const int error = TryWriteSysctl(name, value);
  if (error == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(
      error, absl::StrCat("writing \"", value, "\" to sysctl ", name));
}

Sysctls ReadNetworkSysctls() {
  Sysctls found;
  ReadFolder("net", found);
  return found;
}

SysctlCopy WriteSysctls(const Sysctls& wanted) { return Copy(wanted).Run(); }

}  // namespace sockdrift
