#include "wire/convert/compress.h"

#include <zstd.h>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

// Level 1: higher ones gain a few per cent on records and cost several times
// the time.
constexpr int kLevel = 1;

}  // namespace

absl::StatusOr<std::string> CompressBody(absl::string_view bytes) {
  if (bytes.size() > kMaxBody) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a body of ", bytes.size(), " bytes; at most ", kMaxBody,
                     " can travel: give the plan fewer cells"));
  }
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size =
      ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), kLevel);
  if (ZSTD_isError(size)) {
    return absl::InternalError(
        absl::StrCat("zstd cannot compress: ", ZSTD_getErrorName(size)));
  }
  if (size > kMaxCompressedBody) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "a body of ", size, " bytes compressed; at most ", kMaxCompressedBody,
        " can travel: give the plan fewer cells"));
  }
  out.resize(size);
  return out;
}

absl::StatusOr<std::string> ExpandBody(absl::string_view compressed) {
  if (compressed.size() > kMaxCompressedBody) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a compressed body of ", compressed.size(),
                     " bytes; at most ", kMaxCompressedBody, " are allowed"));
  }
  const unsigned long long stated =
      ZSTD_getFrameContentSize(compressed.data(), compressed.size());
  if (stated == ZSTD_CONTENTSIZE_ERROR || stated == ZSTD_CONTENTSIZE_UNKNOWN) {
    return absl::InvalidArgumentError(
        "a body that is no zstd frame which states its content size");
  }
  if (stated > kMaxBody) {
    return absl::ResourceExhaustedError(absl::StrCat("a body that states ",
                                                     stated, " bytes; at most ",
                                                     kMaxBody, " are allowed"));
  }
  // ZSTD_decompress takes several frames in a row; a body is one.
  if (ZSTD_findFrameCompressedSize(compressed.data(), compressed.size()) !=
      compressed.size()) {
    return absl::InvalidArgumentError(
        "a body that is not exactly one zstd frame");
  }
  std::string out(stated, '\0');
  const size_t size = ZSTD_decompress(out.data(), out.size(), compressed.data(),
                                      compressed.size());
  if (ZSTD_isError(size) || size != stated) {
    return absl::InvalidArgumentError("a body that zstd cannot expand");
  }
  return out;
}

}  // namespace sockdrift
