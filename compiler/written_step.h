// One step as it is written: where its operation and its fields stand.
#ifndef SOCKDRIFT_COMPILER_WRITTEN_STEP_H_
#define SOCKDRIFT_COMPILER_WRITTEN_STEP_H_

#include <cstddef>

#include "absl/strings/string_view.h"
#include "compiler/map_reader.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

// The map with the operation's key, and that key's
// value where it is a map too. Fields that any step may have stand in either.
class WrittenStep {
 public:
  // `operation` is the key's index in `node`.
  WrittenStep(const YamlNode& node, size_t operation, Report& report);

  const YamlNode& key() const { return node_.keys[operation_]; }
  const YamlNode& body() const { return node_.items[operation_]; }

  // A field of the operation itself: in the body.
  const YamlNode* FindOwn(absl::string_view key) { return inner_.Find(key); }
  // A field that any step may have: in the body or beside the operation.
  // Reports one that stands in both.
  const YamlNode* FindCommon(absl::string_view key);
  // Where a field is written, for the place in messages: its value, or the
  // body where that is the field's shorthand.
  const YamlNode& PlaceOf(absl::string_view key) const;
  // Reports unknown keys.
  void Finish();

 private:
  const YamlNode& node_;
  size_t operation_;
  Report& report_;
  MapReader outer_;
  MapReader inner_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_WRITTEN_STEP_H_
