// Links and addresses of the present network namespace, by rtnetlink.
#ifndef SOCKDRIFT_AGENT_WORLDS_LINKS_H_
#define SOCKDRIFT_AGENT_WORLDS_LINKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// All of these need CAP_NET_ADMIN over the namespace; the status is of the
// kernel's errno and says what was asked for.
absl::Status SetLinkUp(const std::string& link);
// "192.0.2.1/24" or "2001:db8::1/64"; without a prefix, the address alone. An
// IPv6 address is usable at once: no duplicate of it is looked for.
absl::Status AddAddress(const std::string& link, absl::string_view address);

// The same as answers of the kernel's: 0 or an errno.
int ChangeAddress(const std::string& link, absl::string_view address, bool add);
int ChangeLink(const std::string& link, bool up);

absl::Status RemoveAddress(const std::string& link, absl::string_view address);
absl::StatusOr<int> LinkIndex(const std::string& link);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_LINKS_H_
