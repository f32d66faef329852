// What decodes as a program is what encoding writes, and its cells can be
// walked.
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "core/plan/validate_program.h"
#include "tests/fuzz/require_that.h"
#include "wire/digests.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sockdrift;
  const absl::string_view bytes = testing::AsBytes(data, size);
  const absl::StatusOr<Program> program = DecodeProgram(bytes);
  if (!program.ok()) return 0;
  testing::RequireThat(EncodeProgram(*program) == bytes,
                       "what is decoded is what encoding writes");
  testing::RequireThat(ValidateProgram(*program).ok(),
                       "what is decoded is valid");
  if (CellCount(*program) > 1000) return 0;
  testing::RequireThat(CellIds(*program).size() == CellCount(*program),
                       "each cell has an id");
  return 0;
}
