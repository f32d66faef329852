#include "boot/kernel.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/os/memory_file.h"
#include "agent/os/unique_fd.h"
#include "boot/deb_package.h"
#include "boot/decompress.h"
#include "boot/elf_file.h"
#include "boot/kernel_image.h"
#include "boot/lab_cache.h"
#include "boot/modules.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr size_t kHeadSize = 65536;
constexpr size_t kMostImage = size_t{1} << 30;
constexpr absl::string_view kDebMagic = "!<arch>\n";

absl::StatusOr<std::string> ReadFile(const std::string& path, size_t most) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return absl::ErrnoToStatus(errno, path);
  absl::StatusOr<std::string> bytes = ReadAll(fd.get(), most);
  if (bytes.ok()) return bytes;
  return absl::Status(bytes.status().code(),
                      absl::StrCat(path, ": ", bytes.status().message()));
}

absl::StatusOr<std::string> ReadHead(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string head(kHeadSize, '\0');
  const ssize_t size =
      fd.valid() ? ::read(fd.get(), head.data(), head.size()) : -1;
  if (size < 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": ", std::strerror(errno), "; name a kernel's image"));
  }
  head.resize(static_cast<size_t>(size));
  return head;
}

// "linux-image-6.1.0-56-amd64_6.1.192-2_amd64.deb".
absl::StatusOr<KernelPlace> OfPackage(KernelPlace place) {
  place.package = std::exchange(place.image, "");
  const absl::StatusOr<std::string> arch =
      DebField(place.package, "Architecture");
  if (!arch.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat(place.package, ": ", arch.status().message()));
  }
  if (*arch != "amd64" && *arch != "arm64") {
    return absl::InvalidArgumentError(
        absl::StrCat(place.package, " is of the architecture ", *arch,
                     "; kernels of amd64 and arm64 can be booted"));
  }
  place.arch = *arch == "arm64" ? Arch::kArm64 : Arch::kX86_64;
  place.package_name = DebField(place.package, "Package").value_or("");
  place.package_version = DebField(place.package, "Version").value_or("");
  return place;
}

absl::StatusOr<KernelPlace> OfFile(const std::string& path) {
  KernelPlace place;
  place.name = fs::path(path).filename();
  place.image = path;
  SOCKDRIFT_ASSIGN_OR_RETURN(std::string head, ReadHead(path));
  if (absl::StartsWith(head, kDebMagic)) return OfPackage(std::move(place));
  // An arm64 vmlinuz is an Image, packed as a whole.
  if (!RecogniseImage(head).has_value()) {
    head = Decompress(head).value_or(head);
  }
  const std::optional<ImageHead> image = RecogniseImage(head);
  if (!image.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat(
        path,
        " is no kernel that can be booted: neither a bzImage, vmlinux or arm64 "
        "Image nor a Debian package or user-mode Linux"));
  }
  place.kind =
      image->form == ImageForm::kUml ? KernelKind::kUml : KernelKind::kLinux;
  place.arch = image->arch;
  place.release = image->release;
  return place;
}

absl::Status NoSuchKernel(const std::string& word) {
  const std::vector<std::string> names = LabCacheNames();
  return absl::NotFoundError(absl::StrCat(
      "there is no kernel '", word, "': no such file, and in ",
      LabCacheFolder(),
      names.empty() ? " there is none"
                    : absl::StrCat(" there is ", absl::StrJoin(names, ", ")),
      "\n  'lab/fetch ", word, "' fetches one from Debian's archive"));
}

bool IsKernel(absl::string_view path) {
  return absl::StartsWith(path, "boot/vmlinuz-") ||
         absl::StrContains(path, "/vmlinuz");
}

bool IsConfig(absl::string_view path) {
  return absl::StartsWith(path, "boot/config-") ||
         (absl::StartsWith(path, "usr/lib/modules/") &&
          absl::EndsWith(path, "/config"));
}

absl::StatusOr<KernelFiles> ReadPackage(const KernelPlace& place,
                                        bool shares_host) {
  KernelFiles files;
  std::map<std::string, std::string> modules;
  const absl::Status read = ReadDebFiles(
      place.package,
      [&](absl::string_view path) {
        return IsKernel(path) || IsConfig(path) ||
               MayBeWanted(ModuleName(path), shares_host);
      },
      [&](absl::string_view path, std::string content) {
        if (IsKernel(path)) {
          files.image = std::move(content);
        } else if (IsConfig(path)) {
          files.config = std::move(content);
        } else {
          modules[ModuleName(path)] = Decompress(content).value_or("");
        }
      });
  if (!read.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat(place.package, ": ", read.message()));
  }
  if (files.image.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat(place.package,
                     " holds no kernel; the package is linux-image-… or, "
                     "from 6.19 on, linux-binary-…"));
  }
  files.modules = InLoadOrder(modules, shares_host);
  return files;
}

// "veth" of "01-veth.ko".
std::string NumberedName(const std::string& path) {
  const std::string name = ModuleName(path);
  return name.substr(std::min(name.find('_') + 1, name.size()));
}

// In the order of their names, which the fetching gave them.
absl::Status ReadModules(const std::string& folder,
                         std::vector<KernelModule>& modules) {
  std::vector<std::string> paths;
  std::error_code error;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(folder, error)) {
    paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string content, ReadFile(path, kMostImage));
    modules.push_back({NumberedName(path), std::move(content)});
  }
  return absl::OkStatus();
}

absl::StatusOr<KernelFiles> ReadLoose(const KernelPlace& place,
                                      bool shares_host) {
  KernelFiles files;
  files.release = place.release;
  if (place.kind == KernelKind::kLinux) {
    SOCKDRIFT_ASSIGN_OR_RETURN(files.image, ReadFile(place.image, kMostImage));
  }
  if (!place.config.empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(files.config,
                               ReadFile(place.config, kMostImage));
  }
  SOCKDRIFT_RETURN_IF_ERROR(ReadModules(place.modules, files.modules));
  if (shares_host) {
    SOCKDRIFT_RETURN_IF_ERROR(ReadModules(place.host_modules, files.modules));
  }
  return files;
}

}  // namespace

absl::StatusOr<KernelPlace> FindKernel(const std::string& word) {
  const bool file = absl::StrContains(word, "/");
  absl::StatusOr<KernelPlace> cached =
      file ? absl::NotFoundError("") : FindInLabCache(word);
  if (!absl::IsNotFound(cached.status())) return cached;
  std::error_code ignored;
  if (file || fs::is_regular_file(word, ignored)) return OfFile(word);
  return NoSuchKernel(word);
}

absl::StatusOr<KernelFiles> ReadKernel(const KernelPlace& place,
                                       bool shares_host) {
  absl::StatusOr<KernelFiles> files = place.package.empty()
                                          ? ReadLoose(place, shares_host)
                                          : ReadPackage(place, shares_host);
  if (!files.ok()) {
    return absl::FailedPreconditionError(files.status().message());
  }
  if (place.kind != KernelKind::kLinux) return files;
  std::optional<ImageHead> head = RecogniseImage(files->image);
  if (!head.has_value()) {
    files->image = Decompress(files->image).value_or("");
    head = RecogniseImage(files->image);
  }
  if (!head.has_value()) {
    return absl::FailedPreconditionError(
        "its image is packed in a way that is not known here");
  }
  if (IsCutOff(files->image)) {
    return absl::FailedPreconditionError(
        "its image is cut off: the file ends before the kernel in it does; "
        "copy or build it anew");
  }
  if (files->release.empty()) files->release = head->release;
  files->image = BootableImage(std::move(files->image));
  return files;
}

}  // namespace sockdrift
