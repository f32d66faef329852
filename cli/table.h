// A table for people: columns aligned, numbers to the right, cut to the
// terminal's width where it must be.
#ifndef SOCKDRIFT_CLI_TABLE_H_
#define SOCKDRIFT_CLI_TABLE_H_

#include <string>
#include <vector>

#include "cli/console.h"

namespace sockdrift {

enum class Alignment { kLeft, kRight };

struct Column {
  std::string title;
  Alignment alignment = Alignment::kLeft;
  // May be cut, down to 8 columns, when the table is too wide.
  bool shrinks = false;
};

struct TableCell {
  // Implicit on purpose: most cells are plain text.
  TableCell(std::string cell_text, Paint cell_paint = Paint::kNone)  // NOLINT
      : text(std::move(cell_text)), paint(cell_paint) {}
  TableCell(const char* cell_text) : text(cell_text) {}  // NOLINT
  std::string text;
  Paint paint = Paint::kNone;
};

class Table {
 public:
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Precondition: one cell a column.
  void Add(std::vector<TableCell> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }

  // Title line and rows, each ending in a newline, no line wider than the
  // console and none with trailing spaces.
  std::string Render(const Console& console) const;

 private:
  std::vector<size_t> Widths(size_t available) const;
  std::string Line(const std::vector<TableCell>& row,
                   const std::vector<size_t>& widths,
                   const Console& console) const;

  std::vector<Column> columns_;
  std::vector<std::vector<TableCell>> rows_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_TABLE_H_
