#include "controller/analysis/plan_groups.h"

#include <algorithm>
#include <utility>

namespace sockdrift {
namespace {

std::vector<uint32_t> EachOnce(std::vector<uint32_t> cells) {
  std::ranges::sort(cells);
  const auto repeated = std::ranges::unique(cells);
  cells.erase(repeated.begin(), repeated.end());
  return cells;
}

}  // namespace

PlanGroups GroupPlan(const PlanWorld& key, std::string plan,
                     std::shared_ptr<const KnownProgram> program,
                     std::vector<HostShowing> hosts) {
  PlanGroups groups{.key = key,
                    .plan = std::move(plan),
                    .program = std::move(program),
                    .hosts = std::move(hosts),
                    .grouping = {},
                    .comparisons = {},
                    .open = {},
                    .acknowledged = {},
                    .proofs = {},
                    .fleet = nullptr};
  std::vector<HostRecord> records;
  records.reserve(groups.hosts.size());
  for (const HostShowing& host : groups.hosts) {
    records.push_back({host.behaviour, host.record.get()});
  }
  groups.grouping = GroupHosts(records);
  const auto observed = [&](size_t group) {
    const size_t host = groups.grouping.groups[group].representative;
    return ObservedRecord{.program = &groups.program->program,
                          .measurement = key.measurement,
                          .ids = {},
                          .record = groups.hosts[host].record.get()};
  };
  groups.comparisons.resize(groups.grouping.groups.size());
  groups.open.resize(groups.grouping.groups.size());
  for (size_t group = 1; group < groups.grouping.groups.size(); ++group) {
    groups.comparisons[group] = Align(observed(0), observed(group));
    for (const DifferingCell& cell : groups.comparisons[group].differing) {
      groups.open[group].push_back(cell.cell);
    }
  }
  return groups;
}

std::vector<uint32_t> PlanGroups::DivergentCells() const {
  std::vector<uint32_t> cells;
  for (const std::vector<uint32_t>& of_group : open) {
    cells.insert(cells.end(), of_group.begin(), of_group.end());
  }
  return EachOnce(std::move(cells));
}

std::vector<uint32_t> PlanGroups::DifferingCells() const {
  std::vector<uint32_t> cells;
  for (const Comparison& comparison : comparisons) {
    for (const DifferingCell& cell : comparison.differing) {
      cells.push_back(cell.cell);
    }
  }
  return EachOnce(std::move(cells));
}

bool PlanGroups::IsAcknowledged(size_t group) const {
  return !comparisons[group].differing.empty() && open[group].empty();
}

}  // namespace sockdrift
