#include "core/divergence/render.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"

namespace sockdrift {
namespace {

// A rule names so many of its consequences.
constexpr size_t kMaxConsequences = 2;
// And so many of the ways in which its observation differs.
constexpr size_t kMaxChanges = 4;
constexpr size_t kIndent = 4;

// Code points: every byte that does not continue one.
size_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (c & 0xc0) != 0x80; });
}

std::string Cells(uint64_t count) {
  return absl::StrCat(WithCommas(count), count == 1 ? " cell" : " cells");
}

std::string Shown(const std::string& outcome) {
  return outcome.empty() ? "(not observed)" : outcome;
}

std::string RenderConditions(const std::vector<CellCondition>& conditions,
                             const Program& program) {
  return absl::StrJoin(conditions, " and ",
                       [&](std::string* out, const CellCondition& condition) {
                         out->append(RenderCondition(condition, program));
                       });
}

std::string HowMany(const Rule& rule) {
  if (rule.cells != rule.of) {
    return absl::StrCat(WithCommas(rule.cells), " of ", Cells(rule.of));
  }
  return absl::StrCat(rule.cells == 1 ? "" : "all ", Cells(rule.cells));
}

// "EADDRINUSE (30) or ok (18)": what the changes have on one side.
std::string Alternatives(const std::vector<Rule::Count>& changes,
                         std::string OutcomeChange::*side) {
  return absl::StrJoin(changes, " or ",
                       [&](std::string* out, const Rule::Count& one) {
                         absl::StrAppend(out, Shown(one.change.*side), " (",
                                         WithCommas(one.cells), ")");
                       });
}

// Whether all changes have the same outcome on a side.
bool AllSame(const std::vector<Rule::Count>& changes,
             std::string OutcomeChange::*side) {
  return std::all_of(changes.begin(), changes.end(),
                     [&](const Rule::Count& one) {
                       return one.change.*side == changes[0].change.*side;
                     });
}

// The ways in which a rule's observation differs.
std::string Changes(const Rule& rule, const Program& program) {
  const std::vector<Rule::Count>& changes = rule.changes;
  if (changes.size() <= 1) return RenderChange(rule.change, program);
  const std::string name = program.observations[rule.change.observation];
  if (AllSame(changes, &OutcomeChange::to)) {
    return absl::StrCat(name, ": ", Alternatives(changes, &OutcomeChange::from),
                        " → ", Shown(rule.change.to));
  }
  if (AllSame(changes, &OutcomeChange::from)) {
    return absl::StrCat(name, ": ", Shown(rule.change.from), " → ",
                        Alternatives(changes, &OutcomeChange::to));
  }
  const size_t shown = std::min(changes.size(), kMaxChanges);
  std::vector<std::string> parts;
  for (size_t i = 0; i < shown; ++i) {
    const OutcomeChange& change = changes[i].change;
    parts.push_back(absl::StrCat(Shown(change.from), " → ", Shown(change.to),
                                 " (", WithCommas(changes[i].cells), ")"));
  }
  const size_t rest = changes.size() - shown;
  return absl::StrCat(
      name, ": ", absl::StrJoin(parts, ", "),
      rest == 0 ? "" : absl::StrCat(" and ", rest, " other ways"));
}

std::string Consequences(const Rule& rule, const Program& program) {
  if (rule.consequences.empty()) return "";
  std::vector<std::string> parts;
  for (const Rule::Count& one : rule.consequences) {
    if (parts.size() == kMaxConsequences) break;
    std::string part = RenderChange(one.change, program);
    if (one.cells != rule.cells) {
      absl::StrAppend(&part, " (", WithCommas(one.cells), ")");
    }
    parts.push_back(std::move(part));
  }
  const size_t rest = rule.consequences.size() - parts.size();
  return absl::StrCat("; then ", absl::StrJoin(parts, ", "),
                      rest == 0 ? "" : absl::StrCat(", and ", rest, " more"));
}

// What follows the number of cells.
std::string WhereAndHow(const Rule& rule, const Program& program) {
  std::string text;
  if (!rule.where.empty()) {
    absl::StrAppend(&text, " with ", RenderConditions(rule.where, program));
  }
  for (size_t i = 0; i < rule.except.size(); ++i) {
    absl::StrAppend(&text, i == 0 ? ", except " : ", or ",
                    RenderConditions(rule.except[i], program));
  }
  return absl::StrCat(text, ": ", Changes(rule, program),
                      Consequences(rule, program));
}

