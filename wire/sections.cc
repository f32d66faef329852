#include "wire/sections.h"

#include <zstd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kMagic = "sockdrift-file/";
constexpr uint64_t kVersion = 1;
constexpr uint8_t kEnd = 0;
// What one section and a whole file may hold when decompressed: a small file
// must not be able to ask for all memory.
constexpr uint64_t kMaxSection = 128 << 20;
constexpr uint64_t kMaxFile = uint64_t{1} << 30;

std::string Compress(absl::string_view bytes) {
  std::string compressed(ZSTD_compressBound(bytes.size()), '\0');
  const size_t size = ZSTD_compress(compressed.data(), compressed.size(),
                                    bytes.data(), bytes.size(), 3);
  // The buffer is as large as it can need: only want of memory is left.
  if (ZSTD_isError(size)) std::abort();
  compressed.resize(size);
  return compressed;
}

absl::Status CutShort(absl::string_view what, size_t size) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, ": cut short: it ends at byte ", size,
                   " in the middle of a section; copy or make it again"));
}

absl::Status Corrupt(absl::string_view what, size_t offset,
                     absl::string_view how) {
  return absl::InvalidArgumentError(
      absl::StrCat(what, ": corrupt: ", how, " in the section at byte ", offset,
                   "; copy or make it again"));
}

absl::StatusOr<PackedSection> ReadPacked(ByteReader& in) {
  PackedSection packed;
  packed.offset = in.offset();
  SOCKDRIFT_ASSIGN_OR_RETURN(packed.kind, in.Byte());
  if (packed.kind != kEnd) {
    SOCKDRIFT_ASSIGN_OR_RETURN(packed.size, in.Varint());
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t compressed, in.Varint());
    SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view digest, in.Raw(32));
    SOCKDRIFT_ASSIGN_OR_RETURN(packed.digest, Digest::FromBytes(digest));
    SOCKDRIFT_ASSIGN_OR_RETURN(packed.compressed, in.Raw(compressed));
  } else {
    SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view digest, in.Raw(32));
    SOCKDRIFT_ASSIGN_OR_RETURN(packed.digest, Digest::FromBytes(digest));
  }
  return packed;
}

// Positions the reader behind the head.
absl::Status ReadHead(ByteReader& in, absl::string_view file,
                      absl::string_view what) {
  if (file.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, ": is empty, and so no behaviour file"));
  }
  if (!absl::StartsWith(file, kMagic)) {
    if (absl::StartsWith(kMagic, file)) return CutShort(what, file.size());
    return absl::InvalidArgumentError(absl::StrCat(
        what, ": is no behaviour file; `sockdrift audit --save` writes one"));
  }
  SOCKDRIFT_RETURN_IF_ERROR(in.Raw(kMagic.size()).status());
  const absl::StatusOr<uint64_t> version = in.Varint();
  if (!version.ok()) return CutShort(what, file.size());
  if (*version != kVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        what, ": a behaviour file of version ", *version,
        ", but this build reads version ", kVersion,
        "; use the build that wrote it, or write it again with this one"));
  }
  return absl::OkStatus();
}

// Calls `take` for one section after another, and checks the end.
absl::Status ForEachSection(
    absl::string_view file, absl::string_view what,
    absl::FunctionRef<absl::Status(const PackedSection&)> take) {
  ByteReader in(file, what);
  SOCKDRIFT_RETURN_IF_ERROR(ReadHead(in, file, what));
  uint64_t total = 0;
  for (;;) {
    const absl::StatusOr<PackedSection> packed = ReadPacked(in);
    if (!packed.ok()) return CutShort(what, file.size());
    if (packed->kind == kEnd) {
      if (in.remaining() != 0) {
        return Corrupt(what, packed->offset,
                       absl::StrCat(in.remaining(), " bytes behind the end"));
      }
      if (Sha256(file.substr(0, packed->offset + 1)) != packed->digest) {
        return Corrupt(what, packed->offset, "a wrong SHA-256 of the file");
      }
      return absl::OkStatus();
    }
    total += std::min(packed->size, kMaxFile);
    if (total > kMaxFile) {
      return Corrupt(what, packed->offset,
                     absl::StrCat("more than ", kMaxFile, " bytes in all"));
    }
    SOCKDRIFT_RETURN_IF_ERROR(take(*packed));
  }
}

}  // namespace

SectionWriter::SectionWriter() {
  ByteWriter head;
  head.Raw(kMagic);
  head.Varint(kVersion);
  file_ = std::move(head).Take();
}

void SectionWriter::Add(SectionKind kind, absl::string_view bytes) {
  const std::string compressed = Compress(bytes);
  ByteWriter out;
  out.Byte(static_cast<uint8_t>(kind));
  out.Varint(bytes.size());
  out.Varint(compressed.size());
  out.Raw(Sha256(bytes).View());
  out.Raw(compressed);
  file_ += out.bytes();
}

std::string SectionWriter::Finish() && {
  file_.push_back(static_cast<char>(kEnd));
  const Digest digest = Sha256(file_);
  file_.append(digest.View().data(), digest.View().size());
  return std::move(file_);
}

absl::StatusOr<Section> Unpack(const PackedSection& packed,
                               absl::string_view what) {
  if (packed.kind > static_cast<uint8_t>(SectionKind::kHost)) {
    return Corrupt(what, packed.offset, "an unknown kind");
  }
  Section section{static_cast<SectionKind>(packed.kind), packed.digest, {}};
  if (packed.size > kMaxSection) {
    return Corrupt(
        what, packed.offset,
        absl::StrCat(packed.size, " bytes, more than ", kMaxSection, ","));
  }
  section.bytes.resize(packed.size);
  const size_t size =
      ZSTD_decompress(section.bytes.data(), section.bytes.size(),
                      packed.compressed.data(), packed.compressed.size());
  if (ZSTD_isError(size) || size != packed.size) {
    return Corrupt(what, packed.offset, "wrong compression");
  }
  if (Sha256(section.bytes) != packed.digest) {
    return Corrupt(what, packed.offset, "a wrong SHA-256");
  }
  return section;
}

absl::StatusOr<std::vector<Section>> ReadSections(absl::string_view file,
                                                  absl::string_view what) {
  std::vector<Section> sections;
  SOCKDRIFT_RETURN_IF_ERROR(
      ForEachSection(file, what, [&](const PackedSection& packed) {
        absl::StatusOr<Section> section = Unpack(packed, what);
        if (section.ok()) sections.push_back(*std::move(section));
        return section.status();
      }));
  return sections;
}

absl::StatusOr<std::vector<PackedSection>> FindSections(
    absl::string_view file, absl::string_view what) {
  std::vector<PackedSection> sections;
  SOCKDRIFT_RETURN_IF_ERROR(
      ForEachSection(file, what, [&](const PackedSection& packed) {
        sections.push_back(packed);
        return absl::OkStatus();
      }));
  return sections;
}

}  // namespace sockdrift
