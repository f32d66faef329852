#include "gate/report/again.h"

#include "absl/strings/str_cat.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

constexpr char kNotAgain[] =
    "it differed from the baseline when it was measured, and did something "
    "else when it was run again";

bool SameOutcomes(const Record& a, const Record& b, uint32_t cell) {
  for (size_t i = 0; i < a.columns.size(); ++i) {
    if (a.Outcome(i, cell) != b.Outcome(i, cell)) return false;
  }
  return true;
}

}  // namespace

std::optional<Record> AgainTally::Compare(const std::string& host,
                                          const Record& before,
                                          const Record& again,
                                          const std::vector<uint32_t>& cells) {
  asked_ += cells.size();
  std::vector<uint32_t> other;
  for (const uint32_t cell : cells) {
    if (again.status[cell] != CellStatus::kDone) {
      ++not_again_[absl::StrCat(host, ": ",
                                CellStatusName(again.status[cell]))];
    } else if (SameOutcomes(before, again, cell)) {
      ++repeated_;
    } else {
      other.push_back(cell);
    }
  }
  if (other.empty()) return std::nullopt;
  changed_ += other.size();
  Record merged = before;
  merged.reasons.emplace_back(kNotAgain);
  const auto reason = static_cast<uint32_t>(merged.reasons.size());
  for (const uint32_t cell : other) {
    merged.status[cell] = CellStatus::kUnstable;
    merged.reason[cell] = reason;
  }
  Canonicalise(merged);
  return merged;
}

void AgainTally::NotRun(const std::string& host, const std::string& why,
                        size_t cells) {
  asked_ += cells;
  not_again_[absl::StrCat(host, ": ", why)] += cells;
}

std::vector<std::string> AgainTally::Lines(absl::string_view how) const {
  std::vector<std::string> lines;
  if (asked_ == 0) return lines;
  if (repeated_ + changed_ > 0) {
    lines.push_back(
        absl::StrCat("run again (", how, "): ", WithCommas(repeated_), " of ",
                     Counted(asked_, "divergent cell", "divergent cells"),
                     " did the same again"));
  }
  if (changed_ > 0) {
    lines.push_back(
        absl::StrCat("not confirmed: ", Counted(changed_, "cell", "cells"),
                     " did something else when run again, and ",
                     changed_ == 1 ? "counts" : "count", " as UNSTABLE"));
  }
  for (const auto& [why, cells] : not_again_) {
    lines.push_back(
        absl::StrCat("not run again: ", Counted(cells, "cell", "cells"), " on ",
                     why, "; what was measured stands"));
  }
  return lines;
}

}  // namespace sockdrift
