#include "agent/supervise/frames.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "core/behaviour/canonical.h"

namespace sockdrift {
namespace {

constexpr size_t kHeadBytes = 9;
constexpr uint32_t kMaxPayload = 256u << 20;
constexpr size_t kMaxNoise = 1 << 20;
constexpr uint64_t kMaxNotes = 100'000;

uint32_t Crc32(absl::string_view bytes) {
  uint32_t crc = ~0u;
  for (const char c : bytes) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0xedb88320u : 0);
    }
  }
  return ~crc;
}

void AppendWord(std::string& out, uint32_t word) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<char>(word >> (8 * i)));
}

uint32_t WordAt(absl::string_view bytes, size_t at) {
  uint32_t word = 0;
  for (size_t i = 0; i < 4; ++i) {
    word |= uint32_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  }
  return word;
}

absl::Status Broken(absl::string_view why) {
  return absl::DataLossError(absl::StrCat("the probe's stream: ", why));
}

}  // namespace

std::string EncodeFrame(FrameKind kind, absl::string_view payload) {
  std::string frame;
  frame.reserve(kHeadBytes + payload.size());
  frame.push_back(static_cast<char>(kind));
  AppendWord(frame, static_cast<uint32_t>(payload.size()));
  AppendWord(frame, Crc32(payload));
  absl::StrAppend(&frame, payload);
  return frame;
}

void FrameReader::Feed(absl::string_view bytes) {
  buffer_.append(bytes.data(), bytes.size());
}

absl::StatusOr<bool> FrameReader::PassMagic() {
  if (begun_) return true;
  const size_t at = buffer_.find(kStreamMagic.data(), 0, kStreamMagic.size());
  if (at == std::string::npos) {
    if (buffer_.size() > kMaxNoise) {
      return Broken(absl::StrCat(
          "what was started is no sockdrift-probe --stream of this version; it "
          "wrote \"",
          absl::CEscape(buffer_.substr(0, 200)), "\""));
    }
    return false;
  }
  buffer_.erase(0, at + kStreamMagic.size());
  begun_ = true;
  return true;
}

absl::StatusOr<std::optional<Frame>> FrameReader::Next() {
  SOCKDRIFT_ASSIGN_OR_RETURN(const bool begun, PassMagic());
  if (!begun || buffer_.size() < kHeadBytes) return std::nullopt;
  const auto kind = static_cast<uint8_t>(buffer_[0]);
  if (kind < static_cast<uint8_t>(FrameKind::kFacts) ||
      kind > static_cast<uint8_t>(FrameKind::kEnd)) {
    return Broken(absl::StrCat("a frame of unknown kind ", kind));
  }
  const uint32_t size = WordAt(buffer_, 1);
  if (size > kMaxPayload) {
    return Broken(absl::StrCat("a frame of ", size, " bytes"));
  }
  if (buffer_.size() < kHeadBytes + size) return std::nullopt;
  Frame frame = {static_cast<FrameKind>(kind),
                 buffer_.substr(kHeadBytes, size)};
  if (Crc32(frame.payload) != WordAt(buffer_, 5)) {
    return Broken(
        "a frame's checksum does not fit: bytes were changed on the "
        "way");
  }
  buffer_.erase(0, kHeadBytes + size);
  if (frame.kind == FrameKind::kEnd) ended_ = true;
  return frame;
}

std::string FrameReader::WhyCut() const {
  if (ended_) return "";
  if (!begun_) {
    if (buffer_.empty()) return "it wrote nothing";
    return absl::StrCat("it wrote no sockdrift stream but \"",
                        absl::CEscape(buffer_.substr(0, 200)), "\"");
  }
  if (!buffer_.empty()) return "its stream was cut inside a frame";
  return "its stream was cut before its end";
}

std::string EncodeFacts(const Facts& facts) {
  ByteWriter out;
  out.Varint(facts.size());
  for (const auto& [name, value] : facts) {
    out.Text(name);
    out.Text(value);
  }
  return std::move(out).Take();
}

absl::StatusOr<Facts> DecodeFacts(absl::string_view bytes) {
  ByteReader in(bytes, "facts");
  Facts facts;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(kMaxNotes));
  for (uint64_t i = 0; i < count; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string name, in.Text());
    SOCKDRIFT_ASSIGN_OR_RETURN(facts[name], in.Text());
  }
  SOCKDRIFT_RETURN_IF_ERROR(in.End());
  return facts;
}

std::string EncodeResult(const IndexedResult& result) {
  const ProbeResult& probe = result.result;
  ByteWriter out;
  out.Varint(result.job);
  out.Byte(static_cast<uint8_t>(probe.end));
  out.Text(probe.message);
  out.Varint(probe.notes.size());
  for (const std::string& note : probe.notes) out.Text(note);
  out.Varint(static_cast<uint64_t>(
      std::max<int64_t>(0, absl::ToInt64Microseconds(probe.elapsed))));
  // Which plan it is of, the receiver knows: its job said so.
  out.Raw(EncodeRecord(probe.record, Digest()));
  return std::move(out).Take();
}

absl::StatusOr<IndexedResult> DecodeResult(absl::string_view bytes) {
  ByteReader in(bytes, "result");
  IndexedResult result;
  SOCKDRIFT_ASSIGN_OR_RETURN(result.job, in.Varint());
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t end, in.Byte());
  if (end > static_cast<uint8_t>(ProbeEnd::kCancelled)) {
    return in.Error("an unknown end");
  }
  result.result.end = static_cast<ProbeEnd>(end);
  SOCKDRIFT_ASSIGN_OR_RETURN(result.result.message, in.Text());
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t notes, in.Count(kMaxNotes));
  for (uint64_t i = 0; i < notes; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string note, in.Text());
    result.result.notes.push_back(std::move(note));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t elapsed, in.Count(INT64_MAX));
  result.result.elapsed = absl::Microseconds(static_cast<int64_t>(elapsed));
  SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view record,
                             in.Raw(in.remaining()));
  SOCKDRIFT_ASSIGN_OR_RETURN(DecodedRecord decoded, DecodeRecord(record));
  result.result.record = std::move(decoded.record);
  return result;
}

}  // namespace sockdrift
