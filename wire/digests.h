// SHA-256 of canonical bytes: the digests that name programs, cells, behaviours
// and records. libcrypto is used here only.
#ifndef SOCKDRIFT_WIRE_DIGESTS_H_
#define SOCKDRIFT_WIRE_DIGESTS_H_

#include <vector>

#include "absl/strings/string_view.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"

namespace sockdrift {

Digest Sha256(absl::string_view bytes);

// The digest of EncodeProgram(): hosts, axes, except, steps, isolation,
// repeats, caps and users; not the plan's name, title, sources, expectations.
Digest MeasurementDigest(const Program& program);

// One id a cell, in the order of cell numbers.
std::vector<CellId> CellIds(const Program& program);

// Precondition: the record is canonical.
Digest BehaviourDigest(const Record& record, const Digest& measurement);
Digest RecordDigest(const Record& record, const Digest& measurement);

// The digest over the behaviours of a set of plans, by measurement digest;
// the order in which they are given does not matter.
struct PlanBehaviour {
  Digest measurement;
  Digest behaviour;
};
Digest GenomeDigest(std::vector<PlanBehaviour> behaviours);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_DIGESTS_H_
