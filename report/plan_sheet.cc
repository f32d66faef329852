#include "report/plan_sheet.h"

#include <algorithm>
#include <map>
#include <utility>

#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr char kNotInItsVersion[] =
    "not in the version of the plan that this host ran";

// The record whose program most hosts measured; of several the first.
const ReportedRecord& MostMeasured(const ReportedPlan& plan) {
  std::map<Digest, size_t> hosts;
  for (const ReportedRecord& one : plan.records) ++hosts[one.measurement];
  const ReportedRecord* most = &plan.records.front();
  for (const ReportedRecord& one : plan.records) {
    if (hosts[one.measurement] > hosts[most->measurement]) most = &one;
  }
  return *most;
}

// Hosts whose records are the same share one SheetRecord.
class RecordShelf {
 public:
  // The index of the host's record, which is taken in where it is a new one.
  size_t Place(size_t host, const Record& record, const Digest& behaviour) {
    const auto [it, is_new] = by_address_.try_emplace(&record, records_.size());
    if (is_new) it->second = Find(record, behaviour);
    records_[it->second].hosts.push_back(host);
    return it->second;
  }

  // A record that nobody keeps: the address would soon be another's.
  size_t PlaceCopy(size_t host, const Record& record, const Digest& behaviour) {
    const size_t index = Find(record, behaviour);
    records_[index].hosts.push_back(host);
    return index;
  }

  std::vector<SheetRecord> Take() && { return std::move(records_); }

 private:
  size_t Find(const Record& record, const Digest& behaviour) {
    std::vector<size_t>& alike = by_behaviour_[behaviour];
    for (const size_t index : alike) {
      if (records_[index].record == record) return index;
    }
    alike.push_back(records_.size());
    records_.push_back({record, behaviour, {}, std::nullopt});
    return records_.size() - 1;
  }

  std::map<const Record*, size_t> by_address_;
  std::map<Digest, std::vector<size_t>> by_behaviour_;
  std::vector<SheetRecord> records_;
};

void TakeGroups(const Grouping& grouping, const ReportedPlan& plan,
                const std::vector<size_t>& record_of, PlanSheet& sheet) {
  for (const Group& group : grouping.groups) {
    SheetGroup taken;
    taken.id = group.id;
    taken.record = record_of[group.representative];
    taken.note = group.note;
    for (const size_t member : group.members) {
      taken.hosts.push_back(plan.records[member].host);
      sheet.records[record_of[member]].group = sheet.groups.size();
    }
    sheet.groups.push_back(std::move(taken));
  }
  for (const Undecided& one : grouping.undecided) {
    sheet.undecided.push_back({plan.records[one.host].host, one.reason});
  }
  sheet.reference_is_tied = grouping.majority_is_tied;
}

ObservedRecord Observed(const PlanSheet& sheet, size_t group) {
  return {.program = sheet.program,
          .measurement = sheet.measurement,
          .ids = {},
          .record = &sheet.records[sheet.groups[group].record].record};
}

std::vector<size_t> HostsOfOthers(const PlanSheet& sheet, size_t group) {
  std::vector<size_t> others;
  for (size_t i = 0; i < sheet.groups.size(); ++i) {
    if (i == group) continue;
    const std::vector<size_t>& hosts = sheet.groups[i].hosts;
    others.insert(others.end(), hosts.begin(), hosts.end());
  }
  std::sort(others.begin(), others.end());
  return others;
}

}  // namespace

Record InCellsOf(const ReportedRecord& to, const ReportedRecord& from) {
  const std::vector<CellId> to_ids = CellIds(*to.program);
  const std::vector<CellId> from_ids = CellIds(*from.program);
  const std::vector<uint32_t> partners =
      Partners({.program = to.program,
                .measurement = to.measurement,
                .ids = to_ids,
                .record = to.record},
               {.program = from.program,
                .measurement = from.measurement,
                .ids = from_ids,
                .record = from.record});
  const Record& old = *from.record;
  Record record;
  record.outcomes = old.outcomes;
  record.reasons = old.reasons;
  record.reasons.push_back(kNotInItsVersion);
  const auto missing = static_cast<uint32_t>(record.reasons.size());
  for (const uint32_t cell : partners) {
    const bool there = cell != kNoCell;
    record.status.push_back(there ? old.status[cell] : CellStatus::kMiss);
    record.reason.push_back(there ? old.reason[cell] : missing);
  }
  const std::vector<std::string>& names = from.program->observations;
  for (const std::string& name : to.program->observations) {
    const auto found = std::find(names.begin(), names.end(), name);
    std::vector<uint32_t>& column = record.columns.emplace_back();
    for (const uint32_t cell : partners) {
      const bool there = cell != kNoCell && found != names.end();
      column.push_back(there ? old.columns[found - names.begin()][cell]
                             : kNotObserved);
    }
  }
  Canonicalise(record);
  return record;
}

std::optional<size_t> PlanSheet::GroupOf(size_t host) const {
  for (size_t group = 0; group < groups.size(); ++group) {
    const std::vector<size_t>& hosts = groups[group].hosts;
    if (std::binary_search(hosts.begin(), hosts.end(), host)) return group;
  }
  return std::nullopt;
}

const SheetRecord* PlanSheet::RecordOf(size_t host) const {
  const auto found = std::find_if(
      records.begin(), records.end(), [&](const SheetRecord& record) {
        return std::binary_search(record.hosts.begin(), record.hosts.end(),
                                  host);
      });
  return found == records.end() ? nullptr : &*found;
}

PlanSheet GroupRecords(const ReportedPlan& plan) {
  const ReportedRecord& most = MostMeasured(plan);
  PlanSheet sheet;
  sheet.plan = plan.plan;
  sheet.world = plan.world;
  sheet.program = most.program;
  sheet.measurement = most.measurement;
  RecordShelf shelf;
  std::vector<size_t> record_of;
  std::vector<Digest> behaviours;
  for (const ReportedRecord& one : plan.records) {
    if (one.measurement == most.measurement) {
      record_of.push_back(shelf.Place(one.host, *one.record, one.behaviour));
      behaviours.push_back(one.behaviour);
      continue;
    }
    ++sheet.other_version;
    const Record brought = InCellsOf(most, one);
    behaviours.push_back(BehaviourDigest(brought, most.measurement));
    record_of.push_back(shelf.PlaceCopy(one.host, brought, behaviours.back()));
  }
  sheet.records = std::move(shelf).Take();
  std::vector<HostRecord> hosts;
  for (size_t i = 0; i < record_of.size(); ++i) {
    hosts.push_back({behaviours[i], &sheet.records[record_of[i]].record});
  }
  TakeGroups(GroupHosts(hosts), plan, record_of, sheet);
  return sheet;
}

void CompareGroups(size_t reference, absl::Span<const Facts* const> facts,
                   PlanSheet& sheet) {
  sheet.reference = reference;
  for (size_t group = 0; group < sheet.groups.size(); ++group) {
    if (group == reference) continue;
    SheetGroup& other = sheet.groups[group];
    other.comparison =
        Align(Observed(sheet, reference), Observed(sheet, group));
    other.rules = Fold(*sheet.program, other.comparison);
    other.because =
        ExplainHosts(facts, other.hosts, HostsOfOthers(sheet, group));
  }
}

}  // namespace sockdrift
