#include "core/behaviour/canonical.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kBehaviourMagic = "sockdrift-behaviour/";
constexpr absl::string_view kRecordMagic = "sockdrift-record/";
constexpr uint64_t kVersion = 1;

void WriteTexts(ByteWriter& out, const std::vector<std::string>& texts) {
  out.Varint(texts.size());
  for (const std::string& text : texts) out.Text(text);
}

absl::StatusOr<std::vector<std::string>> ReadTexts(ByteReader& in) {
  std::vector<std::string> texts;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(kMaxCells));
  for (uint64_t i = 0; i < count; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string text, in.Text());
    texts.push_back(std::move(text));
  }
  return texts;
}

// Runs of equal values: count, value, …
template <typename T>
void WriteRuns(ByteWriter& out, const std::vector<T>& values) {
  for (size_t i = 0; i < values.size();) {
    size_t end = i + 1;
    while (end < values.size() && values[end] == values[i]) ++end;
    out.Varint(end - i);
    out.Varint(static_cast<uint64_t>(values[i]));
    i = end;
  }
}

template <typename T>
absl::Status ReadRuns(ByteReader& in, size_t size, uint64_t limit,
                      std::vector<T>& values) {
  values.reserve(size);
  while (values.size() < size) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count,
                               in.Count(size - values.size()));
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t value, in.Count(limit));
    if (count == 0 ||
        (!values.empty() && values.back() == static_cast<T>(value))) {
      return in.Error("runs that are not the longest");
    }
    values.insert(values.end(), count, static_cast<T>(value));
  }
  return absl::OkStatus();
}

}  // namespace

std::string BehaviourBytes(const Record& record, const Digest& measurement) {
  ByteWriter out;
  out.Raw(kBehaviourMagic);
  out.Varint(kVersion);
  out.Raw(measurement.View());
  std::vector<uint8_t> done;
  done.reserve(record.cells());
  for (CellStatus status : record.status) {
    done.push_back(status == CellStatus::kDone ? 1 : 0);
  }
  out.Varint(record.cells());
  WriteRuns(out, done);
  WriteTexts(out, record.outcomes);
  out.Varint(record.columns.size());
  for (const std::vector<uint32_t>& column : record.columns) {
    WriteRuns(out, column);
  }
  return std::move(out).Take();
}

std::string EncodeRecord(const Record& record, const Digest& measurement) {
  ByteWriter out;
  out.Raw(kRecordMagic);
  out.Varint(kVersion);
  out.Raw(measurement.View());
  out.Varint(record.cells());
  WriteRuns(out, record.status);
  WriteTexts(out, record.reasons);
  WriteRuns(out, record.reason);
  WriteTexts(out, record.outcomes);
  out.Varint(record.columns.size());
  for (const std::vector<uint32_t>& column : record.columns) {
    WriteRuns(out, column);
  }
  return std::move(out).Take();
}

absl::StatusOr<DecodedRecord> DecodeRecord(absl::string_view bytes) {
  ByteReader in(bytes, "record");
  const absl::StatusOr<absl::string_view> magic = in.Raw(kRecordMagic.size());
  if (!magic.ok() || *magic != kRecordMagic) {
    return absl::InvalidArgumentError(
        "record: these bytes are no sockdrift record");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t version, in.Varint());
  if (version != kVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "record: version ", version, ", but this build reads ", kVersion));
  }
  DecodedRecord decoded;
  SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view digest, in.Raw(32));
  SOCKDRIFT_ASSIGN_OR_RETURN(decoded.measurement, Digest::FromBytes(digest));
  Record& record = decoded.record;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t cells, in.Count(kMaxCells));
  SOCKDRIFT_RETURN_IF_ERROR(ReadRuns(in, cells, 255, record.status));
  SOCKDRIFT_ASSIGN_OR_RETURN(record.reasons, ReadTexts(in));
  SOCKDRIFT_RETURN_IF_ERROR(
      ReadRuns(in, cells, record.reasons.size(), record.reason));
  SOCKDRIFT_ASSIGN_OR_RETURN(record.outcomes, ReadTexts(in));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t columns,
                             in.Count(kMaxObservations));
  if (columns * cells > kMaxOutcomes) {
    return in.Error(absl::StrCat(columns, " columns of ", cells,
                                 " cells, more than ", kMaxOutcomes,
                                 " outcomes"));
  }
  record.columns.resize(columns);
  for (std::vector<uint32_t>& column : record.columns) {
    SOCKDRIFT_RETURN_IF_ERROR(
        ReadRuns(in, cells, record.outcomes.size(), column));
  }
  SOCKDRIFT_RETURN_IF_ERROR(in.End());
  SOCKDRIFT_RETURN_IF_ERROR(ValidateRecord(record));
  Record canonical = record;
  Canonicalise(canonical);
  if (canonical != record) {
    return absl::InvalidArgumentError("record: not in canonical form");
  }
  return decoded;
}

}  // namespace sockdrift
