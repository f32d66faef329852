#include "compiler/given.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace sockdrift {

std::vector<FactCondition> ReadGiven(const YamlNode* given, Report& report) {
  std::vector<FactCondition> conditions;
  if (given == nullptr) return conditions;
  if (!given->map()) {
    report.Add(*given, absl::StrCat("`given:` is a map of facts, such as "
                                    "{kernel: \">=6.3\"}, not ",
                                    given->Describe()));
    return conditions;
  }
  for (size_t i = 0; i < given->keys.size(); ++i) {
    const YamlNode& value = given->items[i];
    if (!value.scalar() || value.text.empty()) {
      report.Add(value, absl::StrCat("a fact's value is a text, not ",
                                     value.Describe()));
      continue;
    }
    FactCondition one = ParseFactCondition(given->keys[i].text, value.text);
    if (one.value.empty()) {
      report.Add(value, "a value follows the relation, such as \">=6.3\"");
    }
    conditions.push_back(std::move(one));
  }
  return conditions;
}

}  // namespace sockdrift
