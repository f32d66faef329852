#include <memory>
#include <set>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/diff_operand.h"
#include "cli/query_option.h"
#include "cli/table.h"
#include "core/base/status_macros.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

struct CellsOptions {
  std::vector<std::string> files;
  std::string where;
  OutputFormat format = OutputFormat::kTable;
};

// One cell of one host's behaviour.
struct FoundCell {
  const HostBehaviour* host = nullptr;
  const BehaviourEntry* entry = nullptr;
  const Program* program = nullptr;
  uint32_t cell = 0;
  std::string name;
};

struct Found {
  std::vector<FoundCell> cells;
  size_t looked_at = 0;
};

// The files, and the host of each that was named, if one was.
struct Source {
  BehaviourFile file;
  std::string host;
};

absl::StatusOr<std::vector<Source>> ReadSources(
    const std::vector<std::string>& files) {
  std::vector<Source> sources;
  for (const std::string& operand : files) {
    const FileOperand parts = SplitFileOperand(operand);
    SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file,
                               ReadBehaviourFile(parts.file));
    if (!parts.host.empty()) {
      SOCKDRIFT_RETURN_IF_ERROR(TakeSide(file, operand, parts.host).status());
    }
    sources.push_back({std::move(file), parts.host});
  }
  return sources;
}

void FindIn(const Source& source, const HostBehaviour& host,
            const BehaviourEntry& entry, const std::optional<CellQuery>& where,
            Found& found) {
  const Program& program = *source.file.FindProgram(entry.measurement);
  const CellSpace cells(program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    ++found.looked_at;
    const std::vector<uint16_t> at = cells.Coordinate(cell);
    const QueriedSide side = {
        {host.host, &host.facts}, &program, &entry.record, cell};
    if (where.has_value() && !where->MatchesCell(at, {side})) continue;
    found.cells.push_back({&host, &entry, &program, cell,
                           absl::StrCat(entry.plan, CellName(program, at))});
  }
}

Found FindCells(const std::vector<Source>& sources,
                const std::optional<CellQuery>& where) {
  Found found;
  for (const Source& source : sources) {
    for (const HostBehaviour& host : source.file.hosts) {
      if (!source.host.empty() && source.host != host.host) continue;
      for (const BehaviourEntry& entry : host.entries) {
        if (where.has_value() && !where->MatchesPlan(entry.plan, entry.world)) {
          continue;
        }
        FindIn(source, host, entry, where, found);
      }
    }
  }
  return found;
}

// "bind.a: ok; bind.b: EADDRINUSE", or why the cell is not DONE.
std::string Answers(const FoundCell& cell) {
  const Record& record = cell.entry->record;
  std::vector<std::string> parts;
  for (size_t i = 0; i < cell.program->observations.size(); ++i) {
    const absl::string_view outcome = record.Outcome(i, cell.cell);
    if (outcome.empty()) continue;
    parts.push_back(absl::StrCat(cell.program->observations[i], ": ", outcome));
  }
  if (record.status[cell.cell] == CellStatus::kDone) {
    return absl::StrJoin(parts, "; ");
  }
  return absl::StrCat(CellStatusName(record.status[cell.cell]), ": ",
                      record.Reason(cell.cell));
}

// Columns that would say the same in every row are left out.
std::string CellsText(const Found& found, const Console& console) {
  std::set<absl::string_view> hosts;
  std::set<World> worlds;
  for (const FoundCell& cell : found.cells) {
    hosts.insert(cell.host->host);
    worlds.insert(cell.entry->world);
  }
  std::vector<Column> columns;
  if (hosts.size() > 1) columns.push_back({.title = "HOST"});
  if (worlds.size() > 1) columns.push_back({.title = "WORLD"});
  columns.push_back({.title = "CELL", .shrinks = true});
  columns.push_back({.title = "OUTCOMES", .shrinks = true});
  Table table(std::move(columns));
  for (const FoundCell& cell : found.cells) {
    std::vector<TableCell> row;
    if (hosts.size() > 1) row.emplace_back(cell.host->host);
    if (worlds.size() > 1) {
      row.emplace_back(std::string(WorldName(cell.entry->world)));
    }
    row.emplace_back(cell.name);
    row.emplace_back(Answers(cell));
    table.Add(std::move(row));
  }
  return table.Render(console);
}

std::string CellsJson(const Found& found) {
  Json cells = Json::array();
  for (const FoundCell& cell : found.cells) {
    const Record& record = cell.entry->record;
    Json outcomes = Json::object();
    for (size_t i = 0; i < cell.program->observations.size(); ++i) {
      const absl::string_view outcome = record.Outcome(i, cell.cell);
      if (outcome.empty()) continue;
      outcomes[cell.program->observations[i]] = std::string(outcome);
    }
    cells.push_back(
        {{"host", cell.host->host},
         {"plan", cell.entry->plan},
         {"world", std::string(WorldName(cell.entry->world))},
         {"cell", cell.name},
         {"status", std::string(CellStatusName(record.status[cell.cell]))},
         {"reason", std::string(record.Reason(cell.cell))},
         {"outcomes", std::move(outcomes)}});
  }
  return Printed({{"schema", "sockdrift.cells/1"},
                  {"looked_at", found.looked_at},
                  {"cells", std::move(cells)}});
}

absl::Status CheckQuery(const CellQuery& query,
                        const std::vector<Source>& sources) {
  if (const CellQuery::Term* arrow = query.FindArrow()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--where: ",
        std::string(QueryError(query.text(), arrow->position,
                               "an arrow leads from one side to another: "
                               "'sockdrift diff' has two")
                        .message())));
  }
  QueryNames names;
  for (const Source& source : sources) names.Add(source.file);
  return names.Check(query);
}

ExitCode ListCells(const CellsOptions& options, Console& console) {
  const absl::StatusOr<std::optional<CellQuery>> where =
      ParseWhere(options.where);
  if (!where.ok()) {
    console.Error(where.status());
    return ExitCode::kInvalid;
  }
  const absl::StatusOr<std::vector<Source>> sources =
      ReadSources(options.files);
  const absl::Status checked = !sources.ok() ? sources.status()
                               : where->has_value()
                                   ? CheckQuery(**where, *sources)
                                   : absl::OkStatus();
  if (!checked.ok()) {
    console.Error(checked);
    return ExitCode::kInvalid;
  }
  const Found found = FindCells(*sources, *where);
  if (options.format == OutputFormat::kJson) {
    console.Data(CellsJson(found));
  } else if (!found.cells.empty()) {
    console.Data(CellsText(found, console));
  }
  if (!found.cells.empty()) return ExitCode::kFine;
  console.Error(absl::StrCat(
      "nothing matches: none of ", Counted(found.looked_at, "cell", "cells"),
      " of the plans that it speaks of meets the query"));
  return ExitCode::kCouldNotTell;
}

}  // namespace

void AddCellsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "cells", "Cells of behaviour files with their outcomes");
  auto options = std::make_shared<CellsOptions>();
  command
      ->add_option("FILE", options->files,
                   "a behaviour file, all of its hosts; FILE#HOST: one of them")
      ->required()
      ->option_text("FILE…");
  AddWhereOption(*command, options->where);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ListCells(*options, console);
    };
  });
}

}  // namespace sockdrift
