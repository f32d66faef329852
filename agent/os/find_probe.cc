#include "agent/os/find_probe.h"

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {
namespace {

constexpr char kInstalled[] = "/usr/lib/sockdrift/sockdrift-probe";

// The folder of this process's executable; "" where it cannot be told.
std::string OwnFolder() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof(path));
  if (size <= 0) return "";
  const std::string self(path, static_cast<size_t>(size));
  return self.substr(0, self.rfind('/'));
}

absl::StatusOr<std::string> FirstOf(const std::vector<std::string>& places) {
  for (const std::string& place : places) {
    if (!place.empty() && ::access(place.c_str(), X_OK) == 0) return place;
  }
  return absl::NotFoundError(absl::StrCat(
      "no sockdrift-probe that can be run at ", absl::StrJoin(places, " or "),
      "; install it there, or name it in SOCKDRIFT_PROBE"));
}

}  // namespace

absl::StatusOr<std::string> FindProbe(const std::string& wanted) {
  const char* const named = std::getenv("SOCKDRIFT_PROBE");
  std::vector<std::string> places;
  if (!wanted.empty()) {
    places = {wanted};
  } else if (named != nullptr && *named != '\0') {
    places = {named};
  } else {
    places = {OwnFolder() + "/sockdrift-probe", kInstalled};
  }
  return FirstOf(places);
}

absl::StatusOr<std::string> FindForeignProbe(const std::string& wanted,
                                             const std::string& arch) {
  if (!wanted.empty()) return FirstOf({wanted});
  const std::string own = OwnFolder();
  return FirstOf({absl::StrCat(own, "/sockdrift-probe-", arch),
                  absl::StrCat(kInstalled, "-", arch),
                  absl::StrCat(own, "/../../", arch, "/bin/sockdrift-probe")});
}

}  // namespace sockdrift
