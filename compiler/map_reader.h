// Reads a map's entries by key and reports the keys that nobody asked for.
#ifndef SOCKDRIFT_COMPILER_MAP_READER_H_
#define SOCKDRIFT_COMPILER_MAP_READER_H_

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

class MapReader {
 public:
  // `what` says in messages what the map is: "an expectation". A node that is
  // no map is reported and read as an empty one. Both must outlive the reader.
  MapReader(const YamlNode& node, absl::string_view what, Report& report);

  bool is_map() const { return node_.map(); }
  const YamlNode& node() const { return node_; }

  // Null where the key is not there.
  const YamlNode* Find(absl::string_view key);
  // Reports where the key is not there.
  const YamlNode* Require(absl::string_view key);
  // The scalar's text; reports what is no scalar or empty.
  std::optional<std::string> Text(absl::string_view key);
  std::optional<std::string> RequireText(absl::string_view key);
  // A list of texts; one scalar stands for a list of it. Empty where the key
  // is not there.
  std::vector<const YamlNode*> Texts(absl::string_view key);

  // Reports every key that was not asked for, with the nearest that was.
  void Finish();

 private:
  const YamlNode& node_;
  std::string what_;
  Report& report_;
  std::vector<std::string> known_;
  std::set<size_t> found_;
};

// A node without anything in it, and without a place.
const YamlNode& NoNode();

// The scalars of a list, or the one scalar; others are reported.
std::vector<const YamlNode*> ScalarsOf(const YamlNode& node, Report& report);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_MAP_READER_H_
