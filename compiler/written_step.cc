#include "compiler/written_step.h"

#include "absl/strings/str_cat.h"

namespace sockdrift {

WrittenStep::WrittenStep(const YamlNode& node, size_t operation, Report& report)
    : node_(node),
      operation_(operation),
      report_(report),
      outer_(node, "a step", report),
      inner_(node.items[operation].map() ? node.items[operation] : NoNode(),
             node.keys[operation].text, report) {
  outer_.Find(node.keys[operation].text);
}

const YamlNode* WrittenStep::FindCommon(absl::string_view key) {
  const YamlNode* inner = inner_.Find(key);
  const YamlNode* outer = outer_.Find(key);
  if (inner != nullptr && outer != nullptr) {
    report_.Add(*outer, absl::StrCat("`", key, ":` stands twice, in line ",
                                     inner->line, " too; keep one"));
  }
  return inner != nullptr ? inner : outer;
}

const YamlNode& WrittenStep::PlaceOf(absl::string_view key) const {
  for (const YamlNode* map : {&body(), &node_}) {
    if (!map->map()) continue;
    for (size_t i = 0; i < map->keys.size(); ++i) {
      if (map->keys[i].text == key) return map->items[i];
    }
  }
  return body();
}

void WrittenStep::Finish() {
  inner_.Finish();
  outer_.Finish();
}

}  // namespace sockdrift
