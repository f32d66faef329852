// Cells with what was answered in them, as a table and as JSON.
#ifndef SOCKDRIFT_CLI_CELL_ROWS_H_
#define SOCKDRIFT_CLI_CELL_ROWS_H_

#include <string>
#include <utility>
#include <vector>

#include "cli/console.h"

namespace sockdrift {

// A cell, and hosts that answered alike in it.
struct CellRow {
  std::vector<std::string> hosts;  // ascending; of many the first
  size_t host_count = 1;           // all of them
  std::string plan;
  std::string world;
  std::string cell;    // "plan[axis=value,…]"
  std::string status;  // "DONE"
  std::string reason;  // why it is not
  // Observations with their outcomes, in the plan's order.
  std::vector<std::pair<std::string, std::string>> outcomes = {};
};

struct CellRows {
  std::vector<CellRow> rows;
  size_t looked_at = 0;
  size_t found = 0;  // as many as there are rows, or more
};

// Columns that would say the same in every row are left out.
std::string CellsText(const CellRows& cells, const Console& console);

// The document "sockdrift.cells/1" of docs/json.md.
std::string CellsJson(const CellRows& cells);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CELL_ROWS_H_
