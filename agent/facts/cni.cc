// The container network's configuration, names and types only: the rest may
// hold addresses and secrets.
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/facts/sources.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kFolder = "/etc/cni/net.d";

struct CniNames {
  std::string network;
  std::vector<std::string> plugins;
};

// Walks JSON by its brackets and strings alone, which is enough to find the
// values of two keys at their depth; a file that is no JSON yields nothing
// worse than nothing.
class NameScanner {
 public:
  explicit NameScanner(absl::string_view text) : text_(text) {}

  CniNames Scan() {
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '"') {
        TakeString();
        continue;
      }
      if (c == '{' || c == '[') open_.push_back(key_), key_.clear();
      if ((c == '}' || c == ']') && !open_.empty()) open_.pop_back();
      if (c == ',' || c == '}' || c == ']') key_.clear();
      ++at_;
    }
    return names_;
  }

 private:
  void TakeString() {
    std::string value;
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
      value.push_back(text_[at_]);
    }
    ++at_;
    size_t next = text_.find_first_not_of(" \t\r\n", at_);
    bool is_key = next != absl::string_view::npos && text_[next] == ':';
    if (is_key) {
      key_ = value;
      return;
    }
    bool top = open_.size() == 1;
    bool plugin = open_.size() == 3 && open_[1] == "plugins";
    if (top && key_ == "name") names_.network = value;
    if ((top || plugin) && key_ == "type") names_.plugins.push_back(value);
  }

  absl::string_view text_;
  size_t at_ = 0;
  std::string key_;                // whose value comes next
  std::vector<std::string> open_;  // the key of each open bracket
  CniNames names_;
};

}  // namespace

void AddCniFacts(const HostRoot& root, Facts& facts) {
  // Runtimes take the first file by name.
  for (const std::string& file : root.List(kFolder)) {
    if (!absl::EndsWith(file, ".conflist") && !absl::EndsWith(file, ".conf") &&
        !absl::EndsWith(file, ".json")) {
      continue;
    }
    std::string text = root.Read(absl::StrCat(kFolder, "/", file));
    CniNames names = NameScanner(text).Scan();
    AddFact("cni.file", file, facts);
    AddFact("cni.network", names.network, facts);
    AddFact("cni.plugins", absl::StrJoin(names.plugins, ","), facts);
    return;
  }
}

}  // namespace sockdrift
