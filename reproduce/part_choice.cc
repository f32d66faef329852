#include "reproduce/part_choice.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace sockdrift {
namespace {

std::vector<std::string> Words(absl::string_view text) {
  return absl::StrSplit(text, ' ', absl::SkipEmpty());
}

Part Begun(absl::string_view line) {
  const std::pair<absl::string_view, absl::string_view> named =
      absl::StrSplit(line, absl::MaxSplits(": ", 1));
  const std::pair<absl::string_view, absl::string_view> needs =
      absl::StrSplit(named.second, absl::MaxSplits('|', 1));
  Part part;
  part.name = std::string(absl::StripSuffix(named.first, ":"));
  part.parts = Words(needs.first);
  part.headers = Words(needs.second);
  return part;
}

}  // namespace

std::vector<Part> ReadParts(absl::Span<const absl::string_view> files) {
  std::vector<Part> parts;
  for (absl::string_view file : files) {
    bool begun = false;
    for (absl::string_view line :
         absl::StrSplit(absl::StripSuffix(file, "\n"), '\n')) {
      if (absl::ConsumePrefix(&line, "//@ ") ||
          absl::ConsumePrefix(&line, "#@ ")) {
        parts.push_back(Begun(line));
        begun = true;
      } else if (begun) {
        absl::StrAppend(&parts.back().text, line, "\n");
      }
    }
  }
  return parts;
}

void PartChoice::Use(absl::string_view name) {
  if (!used_.emplace(name).second) return;
  const auto part =
      std::find_if(parts_.begin(), parts_.end(),
                   [name](const Part& one) { return one.name == name; });
  if (part == parts_.end()) {
    std::fprintf(stderr, "there is no part %s\n", std::string(name).c_str());
    std::abort();
  }
  for (const std::string& other : part->parts) Use(other);
  for (const std::string& header : part->headers) Include(header);
}

std::string PartChoice::Text(
    const std::map<std::string, std::string>& written) const {
  std::string text;
  for (const Part& part : parts_) {
    if (!used_.contains(part.name)) continue;
    const auto own = written.find(part.name);
    absl::StrAppend(&text, own == written.end() ? part.text : own->second);
  }
  return text;
}

}  // namespace sockdrift
