#include "boot/lab_cache.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agent/os/text_file.h"
#include "core/base/status_macros.h"
#include "nlohmann/json.hpp"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

std::string Environment(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool Exists(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

// What about.json says; "" where it does not.
std::string Said(const nlohmann::json& about, const char* key) {
  const auto found = about.find(key);
  return found != about.end() && found->is_string() ? found->get<std::string>()
                                                    : std::string();
}

absl::StatusOr<nlohmann::json> ReadAbout(const fs::path& file) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(file));
  nlohmann::json about = nlohmann::json::parse(text, nullptr, false);
  if (!about.is_object()) {
    return absl::DataLossError(
        absl::StrCat(file.string(),
                     " is not what lab/fetch writes; fetch it again with "
                     "--again"));
  }
  return about;
}

// "6.1" before "6.12", as a person would sort them.
bool ByVersion(const std::string& a, const std::string& b) {
  return strverscmp(a.c_str(), b.c_str()) < 0;
}

}  // namespace

std::string LabCacheFolder() {
  const std::string named = Environment("SOCKDRIFT_LAB_CACHE");
  if (!named.empty()) return named;
  const std::string cache = Environment("XDG_CACHE_HOME");
  return cache.empty() ? Environment("HOME") + "/.cache/sockdrift-lab"
                       : cache + "/sockdrift-lab";
}

std::vector<std::string> LabCacheNames() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(LabCacheFolder(), ignored)) {
    const std::string name = entry.path().filename();
    if (name.front() != '.' && Exists(entry.path() / "about.json")) {
      names.push_back(name);
    }
  }
  std::sort(names.begin(), names.end(), ByVersion);
  return names;
}

absl::StatusOr<KernelPlace> FindInLabCache(const std::string& name) {
  const fs::path folder = fs::path(LabCacheFolder()) / name;
  if (name.empty() || name.front() == '.' || !Exists(folder / "about.json")) {
    return absl::NotFoundError(absl::StrCat("no kernel '", name, "'"));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const nlohmann::json about,
                             ReadAbout(folder / "about.json"));
  KernelPlace place;
  place.name = name;
  place.release = Said(about, "release");
  place.package_name = Said(about, "package");
  place.package_version = Said(about, "version");
  place.arch = Said(about, "arch") == "arm64" ? Arch::kArm64 : Arch::kX86_64;
  const std::string kind = Said(about, "kind");
  if (kind == "uml") {
    place.kind = KernelKind::kUml;
    place.image = folder / "linux";
  } else if (kind == "gvisor") {
    place.kind = KernelKind::kGvisor;
    place.image = folder / "runsc";
  } else {
    place.image = folder / "vmlinux";
    if (Exists(folder / "config")) place.config = folder / "config";
  }
  if (Exists(folder / "modules")) place.modules = folder / "modules";
  if (Exists(folder / "modules-host")) {
    place.host_modules = folder / "modules-host";
  }
  if (!Exists(place.image)) {
    return absl::DataLossError(absl::StrCat(
        place.image, " is missing; fetch it again: lab/fetch --again ", name));
  }
  return place;
}

}  // namespace sockdrift
