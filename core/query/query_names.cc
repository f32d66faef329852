#include "core/query/query_names.h"

#include "absl/strings/strip.h"

namespace sockdrift {

void QueryNames::AddProgram(const Program& program) {
  for (const Axis& axis : program.axes) in_plans_.insert(axis.name);
  in_plans_.insert(program.observations.begin(), program.observations.end());
}

void QueryNames::AddFacts(const Facts& facts) {
  for (const auto& [fact, value] : facts) facts_.insert(fact);
}

bool QueryNames::IsFactAlone(absl::string_view name) const {
  if (in_plans_.contains(std::string(name))) return false;
  for (const absl::string_view field : {".family", ".ip", ".scope"}) {
    absl::string_view base = name;
    if (absl::ConsumeSuffix(&base, field) &&
        in_plans_.contains(std::string(base))) {
      return false;
    }
  }
  return true;
}

const CellQuery::Term* QueryNames::FindUnknown(const CellQuery& query) const {
  return query.FindUnknown([this](absl::string_view name) {
    return !IsFactAlone(name) || facts_.contains(std::string(name));
  });
}

std::vector<std::string> QueryNames::All() const {
  std::vector<std::string> names(in_plans_.begin(), in_plans_.end());
  names.insert(names.end(), facts_.begin(), facts_.end());
  return names;
}

}  // namespace sockdrift
