// What decodes as a job is what encoding writes.
#include "agent/job/job.h"
#include "tests/fuzz/require_that.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sockdrift;
  const absl::string_view bytes = testing::AsBytes(data, size);
  const absl::StatusOr<Job> job = DecodeJob(bytes);
  if (!job.ok()) return 0;
  testing::RequireThat(EncodeJob(*job) == bytes,
                       "what is decoded is what encoding writes");
  return 0;
}
