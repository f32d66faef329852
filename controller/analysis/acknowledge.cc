#include "controller/analysis/acknowledge.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/match.h"

namespace sockdrift {
namespace {

using Cells = std::vector<uint32_t>;

const Facts& FactsOf(const HostShowing& host) {
  static const Facts& kNone = *new Facts;
  return host.facts == nullptr ? kNone : *host.facts;
}

QueriedHost Queried(const HostShowing& host) {
  return {host.host, &FactsOf(host)};
}

bool Means(const StandingAcknowledgement& acknowledgement,
           const PlanGroups& groups, size_t group, const HostShowing& host) {
  if (!acknowledgement.MeansHost(host.host)) return false;
  const std::string& behaviour = acknowledgement.what->row.behaviour;
  // A host that could test less is in the group of those whom it agrees with.
  if (!behaviour.empty() &&
      !absl::StartsWith(host.behaviour.Hex(), behaviour) &&
      !absl::StartsWith(groups.grouping.groups[group].behaviour.Hex(),
                        behaviour)) {
    return false;
  }
  const Program& program = groups.program->program;
  const std::vector<std::string>& observations = program.observations;
  return acknowledgement.what->where.MatchesHost(
      Queried(host), [&](absl::string_view name) {
        return !HasAxis(program, name) &&
               std::find(observations.begin(), observations.end(), name) ==
                   observations.end();
      });
}

// Of the group's differing cells. All members show the same in them, so that
// the query is asked of one host that it means.
Cells CellsOf(const CellQuery& where, const PlanGroups& groups, size_t group,
              const HostShowing& host) {
  const auto side = [&](const QueriedHost& of, size_t shown_by) {
    const size_t member = groups.grouping.groups[shown_by].representative;
    return QueriedSide{.host = of,
                       .program = &groups.program->program,
                       .record = groups.hosts[member].record.get(),
                       .cell = 0};
  };
  const HostShowing& first =
      groups.hosts[groups.grouping.groups[0].representative];
  QueriedSide sides[] = {side(Queried(first), 0), side(Queried(host), group)};
  Cells cells;
  for (const DifferingCell& differing : groups.comparisons[group].differing) {
    sides[0].cell = differing.cell;
    sides[1].cell = differing.other_cell;
    if (where.MatchesCell(groups.program->cells.Coordinate(differing.cell),
                          sides)) {
      cells.push_back(differing.cell);
    }
  }
  return cells;
}

// What it means in one group; none where it means nothing there.
std::optional<AcknowledgedCells> MeaningIn(
    const StandingAcknowledgement& acknowledgement, const PlanGroups& groups,
    size_t group) {
  if (groups.comparisons[group].differing.empty()) return std::nullopt;
  AcknowledgedCells meant{.by = acknowledgement.what,
                          .expired = acknowledgement.expired,
                          .group = group,
                          .hosts = {},
                          .cells = {}};
  for (const size_t member : groups.grouping.groups[group].members) {
    if (Means(acknowledgement, groups, group, groups.hosts[member])) {
      meant.hosts.push_back(member);
    }
  }
  if (meant.hosts.empty()) return std::nullopt;
  meant.cells = CellsOf(acknowledgement.what->where, groups, group,
                        groups.hosts[meant.hosts[0]]);
  if (meant.cells.empty()) return std::nullopt;
  return meant;
}

Cells Union(const Cells& a, const Cells& b) {
  Cells both;
  std::ranges::set_union(a, b, std::back_inserter(both));
  return both;
}

// Cells in which some member of the group differs and that nobody answers for
// on that member. `holding` are the acknowledgements of the group that hold.
void CloseGroup(absl::Span<const AcknowledgedCells> holding, size_t group,
                PlanGroups& groups) {
  // Members that the same acknowledgements mean are looked at once.
  std::map<std::vector<size_t>, std::vector<size_t>> members;
  for (const size_t member : groups.grouping.groups[group].members) {
    std::vector<size_t> by;
    for (size_t i = 0; i < holding.size(); ++i) {
      if (std::ranges::binary_search(holding[i].hosts, member)) by.push_back(i);
    }
    members[by].push_back(member);
  }
  const Cells differing = std::move(groups.open[group]);
  Cells open;
  for (const auto& [by, alike] : members) {
    Cells covered;
    for (const size_t i : by) covered = Union(covered, holding[i].cells);
    for (const size_t member : alike) {
      groups.hosts[member].acknowledged_cells = covered.size();
    }
    Cells left;
    std::ranges::set_difference(differing, covered, std::back_inserter(left));
    open = Union(open, left);
  }
  groups.open[group] = std::move(open);
}

// By all acknowledgements that hold.
void CloseGroups(PlanGroups& groups) {
  std::vector<std::vector<AcknowledgedCells>> holding(
      groups.comparisons.size());
  for (const AcknowledgedCells& meant : groups.acknowledged) {
    if (!meant.expired) holding[meant.group].push_back(meant);
  }
  for (size_t group = 0; group < holding.size(); ++group) {
    if (!holding[group].empty()) CloseGroup(holding[group], group, groups);
  }
}

}  // namespace

std::vector<AcknowledgedCells> MeaningOf(
    const StandingAcknowledgement& acknowledgement, const PlanGroups& groups) {
  std::vector<AcknowledgedCells> meanings;
  if (!acknowledgement.what->where.MatchesPlan(groups.plan, groups.key.world)) {
    return meanings;
  }
  for (size_t group = 1; group < groups.comparisons.size(); ++group) {
    std::optional<AcknowledgedCells> meant =
        MeaningIn(acknowledgement, groups, group);
    if (meant.has_value()) meanings.push_back(*std::move(meant));
  }
  return meanings;
}

void Acknowledge(absl::Span<const StandingAcknowledgement> standing,
                 PlanGroups& groups) {
  for (const StandingAcknowledgement& acknowledgement : standing) {
    for (AcknowledgedCells& meant : MeaningOf(acknowledgement, groups)) {
      groups.acknowledged.push_back(std::move(meant));
    }
  }
  CloseGroups(groups);
  std::ranges::stable_sort(groups.acknowledged, {}, &AcknowledgedCells::group);
}

void FollowComparisons(PlanGroups& groups) {
  for (size_t group = 0; group < groups.comparisons.size(); ++group) {
    groups.open[group].clear();
    for (const DifferingCell& cell : groups.comparisons[group].differing) {
      groups.open[group].push_back(cell.cell);
    }
  }
  for (AcknowledgedCells& meant : groups.acknowledged) {
    Cells kept;
    std::ranges::set_intersection(meant.cells, groups.open[meant.group],
                                  std::back_inserter(kept));
    meant.cells = std::move(kept);
  }
  std::erase_if(groups.acknowledged, [](const AcknowledgedCells& meant) {
    return meant.cells.empty();
  });
  for (HostShowing& host : groups.hosts) host.acknowledged_cells = 0;
  CloseGroups(groups);
}

void AcknowledgementReach::Add(absl::Span<const AcknowledgedCells> meant,
                               const PlanGroups& groups) {
  Cells all;
  for (const AcknowledgedCells& one : meant) {
    all = Union(all, one.cells);
    for (const size_t host : one.hosts) hosts.insert(groups.hosts[host].host);
  }
  cells += all.size();
}

}  // namespace sockdrift
