#include "agent/guest/line_message.h"

namespace sockdrift {
namespace {

constexpr size_t kHeadSize = 5;
constexpr absl::string_view kKinds = "iutoexf";

std::string NumberBytes(uint32_t number) {
  std::string bytes;
  for (int shift = 0; shift < 32; shift += 8) {
    bytes.push_back(static_cast<char>(number >> shift & 0xff));
  }
  return bytes;
}

}  // namespace

std::string EncodeLineMessage(LineMessageKind kind, absl::string_view payload) {
  std::string bytes(1, static_cast<char>(kind));
  bytes += NumberBytes(static_cast<uint32_t>(payload.size()));
  bytes.append(payload.data(), payload.size());
  return bytes;
}

std::string EncodeLineNumber(LineMessageKind kind, uint32_t number) {
  return EncodeLineMessage(kind, NumberBytes(number));
}

std::optional<uint32_t> LineNumberOf(absl::string_view payload) {
  if (payload.size() != 4) return std::nullopt;
  uint32_t number = 0;
  for (size_t i = 0; i < 4; ++i) {
    number |= static_cast<uint32_t>(static_cast<uint8_t>(payload[i]))
              << (8 * i);
  }
  return number;
}

std::optional<LineMessage> LineReader::Next() {
  if (broken_ || bytes_.size() < kHeadSize) return std::nullopt;
  const size_t size = *LineNumberOf(absl::string_view(bytes_).substr(1, 4));
  if (kKinds.find(bytes_[0]) == absl::string_view::npos ||
      size > kLinePayload) {
    broken_ = true;
    return std::nullopt;
  }
  if (bytes_.size() < kHeadSize + size) return std::nullopt;
  LineMessage message = {static_cast<LineMessageKind>(bytes_[0]),
                         bytes_.substr(kHeadSize, size)};
  bytes_.erase(0, kHeadSize + size);
  return message;
}

}  // namespace sockdrift
