#include "cli/query_option.h"

#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
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

void QueryNames::Add(const BehaviourFile& file) {
  for (const Program& program : file.programs) {
    for (const Axis& axis : program.axes) in_plans_.insert(axis.name);
    in_plans_.insert(program.observations.begin(), program.observations.end());
  }
  for (const HostBehaviour& host : file.hosts) {
    for (const auto& [fact, value] : host.facts) facts_.insert(fact);
  }
}

bool QueryNames::InPlans(absl::string_view name) const {
  if (in_plans_.contains(std::string(name))) return true;
  for (const absl::string_view field : {".family", ".ip", ".scope"}) {
    absl::string_view base = name;
    if (absl::ConsumeSuffix(&base, field) &&
        in_plans_.contains(std::string(base))) {
      return true;
    }
  }
  return false;
}

bool QueryNames::IsFactAlone(absl::string_view name) const {
  return !InPlans(name);
}

absl::Status QueryNames::Check(const CellQuery& query) const {
  const CellQuery::Term* unknown =
      query.FindUnknown([this](absl::string_view name) {
        return InPlans(name) || facts_.contains(std::string(name));
      });
  if (unknown == nullptr) return absl::OkStatus();
  std::vector<std::string> names(in_plans_.begin(), in_plans_.end());
  names.insert(names.end(), facts_.begin(), facts_.end());
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
