// One result as bytes on disk.
#ifndef SOCKDRIFT_AGENT_SPOOL_SPOOL_FILE_H_
#define SOCKDRIFT_AGENT_SPOOL_SPOOL_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/plan/expectation.h"
#include "sockdrift/v1/record.pb.h"
#include "wire/convert/report.h"

namespace sockdrift {

// What one run measured on this host.
struct MeasuredRun {
  std::string run_id;
  Report report;
  Facts facts;     // under which it was measured
  absl::Time end;  // whole seconds
  // The bodies of the records that the report names, each once.
  std::vector<v1::RecordBody> records;
};

// A head with a version, the parts, and the SHA-256 of all before it.
std::string EncodeSpoolFile(const MeasuredRun& run);
// INVALID_ARGUMENT for bytes that are cut short, changed or of another
// version.
absl::StatusOr<MeasuredRun> DecodeSpoolFile(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SPOOL_SPOOL_FILE_H_
