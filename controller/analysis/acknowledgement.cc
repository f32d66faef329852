#include "controller/analysis/acknowledgement.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {
namespace {

constexpr size_t kLongestText = 1000;
// The owner is a label of metrics.
constexpr size_t kLongestOwner = 100;
constexpr size_t kLeastDigits = 8;
constexpr size_t kMostDigits = 64;

using Mistakes = std::vector<std::string>;

// What is wrong, without the blanks and line ends around it.
void Add(absl::string_view flag, const absl::Status& status,
         Mistakes& mistakes) {
  mistakes.push_back(absl::StrCat(flag, ": ", std::string(status.message())));
}

void CheckText(absl::string_view flag, const std::string& text, size_t longest,
               bool needed, Mistakes& mistakes) {
  if (needed && text.empty()) {
    mistakes.push_back(absl::StrCat(flag, " is missing"));
  } else if (text.size() > longest) {
    mistakes.push_back(
        absl::StrCat(flag, " is longer than ", longest, " bytes"));
  } else if (std::any_of(text.begin(), text.end(), absl::ascii_iscntrl)) {
    mistakes.push_back(absl::StrCat(flag, " is not one line of text"));
  }
}

void CheckBehaviour(const std::string& digits, Mistakes& mistakes) {
  if (digits.empty()) return;
  const bool hexadecimal =
      digits.find_first_not_of("0123456789abcdef") == std::string::npos;
  if (hexadecimal && digits.size() >= kLeastDigits &&
      digits.size() <= kMostDigits) {
    return;
  }
  mistakes.push_back(
      absl::StrCat("--behaviour: \"", digits, "\" is no digest's beginning of ",
                   kLeastDigits,
                   " or more digits; 'sockdrift explain --plan NAME' shows "
                   "each group's"));
}

}  // namespace

absl::Time Acknowledgement::Ends() const {
  return absl::FromCivil(expires + 1, absl::UTCTimeZone());
}

absl::StatusOr<Acknowledgement> ReadAcknowledgement(AcknowledgementRow row) {
  Mistakes mistakes;
  Acknowledgement read;
  CheckText("--where", row.where, kLongestText, true, mistakes);
  if (mistakes.empty()) {
    absl::StatusOr<CellQuery> where = CellQuery::Parse(row.where);
    if (where.ok()) {
      read.where = *std::move(where);
    } else {
      Add("--where", where.status(), mistakes);
    }
  }
  absl::StatusOr<Selector> selector = Selector::Parse(row.selector);
  if (selector.ok()) {
    read.selector = *std::move(selector);
  } else {
    Add("--selector", selector.status(), mistakes);
  }
  CheckText("--selector", row.selector, kLongestText, false, mistakes);
  CheckBehaviour(row.behaviour, mistakes);
  CheckText("--owner", row.owner, kLongestOwner, true, mistakes);
  CheckText("--reason", row.reason, kLongestText, true, mistakes);
  CheckText("--link", row.link, kLongestText, false, mistakes);
  // ParseCivilTime alone would take 2026-2-31 for a day in March.
  if (!absl::ParseCivilTime(row.expires, &read.expires) ||
      absl::FormatCivilTime(read.expires) != row.expires) {
    mistakes.push_back(absl::StrCat(
        "--expires ", row.expires.empty() ? "is missing" : "",
        row.expires.empty() ? "" : absl::StrCat("\"", row.expires, "\""),
        row.expires.empty() ? ": " : " is none: ",
        "the last day on which it holds, UTC, as 2026-12-31"));
  }
  if (!mistakes.empty()) {
    return absl::InvalidArgumentError(absl::StrJoin(mistakes, "\n"));
  }
  read.row = std::move(row);
  return read;
}

}  // namespace sockdrift
