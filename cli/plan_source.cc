#include "cli/plan_source.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/suggest.h"
#include "compiler/catalogue.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

absl::Status UnknownPlan(const std::string& wanted,
                         const std::vector<CatalogueEntry>& known) {
  std::vector<std::string> names;
  for (const CatalogueEntry& entry : known) names.push_back(entry.plan.name);
  const std::string nearest = Nearest(wanted, names);
  return absl::NotFoundError(absl::StrCat(
      "there is no plan '", wanted, "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
      "\n  'sockdrift plans list' names them; a file is written with a / or "
      "ends in .yaml"));
}

std::vector<CompiledPlan> PlansOf(std::vector<CatalogueEntry> entries) {
  std::vector<CompiledPlan> plans;
  for (CatalogueEntry& entry : entries) plans.push_back(std::move(entry.plan));
  return plans;
}

// Plans and files as they were asked for, each once.
absl::StatusOr<std::vector<CompiledPlan>> Chosen(
    const std::vector<std::string>& wanted_ones,
    const std::vector<CatalogueEntry>& known) {
  std::vector<PlanText> files;
  std::vector<CompiledPlan> chosen;
  std::set<std::string> seen;
  for (const std::string& wanted : wanted_ones) {
    if (!seen.insert(wanted).second) continue;
    if (LooksLikePlanFile(wanted)) {
      SOCKDRIFT_ASSIGN_OR_RETURN(PlanText text, ReadPlanFile(wanted));
      files.push_back(std::move(text));
      continue;
    }
    const auto found = std::find_if(
        known.begin(), known.end(),
        [&](const CatalogueEntry& entry) { return entry.plan.name == wanted; });
    if (found == known.end()) return UnknownPlan(wanted, known);
    chosen.push_back(found->plan);
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CatalogueEntry> from_files,
                             CompileAll(std::move(files)));
  std::vector<CompiledPlan> plans = PlansOf(std::move(from_files));
  std::move(plans.begin(), plans.end(), std::back_inserter(chosen));
  return chosen;
}

}  // namespace

bool LooksLikePlanFile(const std::string& wanted) {
  return absl::StrContains(wanted, '/') || absl::EndsWith(wanted, ".yaml") ||
         absl::EndsWith(wanted, ".yml");
}

absl::StatusOr<std::vector<CompiledPlan>> LoadPlans(
    const PlanSelection& selection) {
  std::vector<CatalogueEntry> known;
  const bool needs_names =
      selection.wanted.empty() || !selection.folders.empty() ||
      !std::all_of(selection.wanted.begin(), selection.wanted.end(),
                   LooksLikePlanFile);
  if (needs_names) {
    SOCKDRIFT_ASSIGN_OR_RETURN(known, CatalogueWith(selection.folders));
  }
  if (selection.wanted.empty()) return PlansOf(std::move(known));
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CompiledPlan> chosen,
                             Chosen(selection.wanted, known));
  std::vector<const CompiledPlan*> plans;
  for (const CompiledPlan& plan : chosen) plans.push_back(&plan);
  SOCKDRIFT_RETURN_IF_ERROR(RequireDistinctNames(plans));
  return chosen;
}

void AddPlansFolderOption(CLI::App& command,
                          std::vector<std::string>& folders) {
  command
      .add_option("--plans", folders,
                  "a folder of plans beside the built-in ones; may be given "
                  "several times")
      ->allow_extra_args(false)
      ->option_text("DIR");
}

}  // namespace sockdrift
