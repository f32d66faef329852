// JSON for people's scripts: keys in the documented order, no nulls.
#ifndef SOCKDRIFT_GATE_REPORT_JSON_H_
#define SOCKDRIFT_GATE_REPORT_JSON_H_

#include <string>

#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace sockdrift {

using Json = nlohmann::ordered_json;

// The document and a newline. What is not UTF-8 becomes U+FFFD.
std::string Printed(const Json& document);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_JSON_H_
