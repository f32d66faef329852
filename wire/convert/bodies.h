// Programs, records and facts as they travel. Whoever receives one computes its
// digest again: what does not match is refused.
#ifndef SOCKDRIFT_WIRE_CONVERT_BODIES_H_
#define SOCKDRIFT_WIRE_CONVERT_BODIES_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/digest.h"
#include "core/plan/expectation.h"
#include "sockdrift/v1/host.pb.h"
#include "sockdrift/v1/plan.pb.h"
#include "sockdrift/v1/record.pb.h"

namespace sockdrift {

// `canonical` is EncodeProgram's bytes.
absl::StatusOr<v1::Program> ProgramToProto(absl::string_view canonical);
// The canonical bytes, whose digest is the stated one; decoding them is the
// caller's. INVALID_ARGUMENT otherwise.
absl::StatusOr<std::string> ProgramBytes(const v1::Program& proto);

// `canonical` is EncodeRecord's bytes.
absl::StatusOr<v1::RecordBody> RecordToProto(absl::string_view canonical);
absl::StatusOr<std::string> RecordBytes(const v1::RecordBody& proto);

// "sockdrift-facts/" and version 1, how many, then name and value of each in
// the order of names.
std::string EncodeFacts(const Facts& facts);
Digest FactsDigest(const Facts& facts);
v1::FactSet ToProto(const Facts& facts);
absl::StatusOr<Facts> FromProto(const v1::FactSet& proto);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_CONVERT_BODIES_H_
