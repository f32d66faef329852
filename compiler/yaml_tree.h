// A YAML document as a tree in which every scalar is a text and every node
// knows its place and its path. The only contact with yaml-cpp.
#ifndef SOCKDRIFT_COMPILER_YAML_TREE_H_
#define SOCKDRIFT_COMPILER_YAML_TREE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sockdrift {

class Report;

struct YamlNode {
  enum class Kind { kScalar, kList, kMap };

  Kind kind = Kind::kScalar;
  int line = 0;      // 1-based
  int column = 0;    // 1-based
  std::string path;  // "steps[3].bind.to"; a key has the path of its value
  std::string text;  // of a scalar; empty where nothing is written
  // Of a list its items, of a map its values, keys[i] being the key of
  // items[i].
  std::vector<YamlNode> items;
  std::vector<YamlNode> keys;

  bool scalar() const { return kind == Kind::kScalar; }
  bool list() const { return kind == Kind::kList; }
  bool map() const { return kind == Kind::kMap; }
  // A scalar in which nothing is written.
  bool empty_scalar() const { return scalar() && text.empty(); }
  // "a list", "a map", "nothing", or the text in quotes: for messages.
  std::string Describe() const;
};

// Reads one document. What is no YAML, a second document, anchors, aliases,
// tags, keys that are no scalars and keys that stand twice are reported; the
// tree is then of what could be read.
YamlNode ParseYaml(absl::string_view yaml, Report& report);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_YAML_TREE_H_
