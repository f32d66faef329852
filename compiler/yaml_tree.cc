#include "compiler/yaml_tree.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <set>
#include <sstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "compiler/report.h"

namespace sockdrift {
namespace {

// Builds the tree from the parser's events: unlike YAML::Node these keep the
// place of keys, and keys that stand twice.
class TreeBuilder : public YAML::EventHandler {
 public:
  explicit TreeBuilder(Report& report) : report_(report) {}

  YamlNode Take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    Leaf(mark, "", anchor, "");
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    YamlNode node = NodeAt(YamlNode::Kind::kScalar, mark);
    report_.Add(node,
                "aliases are not part of the plan language; write it out, or "
                "use a recipe or an axis' named rows");
    Add(std::move(node));
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag,
                YAML::anchor_t anchor, const std::string& value) override {
    Leaf(mark, tag, anchor, value);
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag,
                       YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kList, mark, tag, anchor);
  }
  void OnSequenceEnd() override { Close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag,
                  YAML::anchor_t anchor, YAML::EmitterStyle::value) override {
    Open(YamlNode::Kind::kMap, mark, tag, anchor);
  }
  void OnMapEnd() override { Close(); }

 private:
  static YamlNode NodeAt(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node;
    node.kind = kind;
    node.line = mark.line + 1;
    node.column = mark.column + 1;
    return node;
  }

  void Leaf(const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor, const std::string& value) {
    YamlNode node = NodeAt(YamlNode::Kind::kScalar, mark);
    node.text = value;
    RefuseDecoration(node, tag, anchor);
    Add(std::move(node));
  }

  void Open(YamlNode::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    YamlNode node = NodeAt(kind, mark);
    RefuseDecoration(node, tag, anchor);
    open_.push_back(std::move(node));
  }

  void Close() {
    YamlNode node = std::move(open_.back());
    open_.pop_back();
    Add(std::move(node));
  }

  // A quoted scalar has the tag "!", a plain one "?": neither was written.
  void RefuseDecoration(const YamlNode& node, const std::string& tag,
                        YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      report_.Add(node, "anchors are not part of the plan language");
    }
    if (!tag.empty() && tag != "!" && tag != "?") {
      report_.Add(node, absl::StrCat("the tag ", tag,
                                     " is not part of the plan language: "
                                     "every scalar is a text"));
    }
  }

  void Add(YamlNode node) {
    if (open_.empty()) {
      root_ = std::move(node);
      return;
    }
    YamlNode& parent = open_.back();
    if (parent.map() && parent.keys.size() == parent.items.size()) {
      parent.keys.push_back(std::move(node));
    } else {
      parent.items.push_back(std::move(node));
    }
  }

  Report& report_;
  YamlNode root_;
  std::vector<YamlNode> open_;
};

std::string Join(const std::string& path, absl::string_view key) {
  return path.empty() ? std::string(key) : absl::StrCat(path, ".", key);
}

void CheckKeys(YamlNode& map, Report& report) {
  std::set<std::string> seen;
  for (YamlNode& key : map.keys) {
    if (!key.scalar()) {
      report.Add(key, absl::StrCat("a key is a name, not ", key.Describe()));
    } else if (!seen.insert(key.text).second) {
      report.Add(key, absl::StrCat("\"", key.text,
                                   "\" stands twice in this map; keep one"));
    }
  }
}

// Gives every node its path and looks at the keys.
void Finish(YamlNode& node, const std::string& path, Report& report) {
  node.path = path;
  for (size_t i = 0; i < node.items.size(); ++i) {
    const std::string inner = node.map() ? Join(path, node.keys[i].text)
                                         : absl::StrCat(path, "[", i, "]");
    if (node.map()) node.keys[i].path = inner;
    Finish(node.items[i], inner, report);
  }
  if (node.map()) CheckKeys(node, report);
}

}  // namespace

std::string YamlNode::Describe() const {
  switch (kind) {
    case Kind::kList:
      return "a list";
    case Kind::kMap:
      return "a map";
    case Kind::kScalar:
      break;
  }
  return text.empty() ? "nothing" : absl::StrCat("\"", text, "\"");
}

YamlNode ParseYaml(absl::string_view yaml, Report& report) {
  TreeBuilder builder(report);
  YamlNode root;
  // yaml-cpp throws; nothing of it leaves this function.
  try {
    std::istringstream in{std::string(yaml)};
    YAML::Parser parser(in);
    if (!parser.HandleNextDocument(builder)) return root;
    root = builder.Take();
    TreeBuilder rest(report);
    if (parser.HandleNextDocument(rest)) {
      report.Add(rest.Take(), "a file holds one plan: make this another file");
    }
  } catch (const YAML::Exception& error) {
    YamlNode where;
    where.line = error.mark.line + 1;
    where.column = error.mark.column + 1;
    report.Add(where, absl::StrCat("this is not YAML: ", error.msg));
    return YamlNode();
  }
  Finish(root, "", report);
  return root;
}

}  // namespace sockdrift
