#include "agent/spool/spool_file.h"

#include <utility>

#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "wire/convert/bodies.h"
#include "wire/convert/compress.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kMagic = "sockdrift-spool/";
constexpr uint64_t kVersion = 1;
constexpr size_t kDigestSize = 32;
constexpr uint64_t kMaxRecords = 100'000;
// A message's fields beside its compressed body.
constexpr size_t kMaxMessage = kMaxCompressedBody + 4096;
constexpr size_t kMaxReport = size_t{16} << 20;

template <typename Message>
absl::StatusOr<Message> ReadMessage(ByteReader& in, size_t limit) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string bytes, in.Text(limit));
  Message message;
  if (!message.ParseFromString(bytes)) return in.Error("no such message");
  return message;
}

}  // namespace

std::string EncodeSpoolFile(const MeasuredRun& run) {
  ByteWriter out;
  out.Raw(kMagic);
  out.Varint(kVersion);
  out.Text(run.run_id);
  out.SignedVarint(absl::ToUnixSeconds(run.end));
  out.Text(ToProto(run.report).SerializeAsString());
  out.Text(ToProto(run.facts).SerializeAsString());
  out.Varint(run.records.size());
  for (const v1::RecordBody& record : run.records) {
    out.Text(record.SerializeAsString());
  }
  out.Raw(Sha256(out.bytes()).View());
  return std::move(out).Take();
}

absl::StatusOr<MeasuredRun> DecodeSpoolFile(absl::string_view bytes) {
  if (bytes.size() < kMagic.size() + kDigestSize ||
      bytes.substr(0, kMagic.size()) != kMagic) {
    return absl::InvalidArgumentError("no spool file");
  }
  const absl::string_view body = bytes.substr(0, bytes.size() - kDigestSize);
  if (Sha256(body).View() != bytes.substr(body.size())) {
    return absl::InvalidArgumentError("cut short or changed on disk");
  }
  ByteReader in(body.substr(kMagic.size()), "spool file");
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t version, in.Varint());
  if (version != kVersion) return in.Error("another version");
  MeasuredRun run;
  SOCKDRIFT_ASSIGN_OR_RETURN(run.run_id, in.Text());
  SOCKDRIFT_ASSIGN_OR_RETURN(const int64_t end, in.SignedVarint());
  run.end = absl::FromUnixSeconds(end);
  SOCKDRIFT_ASSIGN_OR_RETURN(const v1::Report report,
                             ReadMessage<v1::Report>(in, kMaxReport));
  SOCKDRIFT_ASSIGN_OR_RETURN(run.report, FromProto(report));
  SOCKDRIFT_ASSIGN_OR_RETURN(const v1::FactSet facts,
                             ReadMessage<v1::FactSet>(in, kMaxReport));
  SOCKDRIFT_ASSIGN_OR_RETURN(run.facts, FromProto(facts));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t records, in.Count(kMaxRecords));
  for (uint64_t i = 0; i < records; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(v1::RecordBody record,
                               ReadMessage<v1::RecordBody>(in, kMaxMessage));
    run.records.push_back(std::move(record));
  }
  SOCKDRIFT_RETURN_IF_ERROR(in.End());
  return run;
}

}  // namespace sockdrift
