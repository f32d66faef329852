#include "wire/convert/report.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

absl::StatusOr<AssignmentEnd> EndFromProto(v1::AssignmentEnd end) {
  if (end < v1::ASSIGNMENT_END_FINISHED ||
      end > v1::ASSIGNMENT_END_UNSUPPORTED) {
    return absl::InvalidArgumentError(
        absl::StrCat("end ", static_cast<int>(end), " is not known here"));
  }
  return static_cast<AssignmentEnd>(end);
}

absl::StatusOr<AssignmentResult> ResultFromProto(
    const v1::AssignmentResult& proto) {
  AssignmentResult out;
  SOCKDRIFT_ASSIGN_OR_RETURN(out.end, EndFromProto(proto.end()));
  out.reason = proto.reason();
  out.notes.assign(proto.notes().begin(), proto.notes().end());
  if (proto.has_record_digest() != proto.has_behaviour_digest()) {
    return absl::InvalidArgumentError(
        "the digests of record and behaviour come together or not at all");
  }
  if (proto.has_record_digest()) {
    RecordName name;
    SOCKDRIFT_ASSIGN_OR_RETURN(name.record,
                               Digest::FromBytes(proto.record_digest()));
    SOCKDRIFT_ASSIGN_OR_RETURN(name.behaviour,
                               Digest::FromBytes(proto.behaviour_digest()));
    out.record = name;
  }
  return out;
}

}  // namespace

absl::string_view AssignmentEndName(AssignmentEnd end) {
  switch (end) {
    case AssignmentEnd::kFinished:
      return "finished";
    case AssignmentEnd::kWorldRefused:
      return "world-refused";
    case AssignmentEnd::kPolicyRefused:
      return "policy-refused";
    case AssignmentEnd::kFailed:
      return "failed";
    case AssignmentEnd::kCrashed:
      return "crashed";
    case AssignmentEnd::kTimedOut:
      return "timed-out";
    case AssignmentEnd::kUnsupported:
      return "unsupported";
  }
  return "unknown";
}

std::string EncodeReport(const Report& report) {
  ByteWriter out;
  out.Raw("sockdrift-report/");
  out.Varint(1);
  out.Raw(report.set.View());
  out.Varint(report.results.size());
  for (const AssignmentResult& result : report.results) {
    out.Byte(static_cast<uint8_t>(result.end));
    out.Text(result.reason);
    out.Byte(result.record.has_value() ? 1 : 0);
    if (result.record.has_value()) {
      out.Raw(result.record->record.View());
      out.Raw(result.record->behaviour.View());
    }
    out.Varint(result.notes.size());
    for (const std::string& note : result.notes) out.Text(note);
  }
  return std::move(out).Take();
}

Digest ReportDigest(const Report& report) {
  return Sha256(EncodeReport(report));
}

v1::Report ToProto(const Report& report) {
  v1::Report proto;
  proto.set_report_digest(std::string(ReportDigest(report).View()));
  proto.set_set_digest(std::string(report.set.View()));
  for (const AssignmentResult& result : report.results) {
    v1::AssignmentResult& out = *proto.add_results();
    out.set_end(static_cast<v1::AssignmentEnd>(result.end));
    out.set_reason(result.reason);
    if (result.record.has_value()) {
      out.set_record_digest(std::string(result.record->record.View()));
      out.set_behaviour_digest(std::string(result.record->behaviour.View()));
    }
    for (const std::string& note : result.notes) out.add_notes(note);
  }
  return proto;
}

absl::StatusOr<Report> FromProto(const v1::Report& proto) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Digest stated,
                             Digest::FromBytes(proto.report_digest()));
  Report report;
  SOCKDRIFT_ASSIGN_OR_RETURN(report.set, Digest::FromBytes(proto.set_digest()));
  for (const v1::AssignmentResult& result : proto.results()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(AssignmentResult read, ResultFromProto(result));
    report.results.push_back(std::move(read));
  }
  if (ReportDigest(report) != stated) {
    return absl::InvalidArgumentError(
        absl::StrCat("a report that is not the one its digest ",
                     stated.ShortHex(), " names; the other side may be newer"));
  }
  return report;
}

}  // namespace sockdrift
