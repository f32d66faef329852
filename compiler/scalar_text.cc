#include "compiler/scalar_text.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

constexpr uint64_t kMaxCombinations = 65536;

// A piece is a literal, or a reference.
struct Piece {
  std::string literal;
  std::optional<AxisReference> reference;
};

bool IsNameCharacter(char c) { return absl::ascii_isalnum(c) || c == '_'; }

// The length of "a.addr.family" at the start of `text`.
size_t ReferenceLength(absl::string_view text) {
  size_t end = 0;
  while (end < text.size()) {
    const bool dot = text[end] == '.' && end > 0 && end + 1 < text.size() &&
                     absl::ascii_isalpha(text[end + 1]);
    if (!dot && !IsNameCharacter(text[end])) break;
    ++end;
  }
  return end;
}

std::optional<std::vector<Piece>> Split(absl::string_view text,
                                        const YamlNode& where, AxisTable& axes,
                                        Report& report) {
  std::vector<Piece> pieces;
  std::string literal;
  bool good = true;
  for (size_t i = 0; i < text.size();) {
    if (text[i] != '$') {
      literal.push_back(text[i++]);
      continue;
    }
    if (text.substr(i + 1, 1) == "$") {
      literal.push_back('$');
      i += 2;
      continue;
    }
    const absl::string_view name =
        text.substr(i + 1, ReferenceLength(text.substr(i + 1)));
    i += 1 + name.size();
    if (name.empty()) {
      report.Add(where, "an axis' name follows `$`; write `$$` for a dollar");
      good = false;
      continue;
    }
    std::optional<AxisReference> reference = axes.Resolve(name, where, report);
    if (!reference.has_value()) {
      good = false;
      continue;
    }
    axes.MarkUsed(reference->axis);
    if (!literal.empty()) pieces.push_back({std::move(literal), std::nullopt});
    literal.clear();
    pieces.push_back({"", std::move(reference)});
  }
  if (!literal.empty()) pieces.push_back({std::move(literal), std::nullopt});
  if (!good) return std::nullopt;
  return pieces;
}

// Steps a coordinate over all combinations, the last axis fastest.
bool Next(std::vector<uint16_t>& coordinate, const std::vector<uint8_t>& which,
          const AxisTable& axes) {
  for (size_t i = which.size(); i-- > 0;) {
    if (++coordinate[i] < axes.axes()[which[i]].values.size()) return true;
    coordinate[i] = 0;
  }
  return false;
}

std::optional<std::string> Substitute(const std::vector<Piece>& pieces,
                                      const std::vector<uint8_t>& which,
                                      const std::vector<uint16_t>& coordinate,
                                      const AxisTable& axes) {
  std::string out;
  for (const Piece& piece : pieces) {
    if (!piece.reference.has_value()) {
      out += piece.literal;
      continue;
    }
    const auto at =
        std::find(which.begin(), which.end(), piece.reference->axis);
    const std::optional<std::string> text =
        axes.Text(*piece.reference, coordinate[at - which.begin()]);
    if (!text.has_value()) return std::nullopt;
    out += *text;
  }
  return out;
}

std::string Naming(const std::vector<uint8_t>& which,
                   const std::vector<uint16_t>& coordinate,
                   const AxisTable& axes) {
  if (which.empty()) return "";
  std::string out = " (where ";
  for (size_t i = 0; i < which.size(); ++i) {
    const PlanAxis& axis = axes.axes()[which[i]];
    absl::StrAppend(&out, i == 0 ? "" : ", ", axis.name, " is ",
                    axis.values[coordinate[i]].name);
  }
  return out + ")";
}

}  // namespace

bool IsReference(absl::string_view text) {
  return text.size() > 1 && text[0] == '$' &&
         ReferenceLength(text.substr(1)) == text.size() - 1;
}

std::optional<AxisReference> ReadWholeReference(const YamlNode& node,
                                                AxisTable& axes,
                                                Report& report) {
  std::optional<AxisReference> reference =
      axes.Resolve(absl::string_view(node.text).substr(1), node, report);
  if (reference.has_value()) axes.MarkUsed(reference->axis);
  return reference;
}

std::optional<Scalar> ReadScalarText(absl::string_view text,
                                     const YamlNode& where, AxisTable& axes,
                                     Canonicaliser canonical, Report& report) {
  Scalar scalar;
  if (text == kUnset) {
    scalar.texts.emplace_back();
    return scalar;
  }
  const std::optional<std::vector<Piece>> pieces =
      Split(text, where, axes, report);
  if (!pieces.has_value()) return std::nullopt;
  std::set<uint8_t> named;
  for (const Piece& piece : *pieces) {
    if (piece.reference.has_value()) named.insert(piece.reference->axis);
  }
  scalar.axes.assign(named.begin(), named.end());
  uint64_t combinations = 1;
  for (uint8_t axis : scalar.axes) {
    combinations *= axes.axes()[axis].values.size();
    if (combinations > kMaxCombinations) {
      report.Add(where, absl::StrCat("one text depends on more than ",
                                     kMaxCombinations,
                                     " combinations of axes' values"));
      return std::nullopt;
    }
  }
  const size_t before = report.size();
  std::vector<uint16_t> coordinate(scalar.axes.size());
  do {
    std::optional<std::string> one =
        Substitute(*pieces, scalar.axes, coordinate, axes);
    if (one.has_value()) {
      absl::StatusOr<std::string> typed = canonical(*one);
      if (typed.ok()) {
        one = *std::move(typed);
      } else if (report.size() == before) {  // one combination shows it
        report.Add(where, absl::StrCat(typed.status().message(),
                                       Naming(scalar.axes, coordinate, axes)));
      }
    }
    scalar.texts.push_back(std::move(one));
  } while (Next(coordinate, scalar.axes, axes));
  if (report.size() != before) return std::nullopt;
  return scalar;
}

}  // namespace sockdrift
