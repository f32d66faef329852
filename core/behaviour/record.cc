#include "core/behaviour/record.h"

#include <algorithm>

namespace sockdrift {
namespace {

// Sorts a dictionary, drops what no code uses, and rewrites the codes.
template <typename ForEachCode>
void SortDictionary(std::vector<std::string>& texts, ForEachCode for_each) {
  std::vector<bool> used(texts.size() + 1, false);
  for_each([&](uint32_t& code) { used[code] = true; });
  std::vector<std::string> sorted;
  for (size_t i = 0; i < texts.size(); ++i) {
    if (used[i + 1]) sorted.push_back(texts[i]);
  }
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  std::vector<uint32_t> renamed(texts.size() + 1, 0);
  for (size_t i = 0; i < texts.size(); ++i) {
    const auto it = std::lower_bound(sorted.begin(), sorted.end(), texts[i]);
    if (used[i + 1]) {
      renamed[i + 1] = static_cast<uint32_t>(it - sorted.begin()) + 1;
    }
  }
  for_each([&](uint32_t& code) { code = renamed[code]; });
  texts = std::move(sorted);
}

}  // namespace

absl::string_view CellStatusName(CellStatus status) {
  switch (status) {
    case CellStatus::kDone:
      return "DONE";
    case CellStatus::kSkip:
      return "SKIP";
    case CellStatus::kError:
      return "ERROR";
    case CellStatus::kUnstable:
      return "UNSTABLE";
    case CellStatus::kMiss:
      return "MISS";
  }
  return "UNKNOWN";
}

size_t Record::CountOf(CellStatus wanted) const {
  return std::count(status.begin(), status.end(), wanted);
}

absl::string_view Record::Outcome(size_t observation, size_t cell) const {
  const uint32_t code = columns[observation][cell];
  if (code == kNotObserved) return "";
  return outcomes[code - 1];
}

absl::string_view Record::Reason(size_t cell) const {
  if (reason[cell] == 0) return "";
  return reasons[reason[cell] - 1];
}

void Canonicalise(Record& record) {
  for (std::vector<uint32_t>& column : record.columns) {
    for (size_t cell = 0; cell < column.size(); ++cell) {
      if (record.status[cell] != CellStatus::kDone) column[cell] = kNotObserved;
    }
  }
  SortDictionary(record.outcomes, [&](auto visit) {
    for (std::vector<uint32_t>& column : record.columns) {
      for (uint32_t& code : column) visit(code);
    }
  });
  SortDictionary(record.reasons, [&](auto visit) {
    for (uint32_t& code : record.reason) visit(code);
  });
}

absl::Status ValidateRecord(const Record& record) {
  const auto invalid = [](absl::string_view what) {
    return absl::InvalidArgumentError(std::string("record: ") +
                                      std::string(what));
  };
  if (record.reason.size() != record.cells()) {
    return invalid("not one reason a cell");
  }
  for (CellStatus status : record.status) {
    if (status < CellStatus::kDone || status > CellStatus::kMiss) {
      return invalid("unknown status");
    }
  }
  for (uint32_t code : record.reason) {
    if (code > record.reasons.size()) return invalid("unknown reason code");
  }
  for (const std::vector<uint32_t>& column : record.columns) {
    if (column.size() != record.cells()) return invalid("a column cut short");
    for (uint32_t code : column) {
      if (code > record.outcomes.size()) return invalid("unknown outcome code");
    }
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
