#include "cli/plan_source.h"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/suggest.h"
#include "compiler/catalogue.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kLargestPlan = 4 << 20;  // bytes

bool HasPlanExtension(absl::string_view path) {
  return absl::EndsWith(path, ".yaml") || absl::EndsWith(path, ".yml");
}

std::vector<PlanText> CatalogueTexts() {
  std::vector<PlanText> texts;
  for (const EmbeddedPlan& plan : EmbeddedPlans()) {
    texts.push_back({std::string(plan.path), std::string(plan.yaml)});
  }
  return texts;
}

absl::StatusOr<std::vector<PlanText>> FolderTexts(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> paths;
  fs::recursive_directory_iterator files(folder, error);
  for (; !error && files != fs::recursive_directory_iterator();
       files.increment(error)) {
    if (HasPlanExtension(files->path().string())) {
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
  std::vector<PlanText> texts;
  for (const std::string& path : paths) {
    SOCKDRIFT_ASSIGN_OR_RETURN(PlanText text, ReadPlanFile(path));
    texts.push_back(std::move(text));
  }
  return texts;
}

// Compiles texts one after another and keeps what was wrong with each.
class Compiling {
 public:
  void Add(const PlanText& text) {
    CompileResult result = CompilePlan(text.yaml, text.file);
    for (const Diagnostic& diagnostic : result.diagnostics) {
      errors_.push_back(diagnostic.ToString());
    }
    if (result.ok()) plans_.push_back(std::move(result.plan));
  }

  absl::StatusOr<std::vector<CompiledPlan>> Plans() && {
    if (errors_.empty()) return std::move(plans_);
    return absl::InvalidArgumentError(
        absl::StrCat(errors_.size() == 1 ? "the plan is not valid:"
                                         : "the plans are not valid:",
                     "\n  ", absl::StrJoin(errors_, "\n  ")));
  }

 private:
  std::vector<CompiledPlan> plans_;
  std::vector<std::string> errors_;
};

absl::Status UnknownPlan(const std::string& wanted,
                         const std::vector<CompiledPlan>& known) {
  std::vector<std::string> names;
  for (const CompiledPlan& plan : known) names.push_back(plan.name);
  const std::string nearest = Nearest(wanted, names);
  return absl::NotFoundError(absl::StrCat(
      "there is no plan '", wanted, "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
      "\n  'sockdrift plans list' names them; a file is written with a / or "
      "ends in .yaml"));
}

absl::StatusOr<std::vector<CompiledPlan>> AllPlans(const std::string& folder) {
  std::vector<PlanText> texts = CatalogueTexts();
  if (!folder.empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(texts, FolderTexts(folder));
  }
  Compiling compiling;
  for (const PlanText& text : texts) compiling.Add(text);
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CompiledPlan> plans,
                             std::move(compiling).Plans());
  std::sort(plans.begin(), plans.end(),
            [](const CompiledPlan& a, const CompiledPlan& b) {
              return a.name < b.name;
            });
  return plans;
}

}  // namespace

bool LooksLikePlanFile(const std::string& wanted) {
  return absl::StrContains(wanted, '/') || HasPlanExtension(wanted);
}

absl::StatusOr<PlanText> ReadPlanFile(const std::string& path) {
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

absl::StatusOr<std::vector<CompiledPlan>> LoadPlans(
    const PlanSelection& selection) {
  std::vector<CompiledPlan> known;
  const bool needs_names =
      selection.wanted.empty() || !selection.folder.empty() ||
      !std::all_of(selection.wanted.begin(), selection.wanted.end(),
                   LooksLikePlanFile);
  if (needs_names) {
    SOCKDRIFT_ASSIGN_OR_RETURN(known, AllPlans(selection.folder));
  }
  if (selection.wanted.empty()) return known;
  Compiling files;
  std::vector<CompiledPlan> chosen;
  std::set<std::string> seen;
  for (const std::string& wanted : selection.wanted) {
    if (!seen.insert(wanted).second) continue;
    if (LooksLikePlanFile(wanted)) {
      SOCKDRIFT_ASSIGN_OR_RETURN(const PlanText text, ReadPlanFile(wanted));
      files.Add(text);
      continue;
    }
    const auto found = std::find_if(
        known.begin(), known.end(),
        [&](const CompiledPlan& plan) { return plan.name == wanted; });
    if (found == known.end()) return UnknownPlan(wanted, known);
    chosen.push_back(*found);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CompiledPlan> from_files,
                             std::move(files).Plans());
  std::move(from_files.begin(), from_files.end(), std::back_inserter(chosen));
  return chosen;
}

}  // namespace sockdrift
