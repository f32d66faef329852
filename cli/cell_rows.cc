#include "cli/cell_rows.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

// "bind.a: ok; bind.b: EADDRINUSE", or why the cell is not DONE.
std::string Answers(const CellRow& row) {
  if (row.status != "DONE") return absl::StrCat(row.status, ": ", row.reason);
  return absl::StrJoin(row.outcomes, "; ", absl::PairFormatter(": "));
}

// "web-1", "3: web-1, web-2, web-3".
std::string Hosts(const CellRow& row) {
  const std::string names = absl::StrJoin(row.hosts, ", ");
  if (row.host_count == 1) return names;
  return absl::StrCat(WithCommas(row.host_count), ": ", names,
                      row.host_count > row.hosts.size() ? ", …" : "");
}

}  // namespace

std::string CellsText(const CellRows& cells, const Console& console) {
  std::set<std::string> hosts;
  std::set<std::string> worlds;
  for (const CellRow& row : cells.rows) {
    hosts.insert(Hosts(row));
    worlds.insert(row.world);
  }
  std::vector<Column> columns;
  if (worlds.size() > 1) columns.push_back({.title = "WORLD"});
  columns.push_back({.title = "CELL", .shrinks = true});
  columns.push_back({.title = "OUTCOMES", .shrinks = true});
  if (hosts.size() > 1) {
    columns.push_back({.title = "HOSTS", .shrinks = true});
  }
  Table table(std::move(columns));
  for (const CellRow& row : cells.rows) {
    std::vector<TableCell> line;
    if (worlds.size() > 1) line.emplace_back(row.world);
    line.emplace_back(row.cell);
    line.emplace_back(Answers(row));
    if (hosts.size() > 1) line.emplace_back(Hosts(row));
    table.Add(std::move(line));
  }
  return table.Render(console);
}

std::string CellsJson(const CellRows& cells) {
  Json list = Json::array();
  for (const CellRow& row : cells.rows) {
    Json outcomes = Json::object();
    for (const auto& [observation, outcome] : row.outcomes) {
      outcomes[observation] = outcome;
    }
    list.push_back({{"host", row.hosts.empty() ? "" : row.hosts[0]},
                    {"hosts", row.hosts},
                    {"host_count", row.host_count},
                    {"plan", row.plan},
                    {"world", row.world},
                    {"cell", row.cell},
                    {"status", row.status},
                    {"reason", row.reason},
                    {"outcomes", std::move(outcomes)}});
  }
  return Printed({{"schema", "sockdrift.cells/1"},
                  {"looked_at", cells.looked_at},
                  {"found", cells.found},
                  {"cells", std::move(list)}});
}

}  // namespace sockdrift
