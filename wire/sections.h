// The container of a behaviour file: a head, then sections, each compressed and
// named by the SHA-256 of what it holds, then an end that covers every byte
// before it. docs/behaviour-file.md.
#ifndef SOCKDRIFT_WIRE_SECTIONS_H_
#define SOCKDRIFT_WIRE_SECTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/digest.h"

namespace sockdrift {

// The numbers are part of the file: never reuse one.
enum class SectionKind : uint8_t {
  kHead = 1,
  kProgram = 2,
  kRecord = 3,
  kHost = 4,
};

struct Section {
  SectionKind kind;
  Digest digest;  // SHA-256 of `bytes`
  std::string bytes;
};

// One section as it stands in a file: a view, not unpacked.
struct PackedSection {
  size_t offset = 0;  // of the section in the file
  uint8_t kind = 0;   // a SectionKind, where it is a known one
  uint64_t size = 0;  // when decompressed
  Digest digest;
  absl::string_view compressed;
};

class SectionWriter {
 public:
  SectionWriter();
  void Add(SectionKind kind, absl::string_view bytes);
  // The whole file.
  std::string Finish() &&;

 private:
  std::string file_;
};

// Every section, in the file's order, its digest checked. INVALID_ARGUMENT for
// bytes that are no behaviour file, are cut short or corrupt, each told apart
// with the place; FAILED_PRECONDITION for another version. `what` begins the
// messages.
absl::StatusOr<std::vector<Section>> ReadSections(absl::string_view file,
                                                  absl::string_view what);

// Where the sections are, for a reader that needs few of them. `file` must
// outlive the result. Errors are those of ReadSections; what is wrong inside a
// section is told when it is unpacked.
absl::StatusOr<std::vector<PackedSection>> FindSections(absl::string_view file,
                                                        absl::string_view what);
absl::StatusOr<Section> Unpack(const PackedSection& packed,
                               absl::string_view what);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_SECTIONS_H_
