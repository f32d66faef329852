#include "core/gate/gate_rules.h"

namespace sockdrift {

absl::string_view SeverityName(Severity severity) {
  switch (severity) {
    case Severity::kFail:
      return "fail";
    case Severity::kWarn:
      return "warn";
    case Severity::kIgnore:
      return "ignore";
  }
  return "unknown";
}

bool Waiver::ExpiredAt(absl::Time now) const {
  return absl::ToCivilDay(now, absl::UTCTimeZone()) > expires;
}

}  // namespace sockdrift
