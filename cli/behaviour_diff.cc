#include "cli/behaviour_diff.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/suggest.h"
#include "core/divergence/documented.h"
#include "core/plan/cells.h"
#include "core/query/narrow.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

std::string TitleOf(const BehaviourEntry& entry) {
  return absl::StrCat(entry.plan, " (", WorldName(entry.world), ")");
}

const BehaviourEntry* FindEntry(const HostBehaviour& host,
                                const BehaviourEntry& like) {
  const auto found = std::find_if(host.entries.begin(), host.entries.end(),
                                  [&](const BehaviourEntry& entry) {
                                    return entry.plan == like.plan &&
                                           entry.world == like.world;
                                  });
  return found == host.entries.end() ? nullptr : &*found;
}

std::vector<std::string> MissingFrom(const HostBehaviour& other,
                                     const HostBehaviour& host) {
  std::vector<std::string> titles;
  for (const BehaviourEntry& entry : host.entries) {
    if (FindEntry(other, entry) == nullptr) titles.push_back(TitleOf(entry));
  }
  std::sort(titles.begin(), titles.end());
  return titles;
}

// One side's record of a plan, with what is needed to read it.
struct PlanSide {
  PlanSide(const DiffSide& side, const BehaviourEntry& entry)
      : ids(),
        observed{.program = side.file.FindProgram(entry.measurement),
                 .measurement = entry.measurement,
                 .ids = {},
                 .record = &entry.record,
                 .partial = IsDocumented(side.behaviour().facts)},
        evidence{.observed = &observed, .facts = &side.behaviour().facts},
        host(side.behaviour().host) {}
  PlanSide(const PlanSide&) = delete;
  PlanSide& operator=(const PlanSide&) = delete;

  void ComputeIds() {
    ids = CellIds(*observed.program);
    observed.ids = ids;
  }

  QueriedSide Queried() const {
    return {{host, evidence.facts}, observed.program, observed.record, 0};
  }

  std::vector<CellId> ids;
  ObservedRecord observed;
  HostEvidence evidence;
  absl::string_view host;
};

// One plan on both sides.
class PlanComparer {
 public:
  PlanComparer(const DiffSide& a, const BehaviourEntry& entry,
               const DiffSide& b, const BehaviourEntry& other)
      : entry_(entry), a_(a, entry), b_(b, other) {
    if (entry.measurement != other.measurement) {
      a_.ComputeIds();
      b_.ComputeIds();
    }
  }

  // Adds to what the diff says of all plans.
  PlanDiff Run(absl::Span<const Cause> causes, const CellQuery* where,
               BehaviourDiff& whole) {
    PlanDiff diff;
    diff.plan = entry_.plan;
    diff.world = entry_.world;
    diff.program = a_.observed.program;
    diff.other_program = b_.observed.program;
    diff.comparison = Align(a_.observed, b_.observed);
    if (where != nullptr) {
      *whole.matching +=
          NarrowComparison(*where, a_.Queried(), b_.Queried(), diff.comparison);
    }
    diff.rules = Fold(*diff.program, diff.comparison);
    diff.causes = MatchComparison(causes, diff.plan, a_.evidence, b_.evidence,
                                  diff.comparison);
    whole.causes.Add(diff.plan, diff.causes, diff.comparison.differing.size());
    return diff;
  }

 private:
  const BehaviourEntry& entry_;
  PlanSide a_;
  PlanSide b_;
};

}  // namespace

absl::StatusOr<DiffSide> TakeSide(BehaviourFile file, std::string operand,
                                  const std::string& host) {
  std::vector<std::string> names;
  for (const HostBehaviour& one : file.hosts) names.push_back(one.host);
  DiffSide side = {std::move(operand), std::move(file), 0};
  if (host.empty() && names.size() == 1) return side;
  if (host.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        side.operand, " holds ", names.size(),
        " hosts; name one as FILE#HOST: ", absl::StrJoin(names, ", ")));
  }
  const auto found = std::find(names.begin(), names.end(), host);
  if (found == names.end()) {
    const std::string nearest = Nearest(host, names);
    return absl::NotFoundError(absl::StrCat(
        side.operand, " holds no host ", host,
        nearest.empty() ? "; it holds: " : "; did you mean ",
        nearest.empty() ? absl::StrJoin(names, ", ") : nearest + "?"));
  }
  side.host = static_cast<size_t>(found - names.begin());
  return side;
}

size_t BehaviourDiff::compared() const {
  size_t cells = 0;
  for (const PlanDiff& plan : plans) cells += plan.comparison.compared.size();
  return cells;
}

size_t BehaviourDiff::differing() const {
  size_t cells = 0;
  for (const PlanDiff& plan : plans) cells += plan.comparison.differing.size();
  return cells;
}

BehaviourDiff Compare(const DiffSide& a, const DiffSide& b,
                      absl::Span<const Cause> causes, const CellQuery* where) {
  BehaviourDiff diff;
  if (where != nullptr) diff.matching = 0;
  const auto is_asked = [&](const BehaviourEntry& entry) {
    return where == nullptr || where->MatchesPlan(entry.plan, entry.world);
  };
  for (const BehaviourEntry& entry : a.behaviour().entries) {
    const BehaviourEntry* other = FindEntry(b.behaviour(), entry);
    if (other == nullptr || !is_asked(entry)) continue;
    diff.plans.push_back(
        PlanComparer(a, entry, b, *other).Run(causes, where, diff));
  }
  std::sort(diff.plans.begin(), diff.plans.end(),
            [](const PlanDiff& left, const PlanDiff& right) {
              return std::tie(left.plan, left.world) <
                     std::tie(right.plan, right.world);
            });
  if (where == nullptr) {
    diff.only_a = MissingFrom(b.behaviour(), a.behaviour());
    diff.only_b = MissingFrom(a.behaviour(), b.behaviour());
  }
  diff.facts = CompareFacts(a.behaviour().facts, b.behaviour().facts);
  return diff;
}

ExitCode ExitCodeOf(const BehaviourDiff& diff) {
  if (diff.compared() == 0 || diff.matching == 0u) {
    return ExitCode::kCouldNotTell;
  }
  return diff.differing() > 0 ? ExitCode::kFindings : ExitCode::kFine;
}

}  // namespace sockdrift
