#include "compiler/catalogue.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

std::vector<PlanText> EmbeddedTexts() {
  const auto claims = std::make_shared<const ClaimBook>(BuiltInClaims());
  std::vector<PlanText> texts;
  for (const EmbeddedPlan& plan : EmbeddedPlans()) {
    texts.push_back({.file = std::string(plan.path),
                     .yaml = std::string(plan.yaml),
                     .built_in = true,
                     .claims = claims});
  }
  return texts;
}

std::string WhereItStands(const CompiledPlan& plan) {
  return plan.built_in ? absl::StrCat("built in (", plan.file, ")") : plan.file;
}

}  // namespace

absl::StatusOr<std::vector<CatalogueEntry>> CompileAll(
    std::vector<PlanText> texts) {
  std::vector<CatalogueEntry> plans;
  std::vector<std::string> errors;
  for (PlanText& text : texts) {
    CompileResult result = CompilePlan(text.yaml, text.file, text.claims.get());
    for (const Diagnostic& diagnostic : result.diagnostics) {
      errors.push_back(diagnostic.ToString());
    }
    result.plan.built_in = text.built_in;
    plans.push_back({std::move(result.plan), std::move(text.yaml)});
  }
  if (errors.empty()) return plans;
  return absl::InvalidArgumentError(
      absl::StrCat(errors.size() == 1 ? "the plan is not valid:"
                                      : "the plans are not valid:",
                   "\n  ", absl::StrJoin(errors, "\n  ")));
}

absl::Status RequireDistinctNames(absl::Span<const CompiledPlan* const> plans) {
  std::map<std::string, const CompiledPlan*> named;
  std::vector<std::string> errors;
  for (const CompiledPlan* plan : plans) {
    const auto [first, fresh] = named.emplace(plan->name, plan);
    if (fresh) continue;
    errors.push_back(absl::StrCat("the plan ", plan->name, " stands twice: ",
                                  WhereItStands(*first->second), " and ",
                                  WhereItStands(*plan), "; rename one"));
  }
  if (errors.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(errors, "\n  "));
}

absl::StatusOr<std::vector<CatalogueEntry>> CatalogueWith(
    const std::vector<std::string>& folders) {
  // Two folders whose claims contradict each other are an error of either.
  SOCKDRIFT_RETURN_IF_ERROR(ClaimsWith(folders).status());
  std::vector<PlanText> texts = EmbeddedTexts();
  for (const std::string& folder : folders) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<PlanText> own,
                               ReadPlanFolder(folder));
    std::move(own.begin(), own.end(), std::back_inserter(texts));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CatalogueEntry> entries,
                             CompileAll(std::move(texts)));
  std::vector<const CompiledPlan*> plans;
  for (const CatalogueEntry& entry : entries) plans.push_back(&entry.plan);
  SOCKDRIFT_RETURN_IF_ERROR(RequireDistinctNames(plans));
  std::sort(entries.begin(), entries.end(),
            [](const CatalogueEntry& a, const CatalogueEntry& b) {
              return a.plan.name < b.plan.name;
            });
  return entries;
}

absl::StatusOr<std::vector<CompiledPlan>> Catalogue() {
  absl::StatusOr<std::vector<CatalogueEntry>> entries = CatalogueWith({});
  if (!entries.ok()) {
    return absl::InternalError(absl::StrCat(
        "a fault of this build: ", std::string(entries.status().message())));
  }
  std::vector<CompiledPlan> plans;
  for (CatalogueEntry& entry : *entries) {
    plans.push_back(std::move(entry.plan));
  }
  return plans;
}

}  // namespace sockdrift
