// The reader's half of the tally: repeats into one record.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/job/tally.h"

namespace sockdrift {
namespace {

// The texts of a record's dictionary as they come up.
class Dictionary {
 public:
  explicit Dictionary(std::vector<std::string>& texts) : texts_(texts) {}

  uint32_t CodeOf(absl::string_view text) {
    if (text.empty()) return 0;
    const auto [it, added] = codes_.try_emplace(
        std::string(text), static_cast<uint32_t>(texts_.size() + 1));
    if (added) texts_.emplace_back(text);
    return it->second;
  }

 private:
  std::vector<std::string>& texts_;
  absl::flat_hash_map<std::string, uint32_t> codes_;
};

}  // namespace

std::optional<uint32_t> Tally::RunIn(uint32_t cell, CellRun state) const {
  for (uint32_t repeat = 0; repeat < repeats_; ++repeat) {
    if (StateOf(repeat, cell) == state) return repeat;
  }
  return std::nullopt;
}

std::string Tally::Disagreement(uint32_t cell,
                                absl::Span<const std::string> names) const {
  const absl::Span<const uint16_t> first = CodesOf(0, cell);
  std::vector<std::string> lines;
  for (uint32_t i = 0; i < observations_; ++i) {
    std::vector<uint16_t> seen = {first[i]};
    for (uint32_t repeat = 1; repeat < repeats_; ++repeat) {
      const uint16_t code = CodesOf(repeat, cell)[i];
      if (std::find(seen.begin(), seen.end(), code) == seen.end()) {
        seen.push_back(code);
      }
    }
    if (seen.size() == 1) continue;
    const auto write = [this](std::string* out, uint16_t code) {
      absl::StrAppend(out,
                      code == kNotObserved ? "not observed" : TextOf(code));
    };
    lines.push_back(absl::StrCat(
        i < names.size() ? names[i] : absl::StrCat("observation ", i + 1), ": ",
        absl::StrJoin(seen, ", then ", write)));
  }
  return absl::StrJoin(lines, "; ");
}

Record Tally::Fold(absl::Span<const uint32_t> wanted, absl::string_view death,
                   absl::Span<const std::string> names) const {
  // How a cell ended, and why in words.
  const auto status_of =
      [&](uint32_t cell) -> std::pair<CellStatus, std::string> {
    if (!wanted.empty() &&
        !std::binary_search(wanted.begin(), wanted.end(), cell)) {
      return {CellStatus::kMiss, "not selected"};
    }
    if (RunIn(cell, CellRun::kInFlight)) {
      return {CellStatus::kError, std::string(death)};
    }
    for (const auto& [state, status] :
         {std::pair(CellRun::kError, CellStatus::kError),
          std::pair(CellRun::kSkip, CellStatus::kSkip)}) {
      if (const std::optional<uint32_t> repeat = RunIn(cell, state)) {
        return {status, std::string(TextOf(reasons_[RunIndex(*repeat, cell)]))};
      }
    }
    if (repeats_ == 0 || RunIn(cell, CellRun::kNotStarted)) {
      return {CellStatus::kMiss, std::string(death)};
    }
    std::string why = Disagreement(cell, names);
    if (!why.empty()) return {CellStatus::kUnstable, std::move(why)};
    return {CellStatus::kDone, ""};
  };

  Record record;
  record.columns.assign(observations_, std::vector<uint32_t>(cells_, 0));
  Dictionary reasons(record.reasons);
  // This tally's codes in the record's, 0 for those that have not come up.
  std::vector<uint32_t> known(UINT16_MAX + 1, 0);
  for (uint32_t cell = 0; cell < cells_; ++cell) {
    const auto [status, reason] = status_of(cell);
    record.status.push_back(status);
    record.reason.push_back(reasons.CodeOf(reason));
    if (status != CellStatus::kDone) continue;
    for (uint32_t i = 0; i < observations_; ++i) {
      const uint16_t code = CodesOf(0, cell)[i];
      if (code == kNotObserved) continue;
      if (known[code] == 0) {
        record.outcomes.emplace_back(TextOf(code));
        known[code] = static_cast<uint32_t>(record.outcomes.size());
      }
      record.columns[i][cell] = known[code];
    }
  }
  Canonicalise(record);
  return record;
}

}  // namespace sockdrift
