// Everything that a host answered to one assignment set, and the canonical
// bytes that name it.
#ifndef SOCKDRIFT_WIRE_CONVERT_REPORT_H_
#define SOCKDRIFT_WIRE_CONVERT_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"
#include "sockdrift/v1/record.pb.h"

namespace sockdrift {

// As v1::AssignmentEnd, which says what each means. The numbers are part of
// the canonical report.
enum class AssignmentEnd : uint8_t {
  kFinished = 1,
  kWorldRefused = 2,
  kPolicyRefused = 3,
  kFailed = 4,
  kCrashed = 5,
  kTimedOut = 6,
  kUnsupported = 7,
};
// "finished", "world-refused" …
absl::string_view AssignmentEndName(AssignmentEnd end);

struct RecordName {
  Digest record;
  Digest behaviour;
  friend bool operator==(const RecordName&, const RecordName&) = default;
};

struct AssignmentResult {
  AssignmentEnd end = AssignmentEnd::kFinished;
  std::string reason = {};
  std::optional<RecordName> record = std::nullopt;
  std::vector<std::string> notes = {};
  friend bool operator==(const AssignmentResult&,
                         const AssignmentResult&) = default;
};

struct Report {
  Digest set;
  std::vector<AssignmentResult> results;  // one an assignment, in its order
  friend bool operator==(const Report&, const Report&) = default;
};

// "sockdrift-report/" and version 1, the set's digest, the number of results,
// and of each: the end, the reason, 1 and both digests or 0, the notes (how
// many, then each).
std::string EncodeReport(const Report& report);
Digest ReportDigest(const Report& report);

v1::Report ToProto(const Report& report);
// INVALID_ARGUMENT for a report that is malformed or whose digest is not its
// own.
absl::StatusOr<Report> FromProto(const v1::Report& proto);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_CONVERT_REPORT_H_
