// The input is taken as a file, and as the sections of one: digests would
// otherwise keep every changed byte from what is behind them.
#include "tests/fuzz/require_that.h"
#include "wire/behaviour_file.h"
#include "wire/sections.h"

namespace {

// Two bytes of length, one of kind, the bytes; again and again.
std::string AsSections(absl::string_view input) {
  sockdrift::SectionWriter out;
  while (input.size() >= 3) {
    const size_t wanted =
        static_cast<uint8_t>(input[0]) * 256 + static_cast<uint8_t>(input[1]);
    const uint8_t kind = static_cast<uint8_t>(input[2]);
    input.remove_prefix(3);
    const size_t size = std::min(wanted, input.size());
    out.Add(static_cast<sockdrift::SectionKind>(kind), input.substr(0, size));
    input.remove_prefix(size);
  }
  return std::move(out).Finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace sockdrift;
  const absl::string_view bytes = testing::AsBytes(data, size);
  (void)DecodeBehaviourFile(bytes, "input").ok();
  const absl::StatusOr<BehaviourFile> file =
      DecodeBehaviourFile(AsSections(bytes), "input");
  if (!file.ok()) return 0;
  const absl::StatusOr<BehaviourFile> again =
      DecodeBehaviourFile(EncodeBehaviourFile(*file), "again");
  testing::RequireThat(again.ok(), "what is read can be written and read");
  testing::RequireThat(
      EncodeBehaviourFile(*again) == EncodeBehaviourFile(*file),
      "what is read again is the same");
  return 0;
}
