#include "core/query/cell_query.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"

namespace sockdrift {
namespace {

using Term = CellQuery::Term;

// Facts alone are ordered: "kernel:>=6.1".
bool MatchesFact(const Term& term, const std::string& value) {
  const bool holds = std::any_of(
      term.values.begin(), term.values.end(), [&](const std::string& one) {
        const bool ordered =
            absl::StartsWith(one, "<") || absl::StartsWith(one, ">");
        return ordered ? Meets(ParseFactCondition(term.name, one), value)
                       : MatchesGlob(one, value);
      });
  return holds != term.negated;
}

// The outcomes of the observations that the term speaks of: all of them, or
// the one that it names.
template <typename Visit>
bool AnyObservation(const Term& term, const Program& program, Visit visit) {
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const bool meant = term.kind == Term::Kind::kOutcome ||
                       program.observations[i] == term.name;
    if (meant && visit(i)) return true;
  }
  return false;
}

bool HasObservation(const Program& program, absl::string_view name) {
  return std::find(program.observations.begin(), program.observations.end(),
                   name) != program.observations.end();
}

// An observation's outcome by its name, which other versions of a plan may
// have at another place.
absl::string_view OutcomeOf(const QueriedSide& side, const std::string& name) {
  const std::vector<std::string>& names = side.program->observations;
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return "";
  return side.record->Outcome(static_cast<size_t>(found - names.begin()),
                              side.cell);
}

bool MatchesChange(const Term& term, absl::Span<const QueriedSide> sides) {
  if (sides.size() != 2) return false;
  const Program& program = *sides[0].program;
  const bool found = AnyObservation(term, program, [&](size_t observation) {
    const absl::string_view from =
        OutcomeOf(sides[0], program.observations[observation]);
    const absl::string_view to =
        OutcomeOf(sides[1], program.observations[observation]);
    return from != to && MatchesAny(term.values, from) &&
           MatchesAny(*term.to, to);
  });
  return found != term.negated;
}

bool MatchesOutcome(const Term& term, absl::Span<const QueriedSide> sides) {
  if (term.to.has_value()) return MatchesChange(term, sides);
  const bool found =
      std::any_of(sides.begin(), sides.end(), [&](const QueriedSide& side) {
        return AnyObservation(term, *side.program, [&](size_t observation) {
          const absl::string_view outcome =
              side.record->Outcome(observation, side.cell);
          return !outcome.empty() && MatchesAny(term.values, outcome);
        });
      });
  return found != term.negated;
}

template <typename Test>
bool OnSomeSide(absl::Span<const QueriedSide> sides, Test test) {
  return std::any_of(sides.begin(), sides.end(), test);
}

// Whether a name is an observation, and no axis, of the plan.
bool IsObservation(const Term& term, absl::Span<const QueriedSide> sides) {
  return !HasAxis(*sides[0].program, term.name) &&
         OnSomeSide(sides, [&](const QueriedSide& side) {
           return HasObservation(*side.program, term.name);
         });
}

bool MatchesNamed(const Term& term, absl::Span<const uint16_t> coordinate,
                  absl::Span<const QueriedSide> sides) {
  const Program& program = *sides[0].program;
  if (HasAxis(program, term.name)) {
    return CellPattern::AxisTest{
        .axis = term.name, .values = term.values, .negated = term.negated}
        .Holds(program, coordinate)
        .value_or(false);
  }
  if (IsObservation(term, sides)) return MatchesOutcome(term, sides);
  return OnSomeSide(sides, [&](const QueriedSide& side) {
    const auto fact = side.host.facts->find(term.name);
    return fact != side.host.facts->end() && MatchesFact(term, fact->second);
  });
}

// Whether it is about what was answered, and not about which cell it is.
bool IsOfAnswers(const Term& term, absl::Span<const QueriedSide> sides) {
  return term.kind == Term::Kind::kStatus ||
         term.kind == Term::Kind::kOutcome ||
         (term.kind == Term::Kind::kNamed && IsObservation(term, sides));
}

bool MatchesStatus(const Term& term, absl::Span<const QueriedSide> sides) {
  return OnSomeSide(sides, [&](const QueriedSide& side) {
    return MatchesAny(term.values,
                      CellStatusName(side.record->status[side.cell])) !=
           term.negated;
  });
}

bool MatchesHostName(const Term& term, absl::string_view name) {
  return MatchesAny(term.values, name) != term.negated;
}

bool MatchesTerm(const Term& term, absl::Span<const uint16_t> coordinate,
                 absl::Span<const QueriedSide> sides) {
  switch (term.kind) {
    case Term::Kind::kPlan:
    case Term::Kind::kWorld:
      return true;
    case Term::Kind::kPattern:
      return term.pattern.MatchesCell(*sides[0].program, coordinate);
    case Term::Kind::kHost:
      return OnSomeSide(sides, [&](const QueriedSide& side) {
        return MatchesHostName(term, side.host.name);
      });
    case Term::Kind::kStatus:
      return MatchesStatus(term, sides);
    case Term::Kind::kOutcome:
      return MatchesOutcome(term, sides);
    case Term::Kind::kNamed:
      return MatchesNamed(term, coordinate, sides);
  }
  return false;
}

}  // namespace

