// The one line between a guest and the program that booted it: messages over a
// serial port. A message is a letter, a length (four bytes, the lowest first)
// and that many bytes.
#ifndef SOCKDRIFT_AGENT_GUEST_LINE_MESSAGE_H_
#define SOCKDRIFT_AGENT_GUEST_LINE_MESSAGE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

enum class LineMessageKind : char {
  // From the host: standard input; an empty one is its end.
  kInput = 'i',
  // From the guest.
  kUp = 'u',      // it runs; the kernel's release
  kTaken = 't',   // a number: so many bytes of input have found their reader
  kOutput = 'o',  // standard output
  kErrors = 'e',  // standard error
  kExit = 'x',    // a number: the exit status
  kFailed = 'f',  // why the command was not started
};

struct LineMessage {
  LineMessageKind kind;
  std::string payload;
};

// A serial port holds nobody back, so the host does: it never has more bytes of
// input under way than this. A terminal keeps 4,096, and some drivers
// (user-mode Linux's) do not come back from having been held up.
inline constexpr size_t kLineWindow = 2048;
// The longest payload of a message.
inline constexpr size_t kLinePayload = 32768;

std::string EncodeLineMessage(LineMessageKind kind, absl::string_view payload);
std::string EncodeLineNumber(LineMessageKind kind, uint32_t number);
// The number of a payload; nullopt where it holds none.
std::optional<uint32_t> LineNumberOf(absl::string_view payload);

// Finds messages in bytes that come in pieces.
class LineReader {
 public:
  void Feed(absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
  }
  // The next whole one; nullopt when more bytes are needed, or for ever after
  // bytes that are no message.
  std::optional<LineMessage> Next();
  // Bytes were lost on the way, or somebody else spoke.
  bool broken() const { return broken_; }

 private:
  std::string bytes_;
  bool broken_ = false;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_GUEST_LINE_MESSAGE_H_
