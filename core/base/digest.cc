#include "core/base/digest.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace sockdrift {
namespace {

template <size_t kSize>
std::string ToHex(const std::array<uint8_t, kSize>& bytes) {
  return absl::BytesToHexString(absl::string_view(
      reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

}  // namespace

std::string Digest::Hex() const { return ToHex(bytes); }

std::string Digest::ShortHex() const { return Hex().substr(0, 12); }

absl::string_view Digest::View() const {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

absl::StatusOr<Digest> Digest::FromHex(absl::string_view hex) {
  const absl::string_view digits = absl::StripPrefix(hex, "sha256:");
  const bool all_hex = std::all_of(digits.begin(), digits.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  if (digits.size() != 64 || !all_hex) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", hex, "\" is no digest: 64 lower-case hexadecimal digits are"));
  }
  return FromBytes(absl::HexStringToBytes(digits));
}

absl::StatusOr<Digest> Digest::FromBytes(absl::string_view bytes) {
  Digest digest;
  if (bytes.size() != digest.bytes.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a digest has 32 bytes, not ", bytes.size()));
  }
  std::copy(bytes.begin(), bytes.end(), digest.bytes.begin());
  return digest;
}

std::string CellId::Hex() const { return ToHex(bytes); }

}  // namespace sockdrift
