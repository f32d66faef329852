// `recipes:` of a plan: lists of steps by name.
#ifndef SOCKDRIFT_COMPILER_RECIPES_H_
#define SOCKDRIFT_COMPILER_RECIPES_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/report.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

class Recipes {
 public:
  // `written` may be null; it and the report must outlive it.
  Recipes(const YamlNode* written, Report& report);

  // The steps of a recipe that a step is about to do; null, reported at
  // `where`, for one that is not there or is being done. Each that is not null
  // is followed by an End().
  const YamlNode* Begin(const std::string& name, const YamlNode& where);
  void End() { under_way_.pop_back(); }

  // Reports the recipes that no step has done.
  void ReportUnused() const;

 private:
  struct Recipe {
    const YamlNode* key;
    const YamlNode* steps;
  };

  Report& report_;
  std::map<std::string, Recipe> recipes_;
  std::set<std::string> done_;
  std::vector<std::string> under_way_;  // the innermost last
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_RECIPES_H_
