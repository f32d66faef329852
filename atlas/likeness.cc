#include "atlas/likeness.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "core/divergence/documented.h"

namespace sockdrift {
namespace {

double Share(const Likeness& likeness) {
  return static_cast<double>(likeness.differing) /
         static_cast<double>(likeness.compared);
}

void SortRanked(std::vector<Likeness>& all) {
  size_t most = 0;
  for (const Likeness& one : all) most = std::max(most, one.compared);
  const auto few = [&](const Likeness& one) { return 2 * one.compared < most; };
  std::stable_sort(all.begin(), all.end(),
                   [&](const Likeness& a, const Likeness& b) {
                     if (few(a) != few(b)) return few(b);
                     if (Share(a) != Share(b)) return Share(a) < Share(b);
                     if (IsRelease(*a.entry) != IsRelease(*b.entry)) {
                       return IsRelease(*a.entry);
                     }
                     return a.compared > b.compared;
                   });
}

}  // namespace

bool IsRelease(const HostSection& entry) {
  return absl::ascii_isdigit(static_cast<unsigned char>(entry.host[0])) &&
         !entry.facts.contains(atlas_fact::kVariantOf);
}

absl::StatusOr<const DecodedRecord*> EntryRanker::Read(const Digest& digest) {
  const auto known = records_.find(digest);
  if (known != records_.end()) return &known->second;
  SOCKDRIFT_ASSIGN_OR_RETURN(DecodedRecord record,
                             atlas_.archive().ReadRecord(digest));
  return &records_.emplace(digest, std::move(record)).first->second;
}

absl::StatusOr<EntryRanker::Overlap> EntryRanker::Compare(
    const ShownPlan& shown, const Digest& record) {
  const std::pair<Digest, Digest> key = {shown.record, record};
  const auto known = overlaps_.find(key);
  if (known != overlaps_.end()) return known->second;
  SOCKDRIFT_ASSIGN_OR_RETURN(const Overlap overlap, Look(shown, record));
  overlaps_.emplace(key, overlap);
  return overlap;
}

absl::StatusOr<EntryRanker::Overlap> EntryRanker::Look(const ShownPlan& shown,
                                                       const Digest& record) {
  if (record == shown.record) {
    return Overlap{shown.observed.record->CountOf(CellStatus::kDone), 0};
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const DecodedRecord* decoded, Read(record));
  if (decoded->measurement != shown.observed.measurement) return Overlap();
  ObservedRecord there = shown.observed;
  there.record = &decoded->record;
  const Comparison comparison = Align(there, shown.observed);
  return Overlap{comparison.compared.size(), comparison.differing.size()};
}

absl::StatusOr<std::vector<Likeness>> EntryRanker::Rank(
    absl::Span<const ShownPlan> shown) {
  std::map<std::string, const ShownPlan*> by_name;
  for (const ShownPlan& one : shown) by_name.emplace(one.plan, &one);
  std::vector<Likeness> all;
  // From the newest on, so that it stands first among equal ones.
  for (auto it = atlas_.entries().rbegin(); it != atlas_.entries().rend();
       ++it) {
    if (IsDocumented(it->facts)) continue;
    Likeness likeness;
    likeness.entry = &*it;
    for (const HostSection::Entry& entry : it->entries) {
      const auto found = by_name.find(entry.plan);
      if (found == by_name.end()) continue;
      SOCKDRIFT_ASSIGN_OR_RETURN(const Overlap overlap,
                                 Compare(*found->second, entry.record));
      likeness.compared += overlap.compared;
      likeness.differing += overlap.differing;
      likeness.plans_compared += overlap.compared > 0;
      if (overlap.differing > 0) likeness.plans.push_back(entry.plan);
    }
    if (likeness.compared > 0) all.push_back(std::move(likeness));
  }
  SortRanked(all);
  return all;
}

absl::StatusOr<std::vector<Likeness>> EntryRanker::RankOthers(
    const HostSection& entry) {
  std::vector<ShownPlan> shown;
  std::map<Digest, Program> programs;
  for (const HostSection::Entry& one : entry.entries) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const DecodedRecord* decoded, Read(one.record));
    const Digest& measurement = decoded->measurement;
    if (!programs.contains(measurement)) {
      SOCKDRIFT_ASSIGN_OR_RETURN(programs[measurement],
                                 atlas_.archive().ReadProgram(measurement));
    }
    shown.push_back(
        {one.plan,
         {&programs[measurement], measurement, {}, &decoded->record},
         one.record});
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<Likeness> ranked, Rank(shown));
  std::erase_if(ranked,
                [&](const Likeness& one) { return one.entry == &entry; });
  return ranked;
}

absl::StatusOr<size_t> EntryRanker::CellsOf(const HostSection& entry) {
  size_t cells = 0;
  for (const HostSection::Entry& one : entry.entries) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const DecodedRecord* decoded, Read(one.record));
    cells += decoded->record.CountOf(CellStatus::kDone);
  }
  return cells;
}

absl::Span<const Likeness> Nearest(const std::vector<Likeness>& ranked) {
  size_t size = 0;
  while (size < ranked.size() &&
         ranked[size].differing == ranked[0].differing &&
         IsRelease(*ranked[size].entry) == IsRelease(*ranked[0].entry) &&
         // A host without IPv6 is no tie of one that has it.
         ranked[size].compared * 10 >= ranked[0].compared * 9) {
    ++size;
  }
  return absl::MakeConstSpan(ranked).first(size);
}

std::string NameEntries(const Atlas& atlas, absl::Span<const Likeness> alike) {
  std::set<const HostSection*> wanted;
  for (const Likeness& one : alike) wanted.insert(one.entry);
  std::vector<std::string> parts;
  std::vector<std::string> run;
  std::vector<std::string> others;
  const auto end_run = [&] {
    if (run.size() > 2) run = {absl::StrCat(run.front(), " to ", run.back())};
    parts.insert(parts.end(), run.begin(), run.end());
    run.clear();
  };
  for (const HostSection& entry : atlas.entries()) {
    if (!IsRelease(entry)) {
      // A variant between two releases does not part them.
      if (wanted.contains(&entry)) others.push_back(entry.host);
    } else if (wanted.contains(&entry)) {
      run.push_back(entry.host);
    } else {
      end_run();
    }
  }
  end_run();
  parts.insert(parts.end(), others.begin(), others.end());
  if (parts.size() < 2) return absl::StrJoin(parts, "");
  const std::string last = parts.back();
  parts.pop_back();
  return absl::StrCat(absl::StrJoin(parts, ", "), " and ", last);
}

}  // namespace sockdrift
