#include "compiler/plan_file.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kLargestPlan = 4 << 20;  // bytes

bool IsHidden(const fs::path& path) {
  return absl::StartsWith(path.filename().string(), ".");
}

bool IsPlanFile(const fs::path& path, const fs::path& claims) {
  const std::string extension = path.extension().string();
  return (extension == ".yaml" || extension == ".yml") && path != claims;
}

absl::StatusOr<std::vector<std::string>> PlanPaths(const std::string& folder) {
  const fs::path claims = fs::path(folder) / "claims.yaml";
  std::error_code error;
  std::vector<std::string> paths;
  fs::recursive_directory_iterator files(folder, error);
  for (; !error && files != fs::recursive_directory_iterator();
       files.increment(error)) {
    if (IsHidden(files->path())) {
      files.disable_recursion_pending();
    } else if (!files->is_directory() && IsPlanFile(files->path(), claims)) {
      paths.push_back(files->path().string());
    }
  }
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("--plans ", folder, ": ", error.message(),
                     "; name a folder with plans in it"));
  }
  if (paths.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--plans ", folder, ": no file there ends in .yaml or .yml"));
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

absl::StatusOr<PlanText> ReadText(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, " is a folder; --plans takes one, here a file is needed"));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("the plan file ", path, " cannot be read"));
  }
  std::string yaml;
  yaml.resize(kLargestPlan + 1);
  file.read(yaml.data(), static_cast<std::streamsize>(yaml.size()));
  yaml.resize(static_cast<size_t>(file.gcount()));
  if (yaml.size() > kLargestPlan) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is larger than 4 MiB: that is no plan"));
  }
  return PlanText{path, std::move(yaml)};
}

}  // namespace

absl::StatusOr<PlanText> ReadPlanFile(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(PlanText text, ReadText(path));
  SOCKDRIFT_ASSIGN_OR_RETURN(text.claims, ClaimsNear(path));
  return text;
}

absl::StatusOr<std::vector<PlanText>> ReadPlanFolder(
    const std::string& folder) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                             PlanPaths(folder));
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::shared_ptr<const ClaimBook> claims,
                             ClaimsOfFolder(folder));
  std::vector<PlanText> texts;
  for (const std::string& path : paths) {
    SOCKDRIFT_ASSIGN_OR_RETURN(PlanText text, ReadText(path));
    text.claims = claims;
    texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace sockdrift
