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

std::string WorldText(v1::World world) {
  return std::string(WorldName(static_cast<World>(world)));
}

}  // namespace sockdrift
