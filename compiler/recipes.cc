#include "compiler/recipes.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {

Recipes::Recipes(const YamlNode* written, Report& report) : report_(report) {
  if (written == nullptr) return;
  if (!written->map()) {
    report_.Add(*written, absl::StrCat("`recipes:` is a map of names to lists "
                                       "of steps, not ",
                                       written->Describe()));
    return;
  }
  for (size_t i = 0; i < written->keys.size(); ++i) {
    recipes_[written->keys[i].text] = {&written->keys[i], &written->items[i]};
  }
}

const YamlNode* Recipes::Begin(const std::string& name, const YamlNode& where) {
  const auto recipe = recipes_.find(name);
  if (recipe == recipes_.end()) {
    std::vector<std::string> names;
    for (const auto& [known, unused] : recipes_) names.push_back(known);
    report_.Add(where, absl::StrCat("there is no recipe \"", name, "\"",
                                    Suggestion(name, names)));
    return nullptr;
  }
  done_.insert(name);
  if (std::find(under_way_.begin(), under_way_.end(), name) !=
      under_way_.end()) {
    report_.Add(where, absl::StrCat("a recipe cannot do itself: ",
                                    absl::StrJoin(under_way_, " does "),
                                    " does ", name));
    return nullptr;
  }
  under_way_.push_back(name);
  return recipe->second.steps;
}

void Recipes::ReportUnused() const {
  for (const auto& [name, recipe] : recipes_) {
    if (done_.contains(name)) continue;
    report_.Add(*recipe.key, absl::StrCat("no step does the recipe \"", name,
                                          "\"; use it or remove it"));
  }
}

}  // namespace sockdrift
