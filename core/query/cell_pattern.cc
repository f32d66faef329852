#include "core/query/cell_pattern.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kForm =
    "a pattern is PLAN or PLAN[axis=value,axis!=a|b], where * stands for any "
    "characters";

absl::Status Wrong(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(what, "; ", kForm));
}

// The axis of that name, or nullopt.
std::optional<size_t> FindAxis(const Program& program, absl::string_view name) {
  for (size_t i = 0; i < program.axes.size(); ++i) {
    if (program.axes[i].name == name) return i;
  }
  return std::nullopt;
}

// What a test compares: the axis's value, or a field of the address on it.
std::optional<absl::string_view> ValueOf(absl::string_view name,
                                         const Program& program,
                                         absl::Span<const uint16_t> at) {
  std::optional<size_t> axis = FindAxis(program, name);
  if (axis.has_value()) return program.axes[*axis].values[at[*axis]];
  for (const AddressField field :
       {AddressField::kFamily, AddressField::kIp, AddressField::kScope}) {
    absl::string_view base = name;
    if (!absl::ConsumeSuffix(&base,
                             absl::StrCat(".", AddressFieldName(field)))) {
      continue;
    }
    axis = FindAxis(program, base);
    if (!axis.has_value()) return std::nullopt;
    return FieldOfAddress(program.axes[*axis].values[at[*axis]], field);
  }
  return std::nullopt;
}

absl::StatusOr<CellPattern::AxisTest> ParseTest(absl::string_view text) {
  CellPattern::AxisTest test;
  const size_t equals = text.find('=');
  if (equals == absl::string_view::npos || equals == 0) {
    return Wrong(absl::StrCat("\"", text, "\" has no axis=value"));
  }
  absl::string_view axis = text.substr(0, equals);
  test.negated = absl::ConsumeSuffix(&axis, "!");
  test.axis = std::string(absl::StripAsciiWhitespace(axis));
  if (test.axis.empty()) {
    return Wrong(absl::StrCat("\"", text, "\" names no axis"));
  }
  for (const absl::string_view value :
       absl::StrSplit(text.substr(equals + 1), '|')) {
    test.values.emplace_back(absl::StripAsciiWhitespace(value));
    if (test.values.back().empty()) {
      return Wrong(absl::StrCat("\"", text, "\" has an empty value"));
    }
  }
  return test;
}

}  // namespace

bool MatchesGlob(absl::string_view glob, absl::string_view text) {
  size_t g = 0;
  size_t t = 0;
  size_t star = absl::string_view::npos;  // the last one met
  size_t taken = 0;                       // what it stands for ends here
  while (t < text.size()) {
    if (g < glob.size() && glob[g] == '*') {
      star = g++;
      taken = t;
    } else if (g < glob.size() && (glob[g] == '?' || glob[g] == text[t])) {
      ++g;
      ++t;
    } else if (star != absl::string_view::npos) {
      g = star + 1;
      t = ++taken;
    } else {
      return false;
    }
  }
  while (g < glob.size() && glob[g] == '*') ++g;
  return g == glob.size();
}

bool MatchesAny(absl::Span<const std::string> globs, absl::string_view text) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return MatchesGlob(glob, text);
  });
}

std::optional<bool> CellPattern::AxisTest::Holds(
    const Program& program, absl::Span<const uint16_t> coordinate) const {
  const std::optional<absl::string_view> value =
      ValueOf(axis, program, coordinate);
  if (!value.has_value()) return std::nullopt;
  return MatchesAny(values, *value) != negated;
}

absl::StatusOr<CellPattern> CellPattern::Parse(absl::string_view text) {
  CellPattern pattern;
  pattern.text = std::string(text);
  const size_t open = text.find('[');
  pattern.plan = std::string(text.substr(0, open));
  if (pattern.plan.empty()) return Wrong("no plan is named");
  if (pattern.plan.find_first_of(" \t]=,") != std::string::npos) {
    return Wrong(absl::StrCat("\"", pattern.plan, "\" is no plan's name"));
  }
  if (open == absl::string_view::npos) return pattern;
  absl::string_view tests = text.substr(open + 1);
  if (!absl::ConsumeSuffix(&tests, "]")) return Wrong("the ] is missing");
  for (const absl::string_view part : absl::StrSplit(tests, ',')) {
    SOCKDRIFT_ASSIGN_OR_RETURN(AxisTest test,
                               ParseTest(absl::StripAsciiWhitespace(part)));
    pattern.tests.push_back(std::move(test));
  }
  return pattern;
}

bool CellPattern::MatchesPlan(absl::string_view name) const {
  return MatchesGlob(plan, name);
}

bool CellPattern::MatchesCell(const Program& program,
                              absl::Span<const uint16_t> coordinate) const {
  return std::all_of(tests.begin(), tests.end(), [&](const AxisTest& test) {
    return test.Holds(program, coordinate).value_or(false);
  });
}

}  // namespace sockdrift
