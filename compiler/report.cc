#include "compiler/report.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {
namespace {

constexpr size_t kBeginning = 4;      // characters that tell a name
constexpr size_t kLongestList = 400;  // characters of names in a message

// Edits (insert, delete, replace, swap of neighbours) from one to the other.
size_t Distance(absl::string_view a, absl::string_view b) {
  std::vector<std::vector<size_t>> table(a.size() + 1,
                                         std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) table[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) table[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace =
          table[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      table[i][j] =
          std::min({replace, table[i - 1][j] + 1, table[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
      }
    }
  }
  return table[a.size()][b.size()];
}

}  // namespace

std::string Diagnostic::ToString() const {
  std::string out = file;
  if (line > 0) absl::StrAppend(&out, ":", line, ":", column);
  absl::StrAppend(&out, ": ");
  if (!field.empty()) absl::StrAppend(&out, field, ": ");
  return absl::StrCat(out, message);
}

void Report::Add(const YamlNode& where, absl::string_view message) {
  diagnostics_.push_back(
      {file_, where.line, where.column, where.path, std::string(message)});
}

std::vector<Diagnostic> Report::Take() && {
  const auto key = [](const Diagnostic& d) {
    return std::tie(d.line, d.column, d.field, d.message);
  };
  std::stable_sort(
      diagnostics_.begin(), diagnostics_.end(),
      [&](const auto& a, const auto& b) { return key(a) < key(b); });
  diagnostics_.erase(std::unique(diagnostics_.begin(), diagnostics_.end(),
                                 [&](const auto& a, const auto& b) {
                                   return key(a) == key(b);
                                 }),
                     diagnostics_.end());
  return std::move(diagnostics_);
}

std::string Suggestion(absl::string_view word,
                       const std::vector<std::string>& names) {
  const std::string wanted = absl::AsciiStrToLower(word);
  const std::string* nearest = nullptr;
  size_t least = std::max<size_t>(1, word.size() / 3) + 1;
  for (const std::string& name : names) {
    const std::string known = absl::AsciiStrToLower(name);
    // The beginning of a name is nearer than any other word.
    const bool begins =
        wanted.size() >= kBeginning && absl::StartsWith(known, wanted);
    const size_t distance = begins ? 0 : Distance(wanted, known);
    if (distance < least) {
      least = distance;
      nearest = &name;
    }
  }
  if (nearest != nullptr) {
    return absl::StrCat(" (did you mean \"", *nearest, "\"?)");
  }
  const std::string all = absl::StrJoin(names, ", ");
  if (names.empty() || all.size() > kLongestList) return "";
  return absl::StrCat("; known here: ", all);
}

}  // namespace sockdrift
