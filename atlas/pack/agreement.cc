#include "atlas/pack/agreement.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

// "bind.b: ok, then EADDRINUSE"; empty where the outcomes are the same.
std::string Disagreement(const Program& program, const Record& record,
                         const Record& other, size_t cell) {
  for (size_t i = 0; i < program.observations.size(); ++i) {
    const absl::string_view one = record.Outcome(i, cell);
    const absl::string_view two = other.Outcome(i, cell);
    if (one == two) continue;
    const auto word = [](absl::string_view outcome) {
      return outcome.empty() ? absl::string_view("not observed") : outcome;
    };
    return absl::StrCat(program.observations[i], ": ", word(one), ", then ",
                        word(two));
  }
  return "";
}

void End(Record& record, size_t cell, CellStatus status,
         absl::string_view reason) {
  record.status[cell] = status;
  record.reasons.emplace_back(reason);
  record.reason[cell] = static_cast<uint32_t>(record.reasons.size());
}

// Reasons that were added twice are one.
void JoinReasons(Record& record) {
  std::vector<std::string> reasons;
  for (uint32_t& code : record.reason) {
    if (code == 0) continue;
    const std::string& text = record.reasons[code - 1];
    const auto found = std::find(reasons.begin(), reasons.end(), text);
    code = static_cast<uint32_t>(found - reasons.begin()) + 1;
    if (found == reasons.end()) reasons.push_back(text);
  }
  record.reasons = std::move(reasons);
}

}  // namespace

void KeepAgreed(const Program& program, Record& record, const Record& other) {
  for (size_t cell = 0; cell < record.cells(); ++cell) {
    if (record.status[cell] != CellStatus::kDone) continue;
    if (other.status[cell] != CellStatus::kDone) {
      End(record, cell, other.status[cell], other.Reason(cell));
      continue;
    }
    const std::string reason = Disagreement(program, record, other, cell);
    if (!reason.empty()) End(record, cell, CellStatus::kUnstable, reason);
  }
  JoinReasons(record);
  Canonicalise(record);
}

absl::Status KeepAgreed(BehaviourFile& file, const BehaviourFile& other) {
  for (BehaviourEntry& entry : file.hosts[0].entries) {
    const std::vector<BehaviourEntry>& others = other.hosts[0].entries;
    const auto found = std::find_if(
        others.begin(), others.end(), [&](const BehaviourEntry& one) {
          return one.measurement == entry.measurement && one.plan == entry.plan;
        });
    if (found == others.end()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "one measurement has ", entry.plan, " and another one has not"));
    }
    KeepAgreed(*file.FindProgram(entry.measurement), entry.record,
               found->record);
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
