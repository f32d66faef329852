#include "core/base/bytes.h"

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sockdrift {

void ByteWriter::Varint(uint64_t value) {
  while (value >= 0x80) {
    Byte(static_cast<uint8_t>(value) | 0x80);
    value >>= 7;
  }
  Byte(static_cast<uint8_t>(value));
}

void ByteWriter::SignedVarint(int64_t value) {
  Varint((static_cast<uint64_t>(value) << 1) ^
         static_cast<uint64_t>(value >> 63));
}

void ByteWriter::Text(absl::string_view text) {
  Varint(text.size());
  Raw(text);
}

absl::Status ByteReader::Error(absl::string_view message) const {
  return absl::InvalidArgumentError(
      absl::StrCat(what_, ": ", message, " at byte ", offset_));
}

absl::StatusOr<uint8_t> ByteReader::Byte() {
  if (remaining() < 1) return Error("the bytes end early");
  return static_cast<uint8_t>(bytes_[offset_++]);
}

absl::StatusOr<uint64_t> ByteReader::Varint() {
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t byte, Byte());
    if (shift == 63 && byte > 1) return Error("a number above 64 bits");
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) {
      if (byte == 0 && shift > 0) return Error("a number not in shortest form");
      return value;
    }
  }
  return Error("a number above 64 bits");
}

absl::StatusOr<int64_t> ByteReader::SignedVarint() {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t value, Varint());
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

absl::StatusOr<uint64_t> ByteReader::Count(uint64_t limit) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t value, Varint());
  if (value > limit) {
    return Error(absl::StrCat("a count of ", value, " where at most ", limit,
                              " can be"));
  }
  return value;
}

absl::StatusOr<std::string> ByteReader::Text(size_t limit) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t size, Count(limit));
  SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view text, Raw(size));
  return std::string(text);
}

absl::StatusOr<absl::string_view> ByteReader::Raw(size_t size) {
  if (remaining() < size) return Error("the bytes end early");
  const absl::string_view raw = bytes_.substr(offset_, size);
  offset_ += size;
  return raw;
}

absl::Status ByteReader::End() const {
  if (remaining() != 0) {
    return Error(absl::StrCat(remaining(), " bytes too many"));
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
