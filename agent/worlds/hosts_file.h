// The private hosts file in which a plan's names are looked up.
#ifndef SOCKDRIFT_AGENT_WORLDS_HOSTS_FILE_H_
#define SOCKDRIFT_AGENT_WORLDS_HOSTS_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/plan/program.h"

namespace sockdrift {

// Whether the program looks names up.
bool LooksNamesUp(const Program& program);

// The file's text for a host (empty: a plan without hosts) in a cell: a line a
// name's address, in the plan's order.
std::string HostsFile(const Program& program,
                      absl::Span<const uint16_t> coordinate,
                      absl::string_view host);

// Gives this process an /etc of its own, for good, in a mount namespace of its
// own: there is nothing in it but an empty hosts file and a host.conf that
// wants all of a name's addresses, so that no setting of this machine
// (resolv.conf, gai.conf, nsswitch.conf) bears on an answer. The C library
// looks in that file only. Needs CAP_SYS_ADMIN; FAILED_PRECONDITION says what
// refused.
absl::Status MakePrivateEtc();

// Writes that file anew, with no capability.
absl::Status WriteHostsFile(absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_HOSTS_FILE_H_