bool HasAxis(const Program& program, absl::string_view name) {
  const auto is_axis = [&](absl::string_view wanted) {
    return std::any_of(program.axes.begin(), program.axes.end(),
                       [&](const Axis& axis) { return axis.name == wanted; });
  };
  if (is_axis(name)) return true;
  for (const absl::string_view field : {".family", ".ip", ".scope"}) {
    absl::string_view base = name;
    if (absl::ConsumeSuffix(&base, field) && is_axis(base)) return true;
  }
  return false;
}

const CellQuery::Term* CellQuery::FindArrow() const {
  const auto found =
      std::find_if(terms_.begin(), terms_.end(),
                   [](const Term& term) { return term.to.has_value(); });
  return found == terms_.end() ? nullptr : &*found;
}

bool CellQuery::MatchesPlan(absl::string_view plan, World world) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    switch (term.kind) {
      case Term::Kind::kPattern:
        return term.pattern.MatchesPlan(plan);
      case Term::Kind::kPlan:
        return MatchesAny(term.values, plan) != term.negated;
      case Term::Kind::kWorld:
        return MatchesAny(term.values, WorldName(world)) != term.negated;
      default:
        return true;
    }
  });
}

const CellQuery::Term* CellQuery::FindUnknown(const NameTest& known) const {
  const auto found =
      std::find_if(terms_.begin(), terms_.end(), [&](const Term& term) {
        return term.kind == Term::Kind::kNamed && !known(term.name);
      });
  return found == terms_.end() ? nullptr : &*found;
}

bool CellQuery::MatchesHost(const QueriedHost& host,
                            const NameTest& is_fact) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    if (term.kind == Term::Kind::kHost) return MatchesHostName(term, host.name);
    if (term.kind != Term::Kind::kNamed || !is_fact(term.name)) return true;
    const auto fact = host.facts->find(term.name);
    return fact != host.facts->end() && MatchesFact(term, fact->second);
  });
}

bool CellQuery::MatchesCell(absl::Span<const uint16_t> coordinate,
                            absl::Span<const QueriedSide> sides) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    return MatchesTerm(term, coordinate, sides);
  });
}

bool CellQuery::AsksAbout(absl::Span<const uint16_t> coordinate,
                          absl::Span<const QueriedSide> sides) const {
  return std::all_of(terms_.begin(), terms_.end(), [&](const Term& term) {
    return IsOfAnswers(term, sides) || MatchesTerm(term, coordinate, sides);
  });
}

}  // namespace sockdrift
