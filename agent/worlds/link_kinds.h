// Links of several kinds in the present network namespace.
#ifndef SOCKDRIFT_AGENT_WORLDS_LINK_KINDS_H_
#define SOCKDRIFT_AGENT_WORLDS_LINK_KINDS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace sockdrift {

// Makes a link, down as yet, of what SettingKind::kLink says: "dummy", "veth",
// "bridge", "ifb", "vrf" or "vrf:TABLE", each with "@MASTER" behind it where it
// is to be part of a bridge or VRF. A veth's other end is NAME-peer. The links
// get no link-local address of the kernel's making: that would not be the same
// twice, and tentative for a second. FAILED_PRECONDITION where this kernel has
// no such links.
absl::Status AddLink(const std::string& link, absl::string_view kind);
// Puts it under its master, which must have been made, and sets it up, the
// other end of a veth too.
absl::Status RaiseLink(const std::string& link, absl::string_view kind);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_LINK_KINDS_H_
