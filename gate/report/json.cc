#include "gate/report/json.h"

namespace sockdrift {

std::string Printed(const Json& document) {
  constexpr int kIndent = 1;
  return document.dump(kIndent, ' ', /*ensure_ascii=*/false,
                       Json::error_handler_t::replace) +
         "\n";
}

}  // namespace sockdrift
