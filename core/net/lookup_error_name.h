// The symbols of what getaddrinfo answers when it fails (netdb.h).
#ifndef SOCKDRIFT_CORE_NET_LOOKUP_ERROR_NAME_H_
#define SOCKDRIFT_CORE_NET_LOOKUP_ERROR_NAME_H_

#include <optional>

#include "absl/strings/string_view.h"

namespace sockdrift {

// "EAI_NONAME"; empty for a number without a symbol. The numbers are those of
// this C library.
absl::string_view LookupErrorName(int number);
std::optional<int> LookupErrorNumber(absl::string_view name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_NET_LOOKUP_ERROR_NAME_H_
