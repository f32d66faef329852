#include "wire/json/json.h"

namespace sockdrift {

std::string Printed(const Json& document) {
  constexpr int kIndent = 1;
  return document.dump(kIndent, ' ', /*ensure_ascii=*/false,
                       Json::error_handler_t::replace) +
         "\n";
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", time, absl::UTCTimeZone());
}

}  // namespace sockdrift
