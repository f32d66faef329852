// A SHA-256 value. Only its shape is known here: computing one needs libcrypto
// and lives in wire/, because the probe must stay small.
#ifndef SOCKDRIFT_CORE_BASE_DIGEST_H_
#define SOCKDRIFT_CORE_BASE_DIGEST_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

struct Digest {
  std::array<uint8_t, 32> bytes = {};

  // 64 lower-case hexadecimal digits.
  std::string Hex() const;
  // The first 12 of them: what tables show.
  std::string ShortHex() const;
  absl::string_view View() const;

  // Reads 64 hexadecimal digits, with or without a leading "sha256:".
  static absl::StatusOr<Digest> FromHex(absl::string_view hex);
  // Reads 32 raw bytes.
  static absl::StatusOr<Digest> FromBytes(absl::string_view bytes);

  friend auto operator<=>(const Digest&, const Digest&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Digest& d) {
    return H::combine(std::move(h), d.bytes);
  }
};

// The first 16 bytes of the SHA-256 of a cell's substituted steps: what makes
// a cell the same cell across versions of a plan.
struct CellId {
  std::array<uint8_t, 16> bytes = {};
  std::string Hex() const;
  friend auto operator<=>(const CellId&, const CellId&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const CellId& d) {
    return H::combine(std::move(h), d.bytes);
  }
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_BASE_DIGEST_H_
