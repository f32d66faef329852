// --where: a query over cells (core/query), held to the names that there are.
#ifndef SOCKDRIFT_CLI_QUERY_OPTION_H_
#define SOCKDRIFT_CLI_QUERY_OPTION_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "core/query/cell_query.h"
#include "core/query/query_names.h"
#include "wire/behaviour_file.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sockdrift {

// Adds the option; the text is parsed later.
void AddWhereOption(CLI::App& command, std::string& where);

// Nullopt for no query. INVALID_ARGUMENT with the position.
absl::StatusOr<std::optional<CellQuery>> ParseWhere(const std::string& where);

// The names of everything in the file, beside those that are there.
void AddNames(const BehaviourFile& file, QueryNames& names);

// INVALID_ARGUMENT, with the position and the nearest name, for a term that
// names neither an axis nor an observation nor a fact.
absl::Status CheckNames(const CellQuery& query, const QueryNames& names);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_QUERY_OPTION_H_
