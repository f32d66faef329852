// Digests, times and worlds of the wire as people and scripts read them.
#ifndef SOCKDRIFT_CLI_WIRE_TEXT_H_
#define SOCKDRIFT_CLI_WIRE_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"
#include "sockdrift/v1/plan.pb.h"

namespace sockdrift {

// 64 digits, or "" where there is none.
std::string HexDigest(const std::string& bytes);
// The first 12 of them, or "-".
std::string ShortDigest(const std::string& bytes);
// "2026-11-21T07:14:00Z".
std::string TimeText(const google::protobuf::Timestamp& time);
google::protobuf::Timestamp ToTimestamp(absl::Time time);
// "replica".
std::string WorldText(v1::World world);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_WIRE_TEXT_H_
