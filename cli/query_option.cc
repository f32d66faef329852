#include "cli/query_option.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "cli/suggest.h"

namespace sockdrift {
namespace {

// `--where: ` before what is wrong with the query.
absl::Status OfOption(const absl::Status& status) {
  return absl::InvalidArgumentError(
      absl::StrCat("--where: ", std::string(status.message())));
}

}  // namespace

void AddWhereOption(CLI::App& command, std::string& where) {
  command
      .add_option("--where", where,
                  "only cells that meet a query: 'plan:bind.* "
                  "outcome:EADDRINUSE→ok a.addr:::1 kernel:6.1*'; docs/cli.md "
                  "has its terms")
      ->option_text("QUERY");
}

absl::StatusOr<std::optional<CellQuery>> ParseWhere(const std::string& where) {
  if (where.empty()) return std::optional<CellQuery>();
  absl::StatusOr<CellQuery> query = CellQuery::Parse(where);
  if (!query.ok()) return OfOption(query.status());
  return std::optional<CellQuery>(*std::move(query));
}

void AddNames(const BehaviourFile& file, QueryNames& names) {
  for (const Program& program : file.programs) names.AddProgram(program);
  for (const HostBehaviour& host : file.hosts) names.AddFacts(host.facts);
}

absl::Status CheckNames(const CellQuery& query, const QueryNames& known) {
  const CellQuery::Term* unknown = known.FindUnknown(query);
  if (unknown == nullptr) return absl::OkStatus();
  std::vector<std::string> names = known.All();
  for (const char* word : {"plan", "world", "host", "status", "outcome"}) {
    names.emplace_back(word);
  }
  const std::string nearest = Nearest(unknown->name, names);
  return OfOption(QueryError(
      query.text(), unknown->position,
      absl::StrCat("\"", unknown->name,
                   "\" is no axis, observation or fact here",
                   nearest.empty()
                       ? ""
                       : absl::StrCat("; did you mean \"", nearest, "\"?"))));
}

}  // namespace sockdrift
