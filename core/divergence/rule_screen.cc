#include "core/divergence/rule_screen.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

// Columns of the numbers that lines begin with, and of the blanks behind them.
constexpr size_t kNumberWidth = 7;
constexpr size_t kGap = 2;
constexpr size_t kHeadingIndent = 4;

std::string Numbered(uint64_t number, const std::string& text) {
  const std::string digits = WithCommas(number);
  return absl::StrCat(
      std::string(kNumberWidth - std::min(kNumberWidth, digits.size()), ' '),
      digits, std::string(kGap, ' '), text);
}

// A number and a text of several lines beside it.
std::vector<std::string> NumberedLines(uint64_t number, const std::string& text,
                                       size_t width) {
  const size_t indent = kNumberWidth + kGap;
  std::vector<std::string> lines = Wrap(text, width - indent, 0);
  for (size_t i = 0; i < lines.size(); ++i) {
    lines[i] = i == 0 ? Numbered(number, lines[i])
                      : absl::StrCat(std::string(indent, ' '), lines[i]);
  }
  return lines;
}

// A block as it comes to be shown.
struct Shown {
  ScreenBlock block;
  std::vector<std::string> heading;
  std::vector<std::vector<std::string>> rules;  // one a rule: its lines
  size_t count = 0;                             // of rules that are shown
  bool closed = false;                          // no more of them fit

  bool HasNext() const { return !closed && count < rules.size(); }
  // The line that counts the rules that are left out.
  size_t RestLines(size_t shown) const { return shown < rules.size() ? 1 : 0; }
  // More lines that the next rule takes; none where a last rule of one line
  // stands for the line that would have counted it.
  size_t Cost() const {
    const size_t own = rules[count].size() + RestLines(count + 1);
    return count == 0 ? heading.size() + own : own - RestLines(count);
  }
  uint64_t NextCells() const { return block.rules[count].cells; }
  uint64_t Rest() const {
    return std::accumulate(
        block.rules.begin() + static_cast<long>(count), block.rules.end(),
        uint64_t{0},
        [](uint64_t sum, const ScreenRule& rule) { return sum + rule.cells; });
  }
};

std::vector<Shown> Prepared(std::vector<ScreenBlock> blocks,
                            const ScreenLimits& limits) {
  std::vector<Shown> all;
  for (ScreenBlock& block : blocks) {
    std::erase_if(block.rules,
                  [](const ScreenRule& rule) { return rule.cells == 0; });
    if (block.rules.empty()) continue;
    Shown shown;
    shown.heading = Wrap(block.heading, limits.width, kHeadingIndent);
    for (const ScreenRule& rule : block.rules) {
      shown.rules.push_back(NumberedLines(rule.cells, rule.text, limits.width));
    }
    shown.block = std::move(block);
    all.push_back(std::move(shown));
  }
  std::stable_sort(all.begin(), all.end(), [](const Shown& a, const Shown& b) {
    return a.block.cells() > b.block.cells();
  });
  return all;
}

// The block whose next rule says most for its lines, or null.
Shown* NextOf(std::vector<Shown>& all) {
  Shown* best = nullptr;
  for (Shown& shown : all) {
    if (!shown.HasNext()) continue;
    if (best == nullptr ||
        shown.NextCells() * best->Cost() > best->NextCells() * shown.Cost()) {
      best = &shown;
    }
  }
  return best;
}

void Choose(std::vector<Shown>& all, const ScreenLimits& limits) {
  // The last line is kept for the blocks that are left out.
  const size_t kept = all.size() > 1 ? 1 : 0;
  size_t left = limits.lines > kept ? limits.lines - kept : 0;
  while (Shown* next = NextOf(all)) {
    if (next->count >= limits.rules || next->Cost() > left) {
      next->closed = true;
      continue;
    }
    left -= next->Cost();
    ++next->count;
  }
}

// "… in 12 more plans: reuse.restart (replica) 120, … and 9 others".
std::string OtherBlocks(const std::vector<const Shown*>& hidden,
                        const ScreenLimits& limits) {
  const size_t width = limits.width - kNumberWidth - kGap;
  const std::string head = absl::StrCat("in ", hidden.size(), " more: ");
  const std::string more =
      limits.more.empty() ? "" : absl::StrCat("; ", limits.more);
  std::string names;
  for (size_t i = 0; i < hidden.size(); ++i) {
    const std::string next =
        absl::StrCat(names, i == 0 ? "" : ", ", hidden[i]->block.name, " ",
                     WithCommas(hidden[i]->block.cells()));
    const size_t rest = hidden.size() - i - 1;
    const std::string tail =
        rest == 0 ? "" : absl::StrCat(" and ", rest, " others");
    if (head.size() + next.size() + tail.size() + more.size() > width) {
      // Where not even one name has room, the number says it alone.
      return i == 0 ? absl::StrCat("in ", rest + 1, " more", more)
                    : absl::StrCat(head, names, " and ", rest + 1, " others",
                                   more);
    }
    names = next;
  }
  return absl::StrCat(head, names, more);
}

}  // namespace

uint64_t ScreenBlock::cells() const {
  return std::accumulate(
      rules.begin(), rules.end(), uint64_t{0},
      [](uint64_t sum, const ScreenRule& rule) { return sum + rule.cells; });
}

std::vector<std::string> RenderScreen(std::vector<ScreenBlock> blocks,
                                      const ScreenLimits& limits) {
  std::vector<Shown> all = Prepared(std::move(blocks), limits);
  Choose(all, limits);
  std::vector<std::string> lines;
  std::vector<const Shown*> hidden;
  uint64_t hidden_cells = 0;
  for (const Shown& shown : all) {
    if (shown.count == 0) {
      hidden.push_back(&shown);
      hidden_cells += shown.block.cells();
      continue;
    }
    lines.insert(lines.end(), shown.heading.begin(), shown.heading.end());
    for (size_t i = 0; i < shown.count; ++i) {
      lines.insert(lines.end(), shown.rules[i].begin(), shown.rules[i].end());
    }
    const size_t rest = shown.rules.size() - shown.count;
    if (rest == 0) continue;
    lines.push_back(Numbered(
        shown.Rest(),
        absl::StrCat("by ", rest, " more ", rest == 1 ? "rule" : "rules")));
  }
  if (!hidden.empty()) {
    lines.push_back(Numbered(hidden_cells, OtherBlocks(hidden, limits)));
  }
  return lines;
}

}  // namespace sockdrift
