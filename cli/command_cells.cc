#include <algorithm>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/cell_rows.h"
#include "cli/command.h"
#include "cli/diff_operand.h"
#include "cli/named_file.h"
#include "cli/query_option.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "cli/wire_text.h"
#include "core/base/status_macros.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

struct CellsOptions {
  std::vector<std::string> files;
  std::string where;
  int limit = 0;  // 0: what the controller sends by itself
  TransportOptions controller;
  ScopeOptions scope;
  OutputFormat format = OutputFormat::kTable;
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
    SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file, ReadNamedFile(parts.file));
    if (!parts.host.empty()) {
      SOCKDRIFT_RETURN_IF_ERROR(TakeSide(file, operand, parts.host).status());
    }
    sources.push_back({std::move(file), parts.host});
  }
  return sources;
}

CellRow RowOf(const HostBehaviour& host, const BehaviourEntry& entry,
              const Program& program, uint32_t cell, std::string name) {
  CellRow row = {
      .hosts = {host.host},
      .plan = entry.plan,
      .world = std::string(WorldName(entry.world)),
      .cell = std::move(name),
      .status = std::string(CellStatusName(entry.record.status[cell])),
      .reason = std::string(entry.record.Reason(cell))};
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view outcome = entry.record.Outcome(i, cell);
    if (outcome.empty()) continue;
    row.outcomes.emplace_back(program.observations[i], outcome);
  }
  return row;
}

void FindIn(const Source& source, const HostBehaviour& host,
            const BehaviourEntry& entry, const std::optional<CellQuery>& where,
            CellRows& found) {
  const Program& program = *source.file.FindProgram(entry.measurement);
  const CellSpace cells(program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    ++found.looked_at;
    const std::vector<uint16_t> at = cells.Coordinate(cell);
    const QueriedSide side = {
        {host.host, &host.facts}, &program, &entry.record, cell};
    if (where.has_value() && !where->MatchesCell(at, {side})) continue;
    found.rows.push_back(
        RowOf(host, entry, program, cell,
              absl::StrCat(entry.plan, CellName(program, at))));
  }
}

bool IsInScope(const BehaviourEntry& entry, const ScopeOptions& scope) {
  return (scope.plans.empty() ||
          std::ranges::find(scope.plans, entry.plan) != scope.plans.end()) &&
         (scope.world == v1::WORLD_UNSPECIFIED ||
          static_cast<int>(scope.world) == static_cast<int>(entry.world));
}

CellRows FindCells(const std::vector<Source>& sources,
                   const ScopeOptions& scope,
                   const std::optional<CellQuery>& where) {
  CellRows found;
  for (const Source& source : sources) {
    for (const HostBehaviour& host : source.file.hosts) {
      if (!source.host.empty() && source.host != host.host) continue;
      for (const BehaviourEntry& entry : host.entries) {
        if (!IsInScope(entry, scope) ||
            (where.has_value() &&
             !where->MatchesPlan(entry.plan, entry.world))) {
          continue;
        }
        FindIn(source, host, entry, where, found);
      }
    }
  }
  found.found = found.rows.size();
  return found;
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
  for (const Source& source : sources) AddNames(source.file, names);
  return CheckNames(query, names);
}

ExitCode Print(const CellRows& found, const CellsOptions& options,
               Console& console) {
  if (options.format == OutputFormat::kJson) {
    console.Data(CellsJson(found));
  } else if (!found.rows.empty()) {
    console.Data(CellsText(found, console));
  }
  if (found.found > found.rows.size()) {
    console.Note(absl::StrCat(WithCommas(found.found - found.rows.size()),
                              " more meet the query: --limit shows more"));
  }
  if (!found.rows.empty()) return ExitCode::kFine;
  console.Error(absl::StrCat(
      "nothing matches: none of ", Counted(found.looked_at, "cell", "cells"),
      " of the plans that it speaks of meets the query"));
  return ExitCode::kCouldNotTell;
}

ExitCode ListOfFiles(const CellsOptions& options, Console& console) {
  if (!options.scope.selector.empty() || !options.scope.run_id.empty()) {
    console.Error(
        "--selector and --run choose of a controller's fleet: leave the files "
        "out, or name hosts as FILE#HOST");
    return ExitCode::kInvalid;
  }
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
  return Print(FindCells(*sources, options.scope, *where), options, console);
}

CellRows FromProto(const v1::ListCellsResponse& response) {
  CellRows found;
  found.looked_at = static_cast<size_t>(response.looked_at_count());
  found.found = static_cast<size_t>(response.found_count());
  for (const v1::FoundCell& cell : response.cells()) {
    CellRow& row = found.rows.emplace_back(
        CellRow{.hosts = {cell.host_ids().begin(), cell.host_ids().end()},
                .host_count = static_cast<size_t>(cell.host_count()),
                .plan = cell.plan(),
                .world = WorldText(cell.world()),
                .cell = cell.cell(),
                .status = cell.status(),
                .reason = cell.reason()});
    for (const v1::CellAnswer& answer : cell.answers()) {
      row.outcomes.emplace_back(answer.observation(), answer.outcome());
    }
  }
  return found;
}

ExitCode ListOfFleet(const CellsOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ClientToQuery(options.controller, options.where);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  v1::ListCellsRequest request;
  *request.mutable_scope() = ToScope(options.scope);
  request.set_where(options.where);
  request.set_limit(options.limit);
  v1::ListCellsResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kLongCallSeconds));
  const grpc::Status status =
      client->stub().ListCells(&context, request, &response);
  if (!status.ok()) return client->ReportUnmeasured(status, console);
  return Print(FromProto(response), options, console);
}

ExitCode ListCells(const CellsOptions& options, Console& console) {
  if (!options.files.empty()) return ListOfFiles(options, console);
  if (!options.controller.address.empty()) {
    return ListOfFleet(options, console);
  }
  console.Error(
      "cells reads behaviour files, or with --controller and none what its "
      "fleet showed\n  'sockdrift cells --help' shows both");
  return ExitCode::kInvalid;
}

}  // namespace

void AddCellsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "cells",
      "Cells with their outcomes: of behaviour files, or without one of a "
      "controller's fleet");
  auto options = std::make_shared<CellsOptions>();
  command
      ->add_option(
          "FILE", options->files,
          "a behaviour file, all of its hosts; FILE#HOST: one of them; "
          "atlas:NAME: an entry of the atlas")
      ->option_text("FILE|atlas:NAME…");
  AddWhereOption(*command, options->where);
  command
      ->add_option("--limit", options->limit,
                   "of a fleet: at most so many cells; 1000 by default")
      ->check(CLI::Range(1, 10'000))
      ->option_text("N");
  AddControllerOptions(*command, options->controller);
  AddScopeOptions(*command, options->scope);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ListCells(*options, console);
    };
  });
}

}  // namespace sockdrift
