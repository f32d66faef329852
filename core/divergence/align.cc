#include "core/divergence/align.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// Compares the outcomes of two cells, column by column. Outcome texts are
// compared once for each pair of codes.
class ColumnComparer {
 public:
  ColumnComparer(const ObservedRecord& left, const ObservedRecord& right)
      : left_(*left.record),
        right_(*right.record),
        left_partial_(left.partial),
        right_partial_(right.partial) {
    const std::vector<std::string>& theirs = right.program->observations;
    for (const std::string& name : left.program->observations) {
      const auto it = std::find(theirs.begin(), theirs.end(), name);
      columns_.push_back(
          it == theirs.end() ? nullptr : &right_.columns[it - theirs.begin()]);
    }
    // The same text may have another code on the other side.
    for (const std::string& text : left_.outcomes) {
      const auto it = std::lower_bound(right_.outcomes.begin(),
                                       right_.outcomes.end(), text);
      const bool found = it != right_.outcomes.end() && *it == text;
      same_.push_back(
          found ? static_cast<uint32_t>(it - right_.outcomes.begin()) + 1
                : kNoCode);
    }
  }

  // Adds the changes between the two cells, in the order of observations.
  void Compare(uint32_t cell, uint32_t other, std::vector<uint32_t>& changes) {
    for (uint16_t i = 0; i < columns_.size(); ++i) {
      const uint32_t from = left_.columns[i][cell];
      const uint32_t to = columns_[i] == nullptr ? 0 : (*columns_[i])[other];
      if ((left_partial_ && from == kNotObserved) ||
          (right_partial_ && to == kNotObserved)) {
        continue;
      }
      const uint32_t same = from == kNotObserved ? 0 : same_[from - 1];
      if (same != to) changes.push_back(ChangeOf({i, from, to}));
    }
  }

  // Sorts the changes and rewrites the indices that Compare() gave.
  std::vector<OutcomeChange> Finish(std::vector<DifferingCell>& cells) && {
    std::vector<uint32_t> order(changes_.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      return changes_[a] < changes_[b];
    });
    std::vector<uint32_t> renamed(order.size());
    std::vector<OutcomeChange> sorted;
    for (uint32_t i = 0; i < order.size(); ++i) {
      renamed[order[i]] = i;
      sorted.push_back(std::move(changes_[order[i]]));
    }
    for (DifferingCell& cell : cells) {
      for (uint32_t& change : cell.changes) change = renamed[change];
    }
    return sorted;
  }

 private:
  static constexpr uint32_t kNoCode = UINT32_MAX;

  struct Codes {
    uint16_t observation;
    uint32_t from;
    uint32_t to;
    friend auto operator<=>(const Codes&, const Codes&) = default;
  };

  uint32_t ChangeOf(const Codes& codes) {
    const auto [it, is_new] =
        known_.try_emplace(codes, static_cast<uint32_t>(changes_.size()));
    if (is_new) {
      changes_.push_back(
          {codes.observation, Text(left_, codes.from), Text(right_, codes.to)});
    }
    return it->second;
  }

  static std::string Text(const Record& record, uint32_t code) {
    return code == kNotObserved ? std::string() : record.outcomes[code - 1];
  }

  const Record& left_;
  const Record& right_;
  bool left_partial_;
  bool right_partial_;
  std::vector<const std::vector<uint32_t>*> columns_;  // null: not there
  std::vector<uint32_t> same_;  // left code - 1 to right code
  std::map<Codes, uint32_t> known_;
  std::vector<OutcomeChange> changes_;
};

}  // namespace

std::vector<uint32_t> Partners(const ObservedRecord& left,
                               const ObservedRecord& right) {
  std::vector<uint32_t> partners(left.record->cells(), kNoCell);
  if (left.measurement == right.measurement) {
    for (uint32_t i = 0; i < partners.size(); ++i) partners[i] = i;
    return partners;
  }
  absl::flat_hash_map<CellId, uint32_t> numbers;
  numbers.reserve(right.ids.size());
  for (uint32_t i = 0; i < right.ids.size(); ++i) {
    numbers.try_emplace(right.ids[i], i);
  }
  for (uint32_t i = 0; i < left.ids.size(); ++i) {
    const auto it = numbers.find(left.ids[i]);
    if (it != numbers.end()) partners[i] = it->second;
  }
  return partners;
}

Comparison Align(const ObservedRecord& left, const ObservedRecord& right) {
  Comparison result;
  result.same_measurement = left.measurement == right.measurement;
  const std::vector<uint32_t> partners = Partners(left, right);
  ColumnComparer columns(left, right);
  std::vector<bool> met(right.record->cells(), false);
  for (uint32_t cell = 0; cell < partners.size(); ++cell) {
    const uint32_t other = partners[cell];
    if (other == kNoCell) {
      ++result.only_left;
      continue;
    }
    ++result.common;
    met[other] = true;
    const bool done = left.record->status[cell] == CellStatus::kDone;
    const bool other_done = right.record->status[other] == CellStatus::kDone;
    if (!done || !other_done) {
      ++(done         ? result.done_left_only
         : other_done ? result.done_right_only
                      : result.done_neither);
      continue;
    }
    result.compared.push_back(cell);
    result.other_compared.push_back(other);
    DifferingCell differing{cell, other, {}};
    columns.Compare(cell, other, differing.changes);
    if (!differing.changes.empty()) {
      result.differing.push_back(std::move(differing));
    }
  }
  result.only_right =
      static_cast<uint32_t>(std::count(met.begin(), met.end(), false));
  result.changes = std::move(columns).Finish(result.differing);
  return result;
}

}  // namespace sockdrift
