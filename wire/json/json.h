// JSON for people's scripts: keys in the documented order, no nulls.
#ifndef SOCKDRIFT_WIRE_JSON_JSON_H_
#define SOCKDRIFT_WIRE_JSON_JSON_H_

#include <string>

#include "absl/time/time.h"
#include "nlohmann/json.hpp"

namespace sockdrift {

using Json = nlohmann::ordered_json;

// The document and a newline. What is not UTF-8 becomes U+FFFD.
std::string Printed(const Json& document);

// "2026-11-21T07:14:00Z".
std::string TimeText(absl::Time time);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_JSON_JSON_H_
