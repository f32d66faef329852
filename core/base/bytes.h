// Reading and writing the project's canonical byte forms: unsigned LEB128
// varints, length-prefixed texts, fixed-width little-endian words. Every
// canonical form (docs/canonical-form.md) is written with these and nothing
// else, so that one implementation decides what a byte means.
#ifndef SOCKDRIFT_CORE_BASE_BYTES_H_
#define SOCKDRIFT_CORE_BASE_BYTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// Appends to a byte string.
class ByteWriter {
 public:
  void Byte(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  // Unsigned LEB128, shortest form.
  void Varint(uint64_t value);
  // Varint of the zig-zag form, so that small negatives stay short.
  void SignedVarint(int64_t value);
  // Varint length, then the bytes.
  void Text(absl::string_view text);
  // The bytes alone.
  void Raw(absl::string_view bytes) {
    bytes_.append(bytes.data(), bytes.size());
  }

  const std::string& bytes() const& { return bytes_; }
  std::string Take() && { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what ByteWriter wrote. Every method returns INVALID_ARGUMENT, naming
// the offset, when the bytes end early or are not in shortest form; the reader
// must not be used after that.
class ByteReader {
 public:
  // `bytes` must outlive the reader. `what` names the input in messages.
  ByteReader(absl::string_view bytes, absl::string_view what)
      : bytes_(bytes), what_(what) {}

  absl::StatusOr<uint8_t> Byte();
  absl::StatusOr<uint64_t> Varint();
  absl::StatusOr<int64_t> SignedVarint();
  // A varint that is at most `limit`: counts are bounded before anything is
  // allocated for them.
  absl::StatusOr<uint64_t> Count(uint64_t limit);
  absl::StatusOr<std::string> Text(size_t limit = 1 << 20);
  absl::StatusOr<absl::string_view> Raw(size_t size);
  // OK when all has been read.
  absl::Status End() const;

  size_t offset() const { return offset_; }
  size_t remaining() const { return bytes_.size() - offset_; }

  // An error at the current offset.
  absl::Status Error(absl::string_view message) const;

 private:
  absl::string_view bytes_;
  absl::string_view what_;
  size_t offset_ = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_BASE_BYTES_H_
