#include "boot/find_program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace sockdrift {
namespace {

bool CanBeRun(const std::string& path) {
  struct stat about = {};
  return ::stat(path.c_str(), &about) == 0 && S_ISREG(about.st_mode) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::string FindProgram(const std::string& name) {
  if (absl::StrContains(name, "/")) return CanBeRun(name) ? name : "";
  const char* const path = std::getenv("PATH");
  for (const absl::string_view folder :
       absl::StrSplit(path == nullptr ? "/usr/bin:/bin" : path, ':')) {
    std::string found = absl::StrCat(folder.empty() ? "." : folder, "/", name);
    if (CanBeRun(found)) return found;
  }
  return "";
}

}  // namespace sockdrift
