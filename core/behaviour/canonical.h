// The canonical bytes of behaviours and records: what digests are taken of,
// what is stored and what travels. Specified, with test vectors, in
// docs/canonical-form.md; versioned in the bytes' head.
#ifndef SOCKDRIFT_CORE_BEHAVIOUR_CANONICAL_H_
#define SOCKDRIFT_CORE_BEHAVIOUR_CANONICAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"

namespace sockdrift {

// The outcomes of the DONE cells and which cells those are; nothing of cells
// that are not DONE, no reason, no time. Two hosts share a behaviour when
// these bytes are equal. `measurement` is the digest of the program that was
// run. Precondition: the record is canonical.
std::string BehaviourBytes(const Record& record, const Digest& measurement);

// The whole record, every cell's status and reason included.
// Precondition: the record is canonical.
std::string EncodeRecord(const Record& record, const Digest& measurement);

struct DecodedRecord {
  Record record;  // canonical
  Digest measurement;
};
// INVALID_ARGUMENT for bytes that EncodeRecord would not have written,
// FAILED_PRECONDITION for another version.
absl::StatusOr<DecodedRecord> DecodeRecord(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_BEHAVIOUR_CANONICAL_H_