// What is left out, in one line.
std::string LeftOut(const std::vector<Rule>& rules, size_t first) {
  uint64_t cells = 0;
  for (size_t i = first; i < rules.size(); ++i) cells += rules[i].added;
  return absl::StrCat("… and ", WithCommas(rules.size() - first),
                      rules.size() - first == 1 ? " more rule" : " more rules",
                      " for ", Cells(cells));
}

}  // namespace

std::string WithCommas(uint64_t number) {
  const std::string digits = absl::StrCat(number);
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) text.push_back(',');
    text.push_back(digits[i]);
  }
  return text;
}

std::string Counted(uint64_t number, absl::string_view singular,
                    absl::string_view plural) {
  return absl::StrCat(WithCommas(number), " ", number == 1 ? singular : plural);
}

std::string RenderChange(const OutcomeChange& change, const Program& program) {
  return absl::StrCat(program.observations[change.observation], ": ",
                      Shown(change.from), " → ", Shown(change.to));
}

std::string RenderCondition(const CellCondition& condition,
                            const Program& program) {
  using Relation = CellCondition::Relation;
  const bool positive = condition.relation == Relation::kIn ||
                        condition.relation == Relation::kSame;
  std::string text = program.axes[condition.axis].name;
  if (condition.field.has_value()) {
    absl::StrAppend(&text, ".", AddressFieldName(*condition.field));
  }
  if (condition.relation == Relation::kSame ||
      condition.relation == Relation::kDifferent) {
    return absl::StrCat(text, positive ? " = " : " ≠ ",
                        program.axes[condition.other].name);
  }
  if (condition.values.size() == 1) {
    return absl::StrCat(text, positive ? " = " : " ≠ ", condition.values[0]);
  }
  return absl::StrCat(text, positive ? " ∈ {" : " ∉ {",
                      absl::StrJoin(condition.values, ", "), "}");
}

std::string RenderRule(const Rule& rule, const Program& program) {
  return absl::StrCat(HowMany(rule), WhereAndHow(rule, program));
}

std::string RenderCountedRule(const Rule& rule, const Program& program) {
  std::string which = "all";
  if (rule.cells != rule.of) {
    which = absl::StrCat(WithCommas(rule.cells), " of ", WithCommas(rule.of));
  } else if (rule.cells != rule.added) {
    which = absl::StrCat("all ", WithCommas(rule.cells));
  }
  return absl::StrCat(which, WhereAndHow(rule, program));
}

std::string RenderSummary(const Comparison& comparison) {
  std::vector<std::string> parts;
  if (comparison.compared.empty()) {
    parts.push_back(comparison.common == 0
                        ? "no cell in common: nothing could be compared"
                        : "no cell was tested on both sides: nothing could be "
                          "compared");
  } else {
    parts.push_back(
        absl::StrCat(WithCommas(comparison.differing.size()), " of ",
                     Cells(comparison.compared.size()), " compared ",
                     comparison.differing.size() == 1 ? "differs" : "differ"));
  }
  const auto add = [&](uint32_t count, absl::string_view what) {
    if (count > 0) parts.push_back(absl::StrCat(WithCommas(count), " ", what));
  };
  add(comparison.done_left_only, "tested only in the first");
  add(comparison.done_right_only, "tested only in the second");
  add(comparison.done_neither, "tested in neither");
  add(comparison.only_left, "only in the first's plan");
  add(comparison.only_right, "only in the second's plan");
  return absl::StrJoin(parts, "; ");
}

std::vector<std::string> Wrap(const std::string& text, size_t width,
                              size_t indent) {
  std::vector<std::string> lines;
  std::string line;
  for (absl::string_view word : absl::StrSplit(text, ' ')) {
    if (!line.empty() && Width(line) + 1 + Width(word) > width) {
      lines.push_back(std::move(line));
      line = std::string(indent, ' ');
      absl::StrAppend(&line, word);
    } else {
      absl::StrAppend(&line, line.empty() ? "" : " ", word);
    }
  }
  lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> RenderRules(const std::vector<Rule>& rules,
                                     const Program& program,
                                     const RenderLimits& limits) {
  std::vector<std::string> lines;
  for (size_t i = 0; i < rules.size(); ++i) {
    const std::vector<std::string> wrapped =
        Wrap(RenderRule(rules[i], program), limits.width, kIndent);
    // The last line is kept for the count of what is left out.
    const size_t reserved = i + 1 == rules.size() ? 0 : 1;
    if (lines.size() + wrapped.size() + reserved > limits.lines) {
      lines.push_back(LeftOut(rules, i));
      break;
    }
    lines.insert(lines.end(), wrapped.begin(), wrapped.end());
  }
  return lines;
}

}  // namespace sockdrift
