// The stream that a probe speaks on its standard input and output when it runs
// where no memory can be shared: in a container, under gVisor, in a virtual
// machine. Both directions begin with kStreamMagic; then frames:
//
//   kind       1 byte
//   size       4 bytes, little-endian, of the payload
//   checksum   4 bytes, little-endian, CRC-32 (IEEE) of the payload
//   payload
//
// In: jobs, then the end (or the end of the file). Out: the facts of this
// kernel, one result a job, the end.
#ifndef SOCKDRIFT_AGENT_SUPERVISE_FRAMES_H_
#define SOCKDRIFT_AGENT_SUPERVISE_FRAMES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/supervise/supervise.h"
#include "core/plan/expectation.h"

namespace sockdrift {

inline constexpr absl::string_view kStreamMagic = "sockdrift-stream/1\n";

enum class FrameKind : uint8_t {
  kFacts = 1,   // EncodeFacts
  kJob = 2,     // EncodeJob
  kResult = 3,  // EncodeResult
  kEnd = 4,     // empty: nothing was cut off
};

struct Frame {
  FrameKind kind;
  std::string payload;
};

std::string EncodeFrame(FrameKind kind, absl::string_view payload);

// Finds frames in bytes that come in pieces.
class FrameReader {
 public:
  void Feed(absl::string_view bytes);
  // The next whole frame; nullopt when more bytes are needed. DATA_LOSS when
  // the bytes are no such stream; the reader is of no use after that. What
  // comes before the magic (a kernel's messages on the same line) is passed
  // over, up to 1 MiB.
  absl::StatusOr<std::optional<Frame>> Next();
  // Why the stream must not end here, in words; empty after kEnd.
  std::string WhyCut() const;

 private:
  absl::StatusOr<bool> PassMagic();

  std::string buffer_;
  bool begun_ = false;
  bool ended_ = false;
};

std::string EncodeFacts(const Facts& facts);
absl::StatusOr<Facts> DecodeFacts(absl::string_view bytes);

struct IndexedResult {
  uint64_t job = 0;  // the position of its job, from 0
  ProbeResult result;
};
std::string EncodeResult(const IndexedResult& result);
absl::StatusOr<IndexedResult> DecodeResult(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SUPERVISE_FRAMES_H_
