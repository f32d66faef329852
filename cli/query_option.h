// --where: a query over cells (core/query), held to the names that there are.
#ifndef SOCKDRIFT_CLI_QUERY_OPTION_H_
#define SOCKDRIFT_CLI_QUERY_OPTION_H_

#include <optional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/query/cell_query.h"
#include "wire/behaviour_file.h"

namespace CLI {
class App;
}  // namespace CLI

namespace sockdrift {

// Adds the option; the text is parsed later.
void AddWhereOption(CLI::App& command, std::string& where);

// Nullopt for no query. INVALID_ARGUMENT with the position.
absl::StatusOr<std::optional<CellQuery>> ParseWhere(const std::string& where);

// The names of all axes, observations and facts of behaviour files.
class QueryNames {
 public:
  void Add(const BehaviourFile& file);

  // Whether it is no axis and no observation: then it can only be a fact.
  bool IsFactAlone(absl::string_view name) const;
  // INVALID_ARGUMENT, with the position and the nearest name, for a term that
  // names neither an axis nor an observation nor a fact.
  absl::Status Check(const CellQuery& query) const;

 private:
  bool InPlans(absl::string_view name) const;

  std::set<std::string> in_plans_;
  std::set<std::string> facts_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_QUERY_OPTION_H_
