#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "cli/claims_report.h"
#include "cli/verdicts.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

constexpr size_t kScreenWidth = 120;
constexpr size_t kNarrow = 100;  // two columns need so much
constexpr size_t kGap = 2;
// Of the 50 lines, without the heading and what stands below.
constexpr size_t kScreenLines = 48;
constexpr size_t kIdWidth = 5;
constexpr size_t kVerdictWidth = 14;

struct Entry {
  std::string id;
  Verdict verdict = Verdict::kNotTested;
  std::string brief;
  std::string remark;  // on what it depends, or why it is not testable
};

absl::string_view InWords(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kDoesNotHold:
      return "does not hold";
    case Verdict::kDepends:
      return "depends";
    case Verdict::kBroken:
    case Verdict::kNotTested:
      break;
  }
  return "not testable";
}

Paint PaintOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return Paint::kGood;
    case Verdict::kDepends:
      return Paint::kDoubtful;
    case Verdict::kNotTested:
      return Paint::kDim;
    case Verdict::kBroken:
    case Verdict::kDoesNotHold:
      break;
  }
  return Paint::kNone;
}

std::string Padded(absl::string_view text, size_t width) {
  std::string padded = CutTo(text, width);
  padded.append(width - std::min(width, DisplayWidth(padded)), ' ');
  return padded;
}

// On what a claim depends has a line of its own where there is room for it.
bool HasLineOfItsOwn(const Entry& entry, bool remarks) {
  return remarks && entry.verdict == Verdict::kDepends;
}

// A claim's one or two lines, each as wide as the column.
std::vector<std::string> Lines(const Entry& entry, size_t width, bool remarks,
                               const Console& console) {
  const size_t rest = width - kIdWidth - kVerdictWidth;
  const bool second = HasLineOfItsOwn(entry, remarks);
  const bool in_place = !second && !entry.remark.empty();
  std::vector<std::string> lines = {absl::StrCat(
      Padded(entry.id, kIdWidth),
      console.Painted(Padded(InWords(entry.verdict), kVerdictWidth),
                      PaintOf(entry.verdict)),
      Padded(in_place ? entry.remark : entry.brief, rest))};
  if (second) {
    lines.push_back(
        absl::StrCat(Padded("", kIdWidth + 2),
                     console.Painted(Padded(entry.remark, width - kIdWidth - 2),
                                     Paint::kDim)));
  }
  return lines;
}

size_t CountLines(const std::vector<Entry>& entries, bool remarks) {
  size_t lines = entries.size();
  for (const Entry& entry : entries) {
    lines += HasLineOfItsOwn(entry, remarks) ? 1 : 0;
  }
  return lines;
}

void StripBlanks(std::string& line) {
  line.erase(line.find_last_not_of(' ') + 1);
}

std::string OneColumn(const std::vector<Entry>& entries, size_t width,
                      const Console& console) {
  std::string text;
  for (const Entry& entry : entries) {
    for (std::string& line : Lines(entry, width, true, console)) {
      StripBlanks(line);
      absl::StrAppend(&text, line, "\n");
    }
  }
  return text;
}

// The first half to the left. No claim is torn apart, so the left column may be
// one line longer.
std::string TwoColumns(const std::vector<Entry>& entries, size_t width,
                       const Console& console) {
  const size_t column = (width - kGap) / 2;
  const bool remarks = (CountLines(entries, true) + 1) / 2 + 1 <= kScreenLines;
  const size_t half = (CountLines(entries, remarks) + 1) / 2;
  std::vector<std::string> left;
  std::vector<std::string> right;
  for (const Entry& entry : entries) {
    std::vector<std::string>& side = left.size() < half ? left : right;
    for (std::string& line : Lines(entry, column, remarks, console)) {
      side.push_back(std::move(line));
    }
  }
  std::string text;
  for (size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    std::string line = i < left.size() ? left[i] : std::string(column, ' ');
    if (i < right.size()) {
      absl::StrAppend(&line, std::string(kGap, ' '), right[i]);
    }
    StripBlanks(line);
    absl::StrAppend(&text, line, "\n");
  }
  return text;
}

std::string Heading(const Audit& audit, const std::vector<Entry>& entries) {
  std::map<Verdict, size_t> counts;
  for (const Entry& entry : entries) ++counts[entry.verdict];
  return absl::StrCat(
      audit.host, ": world ", WorldName(audit.world), ", ",
      Counted(audit.plans.size(), "plan", "plans"), ", ",
      absl::StrFormat("%.1f s", absl::ToDoubleSeconds(audit.elapsed)), ". Of ",
      Counted(entries.size(), "claim", "claims"), " ", counts[Verdict::kHolds],
      " hold, ", counts[Verdict::kDoesNotHold], " do not, ",
      counts[Verdict::kDepends], " depend, ", counts[Verdict::kNotTested],
      " not testable");
}

size_t CountBroken(const Audit& audit) {
  size_t broken = 0;
  for (const PlanAudit& plan : audit.plans) {
    broken += std::count_if(plan.findings.begin(), plan.findings.end(),
                            [](const Finding& finding) {
                              return finding.verdict == Verdict::kBroken;
                            });
  }
  return broken;
}

}  // namespace

std::string ClaimsScreen(const Audit& audit,
                         const std::vector<JudgedClaim>& claims,
                         const Console& console) {
  std::vector<Entry> entries;
  for (const JudgedClaim& claim : claims) {
    const Verdict verdict = claim.verdict();
    entries.push_back({claim.id, verdict, claim.Brief(),
                       verdict == Verdict::kDepends ? claim.depends_on
                                                    : claim.why_not_tested});
  }
  const size_t width = std::min(console.width(), kScreenWidth);
  const size_t broken = CountBroken(audit);
  return absl::StrCat(
      CutTo(Heading(audit, entries), width), "\n",
      width < kNarrow ? OneColumn(entries, width, console)
                      : TwoColumns(entries, width, console),
      CutTo(absl::StrCat("--claim ID shows one in full",
                         broken == 0
                             ? std::string()
                             : absl::StrCat("; ",
                                            Counted(broken, "rule is broken",
                                                    "rules are broken"),
                                            ": audit without --claims shows")),
            width),
      "\n");
}

}  // namespace sockdrift
