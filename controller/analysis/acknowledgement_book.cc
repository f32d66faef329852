#include "controller/analysis/acknowledgement_book.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

std::string IdsOf(const AcknowledgementList& list) {
  if (list.empty()) return "none";
  return absl::StrJoin(list, ", ", [](std::string* out, const auto& one) {
    out->append(one->row.id);
  });
}

}  // namespace

absl::Status AcknowledgementBook::ReadLocked() {
  if (read_) return absl::OkStatus();
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<AcknowledgementRow> rows,
                             store_.Acknowledgements());
  given_ = rows.size();
  for (AcknowledgementRow& row : rows) {
    if (row.removed.has_value()) continue;
    const std::string id = row.id;
    absl::StatusOr<Acknowledgement> read = ReadAcknowledgement(std::move(row));
    if (read.ok()) {
      standing_.push_back(
          std::make_shared<const Acknowledgement>(*std::move(read)));
      continue;
    }
    // A newer controller's words, perhaps: its cells count meanwhile.
    Log(LogLevel::kWarning, "an acknowledgement is not understood",
        {{"id", id}, {"error", std::string(read.status().message())}});
  }
  read_ = true;
  return absl::OkStatus();
}

absl::StatusOr<AcknowledgementList> AcknowledgementBook::Standing() {
  MutexLock lock(&mutex_);
  SOCKDRIFT_RETURN_IF_ERROR(ReadLocked());
  return standing_;
}

absl::StatusOr<std::vector<AcknowledgementRow>> AcknowledgementBook::All() {
  return store_.Acknowledgements();
}

absl::StatusOr<Acknowledgement> AcknowledgementBook::Check(
    AcknowledgementRow row, absl::Time now) {
  SOCKDRIFT_ASSIGN_OR_RETURN(Acknowledgement read,
                             ReadAcknowledgement(std::move(row)));
  const absl::CivilDay today = absl::ToCivilDay(now, absl::UTCTimeZone());
  if (read.expires < today) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--expires ", read.row.expires, " is past: it would hold on no day"));
  }
  if (read.expires - today > kMostDays) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--expires ", read.row.expires, " is more than ", kMostDays,
        " days away; the last day that can be given is ",
        absl::FormatCivilTime(today + kMostDays)));
  }
  return read;
}

absl::StatusOr<AcknowledgementRow> AcknowledgementBook::Add(
    Acknowledgement acknowledgement, absl::Time now) {
  MutexLock lock(&mutex_);
  SOCKDRIFT_RETURN_IF_ERROR(ReadLocked());
  if (standing_.size() >= kMostStanding) {
    return absl::ResourceExhaustedError(
        absl::StrCat(kMostStanding,
                     " acknowledgements stand already: 'sockdrift "
                     "acknowledge rm' takes one away, expired ones first"));
  }
  AcknowledgementRow& row = acknowledgement.row;
  row.id = absl::StrCat("A", given_ + 1);
  row.created = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  AcknowledgementRow kept = row;
  SOCKDRIFT_RETURN_IF_ERROR(CommitAndWait(store_, {kept}));
  ++given_;
  standing_.push_back(
      std::make_shared<const Acknowledgement>(std::move(acknowledgement)));
  Log(LogLevel::kInfo, "a divergence was acknowledged",
      {{"id", kept.id},
       {"by", kept.created_by},
       {"owner", kept.owner},
       {"expires", kept.expires},
       {"where", kept.where}});
  return kept;
}

absl::Status AcknowledgementBook::Remove(const std::string& id,
                                         const std::string& by,
                                         absl::Time now) {
  MutexLock lock(&mutex_);
  SOCKDRIFT_RETURN_IF_ERROR(ReadLocked());
  const auto found =
      std::find_if(standing_.begin(), standing_.end(),
                   [&](const auto& one) { return one->row.id == id; });
  if (found == standing_.end()) {
    return absl::NotFoundError(absl::StrCat("there is no acknowledgement ", id,
                                            "; there are ", IdsOf(standing_)));
  }
  AcknowledgementRow row = (*found)->row;
  row.removed_by = by;
  row.removed = absl::FromUnixSeconds(absl::ToUnixSeconds(now));
  SOCKDRIFT_RETURN_IF_ERROR(CommitAndWait(store_, {row}));
  standing_.erase(found);
  Log(LogLevel::kInfo, "an acknowledgement was removed",
      {{"id", id}, {"by", by}});
  return absl::OkStatus();
}

}  // namespace sockdrift
