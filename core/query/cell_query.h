// A question over cells, as a person types it:
//
//   plan:bind.* outcome:EADDRINUSE→ok a.addr:::1 kernel:6.1*
//
// Terms stand between blanks, and all of them must hold. docs/cli.md has the
// grammar.
#ifndef SOCKDRIFT_CORE_QUERY_CELL_QUERY_H_
#define SOCKDRIFT_CORE_QUERY_CELL_QUERY_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"
#include "core/plan/world.h"
#include "core/query/cell_pattern.h"

namespace sockdrift {

// One host of those that are asked about.
struct QueriedHost {
  absl::string_view name;
  const Facts* facts = nullptr;
};

// One host's answer in the cell that is asked about.
struct QueriedSide {
  QueriedHost host;
  const Program* program = nullptr;
  const Record* record = nullptr;
  uint32_t cell = 0;
};

class CellQuery {
 public:
  // Globs, joined by `|`.
  using Values = std::vector<std::string>;

  struct Term {
    enum class Kind : uint8_t {
      kPattern,  // "bind.conflict[a.addr=::1]": plan and axes at once
      kPlan,
      kWorld,
      kHost,
      kStatus,
      kOutcome,  // of any observation
      kNamed,    // an axis, an observation or a fact, as the plan has it
    };
    Kind kind = Kind::kNamed;
    std::string text;     // as it was written
    size_t position = 0;  // of its first character in the query, from 1
    std::string name;     // of kNamed
    bool negated = false;
    Values values;             // the only ones, or those on the arrow's left
    std::optional<Values> to;  // those on its right
    CellPattern pattern;       // of kPattern
  };

  // INVALID_ARGUMENT that says where in the text and what would be right.
  static absl::StatusOr<CellQuery> Parse(absl::string_view text);

  const std::string& text() const { return text_; }
  const std::vector<Term>& terms() const { return terms_; }
  // A term with an arrow, which only two sides can meet; else null.
  const Term* FindArrow() const;

  // Whether cells of such a plan can match at all.
  bool MatchesPlan(absl::string_view plan, World world) const;

  // What a cell can be asked about: the axes, observations and facts that
  // there are.
  using NameTest = std::function<bool(absl::string_view)>;
  // The first term whose name `known` refuses; else null.
  const Term* FindUnknown(const NameTest& known) const;

  // Whether what the query says of hosts alone holds. `is_fact` says of a
  // name whether it can be nothing but a fact.
  bool MatchesHost(const QueriedHost& host, const NameTest& is_fact) const;

  // Whether all terms hold in a cell, of one host or of two that are compared.
  // What is said of hosts, statuses and outcomes holds where it holds on some
  // side; an arrow where it leads from the first side to the second. The
  // coordinate is that of the first side.
  // Precondition: MatchesPlan, and at least one side.
  bool MatchesCell(absl::Span<const uint16_t> coordinate,
                   absl::Span<const QueriedSide> sides) const;
  // The same without the terms on statuses and outcomes: whether the cell is
  // one that the query asks about, whatever was answered in it.
  bool AsksAbout(absl::Span<const uint16_t> coordinate,
                 absl::Span<const QueriedSide> sides) const;

 private:
  std::string text_;
  std::vector<Term> terms_;
};

// "position 15: what is wrong", the query, and a mark below the position.
absl::Status QueryError(absl::string_view query, size_t position,
                        absl::string_view what);

// Whether the program has an axis of that name, or the axis of an address'
// field.
bool HasAxis(const Program& program, absl::string_view name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_QUERY_CELL_QUERY_H_
