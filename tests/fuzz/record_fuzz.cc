// What decodes as a record is canonical and what encoding writes.
#include "core/behaviour/canonical.h"
#include "tests/fuzz/require_that.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sockdrift;
  const absl::string_view bytes = testing::AsBytes(data, size);
  const absl::StatusOr<DecodedRecord> decoded = DecodeRecord(bytes);
  if (!decoded.ok()) return 0;
  testing::RequireThat(
      EncodeRecord(decoded->record, decoded->measurement) == bytes,
      "what is decoded is what encoding writes");
  testing::RequireThat(
      !BehaviourBytes(decoded->record, decoded->measurement).empty(),
      "a record has a behaviour");
  return 0;
}
