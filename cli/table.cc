#include "cli/table.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

constexpr size_t kGap = 2;  // spaces between columns
constexpr size_t kNarrowest = 8;

size_t TotalWidth(const std::vector<size_t>& widths) {
  return std::accumulate(widths.begin(), widths.end(),
                         kGap * (widths.size() - 1));
}

}  // namespace

std::vector<size_t> Table::Widths(size_t available) const {
  std::vector<size_t> widths;
  for (size_t i = 0; i < columns_.size(); ++i) {
    size_t width = DisplayWidth(columns_[i].title);
    for (const auto& row : rows_) {
      width = std::max(width, DisplayWidth(row[i].text));
    }
    widths.push_back(width);
  }
  while (TotalWidth(widths) > available) {
    size_t widest = columns_.size();
    for (size_t i = 0; i < columns_.size(); ++i) {
      if (!columns_[i].shrinks || widths[i] <= kNarrowest) continue;
      if (widest == columns_.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == columns_.size()) break;
    --widths[widest];
  }
  return widths;
}

std::string Table::Line(const std::vector<TableCell>& row,
                        const std::vector<size_t>& widths,
                        const Console& console) const {
  std::string line;
  size_t column = 0;
  for (size_t i = 0; i < row.size(); ++i) {
    const size_t left = console.width() - std::min(console.width(), column);
    const std::string text = CutTo(row[i].text, std::min(widths[i], left));
    const size_t padding = widths[i] - std::min(widths[i], DisplayWidth(text));
    if (columns_[i].alignment == Alignment::kRight) line.append(padding, ' ');
    absl::StrAppend(&line, console.Painted(text, row[i].paint));
    if (columns_[i].alignment == Alignment::kLeft) line.append(padding, ' ');
    line.append(kGap, ' ');
    column += widths[i] + kGap;
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

std::string Table::Render(const Console& console) const {
  const std::vector<size_t> widths = Widths(console.width());
  std::vector<TableCell> titles;
  for (const Column& column : columns_) {
    titles.emplace_back(column.title, Paint::kBold);
  }
  std::string text = Line(titles, widths, console);
  for (const auto& row : rows_) text += Line(row, widths, console);
  return text;
}

}  // namespace sockdrift
