// The names that a query over cells may use: axes, observations and facts.
#ifndef SOCKDRIFT_CORE_QUERY_QUERY_NAMES_H_
#define SOCKDRIFT_CORE_QUERY_QUERY_NAMES_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"
#include "core/query/cell_query.h"

namespace sockdrift {

class QueryNames {
 public:
  void AddProgram(const Program& program);
  void AddFacts(const Facts& facts);

  // Whether it is no axis and no observation: then it can only be a fact.
  bool IsFactAlone(absl::string_view name) const;
  // The first term that names none of them; else null.
  const CellQuery::Term* FindUnknown(const CellQuery& query) const;
  std::vector<std::string> All() const;

 private:
  std::set<std::string> in_plans_;
  std::set<std::string> facts_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_QUERY_QUERY_NAMES_H_
