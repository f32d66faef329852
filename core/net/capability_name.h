// Capability numbers and their symbols. Source: capabilities(7).
#ifndef SOCKDRIFT_CORE_NET_CAPABILITY_NAME_H_
#define SOCKDRIFT_CORE_NET_CAPABILITY_NAME_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

// The number of "CAP_NET_RAW"; nullopt for a name that Linux does not have.
std::optional<int> CapabilityNumber(absl::string_view name);

// "CAP_NET_RAW" for 13; "CAP_63" for a number without a name here.
std::string CapabilityName(int number);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_NET_CAPABILITY_NAME_H_
