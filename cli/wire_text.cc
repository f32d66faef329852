#include "cli/wire_text.h"

#include "absl/time/time.h"
#include "core/base/digest.h"
#include "core/plan/world.h"

namespace sockdrift {

std::string HexDigest(const std::string& bytes) {
  const absl::StatusOr<Digest> digest = Digest::FromBytes(bytes);
  return digest.ok() ? digest->Hex() : "";
}

std::string ShortDigest(const std::string& bytes) {
  const absl::StatusOr<Digest> digest = Digest::FromBytes(bytes);
  return digest.ok() ? digest->ShortHex() : "-";
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ",
                          absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp proto;
  const int64_t seconds = absl::ToUnixSeconds(time);
  proto.set_seconds(seconds);
  proto.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return proto;
}

std::string WorldText(v1::World world) {
  return std::string(WorldName(static_cast<World>(world)));
}

}  // namespace sockdrift
