#include "cli/behaviour_diff.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/suggest.h"
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

PlanDiff ComparePlan(const BehaviourEntry& a, const Program& program_a,
                     const BehaviourEntry& b, const Program& program_b) {
  PlanDiff diff;
  diff.plan = a.plan;
  diff.world = a.world;
  diff.program = &program_a;
  diff.other_program = &program_b;
  std::vector<CellId> ids_a;
  std::vector<CellId> ids_b;
  if (a.measurement != b.measurement) {
    ids_a = CellIds(program_a);
    ids_b = CellIds(program_b);
  }
  diff.comparison = Align({.program = &program_a,
                           .measurement = a.measurement,
                           .ids = ids_a,
                           .record = &a.record},
                          {.program = &program_b,
                           .measurement = b.measurement,
                           .ids = ids_b,
                           .record = &b.record});
  diff.rules = Fold(program_a, diff.comparison);
  return diff;
}

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

BehaviourDiff Compare(const DiffSide& a, const DiffSide& b) {
  BehaviourDiff diff;
  for (const BehaviourEntry& entry : a.behaviour().entries) {
    const BehaviourEntry* other = FindEntry(b.behaviour(), entry);
    if (other == nullptr) continue;
    diff.plans.push_back(
        ComparePlan(entry, *a.file.FindProgram(entry.measurement), *other,
                    *b.file.FindProgram(other->measurement)));
  }
  std::sort(diff.plans.begin(), diff.plans.end(),
            [](const PlanDiff& left, const PlanDiff& right) {
              return std::tie(left.plan, left.world) <
                     std::tie(right.plan, right.world);
            });
  diff.only_a = MissingFrom(b.behaviour(), a.behaviour());
  diff.only_b = MissingFrom(a.behaviour(), b.behaviour());
  diff.facts = CompareFacts(a.behaviour().facts, b.behaviour().facts);
  return diff;
}

ExitCode ExitCodeOf(const BehaviourDiff& diff) {
  if (diff.compared() == 0) return ExitCode::kCouldNotTell;
  return diff.differing() > 0 ? ExitCode::kFindings : ExitCode::kFine;
}

}  // namespace sockdrift
