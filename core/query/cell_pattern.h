// Which plans, and which of their cells, a line of a gate's rules, a known
// cause or a query is about: `bind.*`, `reuse.restart[a.addr=::1]`,
// `*[a.addr.family=inet6,type!=dgram]`.
#ifndef SOCKDRIFT_CORE_QUERY_CELL_PATTERN_H_
#define SOCKDRIFT_CORE_QUERY_CELL_PATTERN_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/divergence/cell_condition.h"
#include "core/plan/program.h"

namespace sockdrift {

// Whether the text is of the form in which `*` stands for any characters and
// `?` for one. Without either, only the same text is.
bool MatchesGlob(absl::string_view glob, absl::string_view text);

// Whether one of the globs matches the text.
bool MatchesAny(absl::Span<const std::string> globs, absl::string_view text);

struct CellPattern {
  // "axis=value" or "axis!=value"; several values with `|`, each a glob. The
  // axis may end in `.family`, `.ip` or `.scope`, as in plans.
  struct AxisTest {
    std::string axis;
    std::vector<std::string> values;
    bool negated = false;
    // Nullopt where the program has no such axis.
    std::optional<bool> Holds(const Program& program,
                              absl::Span<const uint16_t> coordinate) const;
    friend bool operator==(const AxisTest&, const AxisTest&) = default;
  };

  std::string text;  // as it was written
  std::string plan;  // a glob
  std::vector<AxisTest> tests;

  // INVALID_ARGUMENT with what would be right.
  static absl::StatusOr<CellPattern> Parse(absl::string_view text);

  bool MatchesPlan(absl::string_view name) const;
  // Whether all tests hold in a cell. An axis that the program does not have
  // holds in none.
  bool MatchesCell(const Program& program,
                   absl::Span<const uint16_t> coordinate) const;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_QUERY_CELL_PATTERN_H_
