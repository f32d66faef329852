#include "report/page.h"

#include <zlib.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr int kGzipWindow = 15 + 16;  // zlib's largest window, gzip's head
constexpr int kMemoryLevel = 9;

std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(
      text, {{"&", "&amp;"}, {"<", "&lt;"}, {">", "&gt;"}, {"\"", "&quot;"}});
}

// "'sha256-…'": the one script or style that the policy lets through.
std::string PolicyHash(absl::string_view text) {
  return absl::StrCat("'sha256-", absl::Base64Escape(Sha256(text).View()), "'");
}

}  // namespace

absl::StatusOr<std::string> Gzip(absl::string_view bytes) {
  z_stream stream = {};
  if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, kGzipWindow,
                   kMemoryLevel, Z_DEFAULT_STRATEGY) != Z_OK) {
    return absl::InternalError("the report cannot be packed: zlib refuses");
  }
  std::string packed(deflateBound(&stream, bytes.size()), '\0');
  // zlib takes what it only reads without const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const int end = deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (end != Z_STREAM_END) {
    return absl::InternalError(
        absl::StrCat("the report cannot be packed: zlib answers ", end));
  }
  return packed;
}

absl::StatusOr<std::string> MakePage(absl::string_view title,
                                     absl::string_view json) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string packed, Gzip(json));
  const PageParts parts = EmbeddedPage();
  const std::string policy =
      absl::StrCat("default-src 'none'; script-src ", PolicyHash(parts.script),
                   "; style-src ", PolicyHash(parts.style),
                   "; base-uri 'none'; form-action 'none'");
  return absl::StrReplaceAll(parts.html,
                             {{"{{POLICY}}", policy},
                              {"{{TITLE}}", Escaped(title)},
                              {"{{STYLE}}", parts.style},
                              {"{{SCRIPT}}", parts.script},
                              {"{{DATA}}", absl::Base64Escape(packed)}});
}

}  // namespace sockdrift
