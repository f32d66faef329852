// TCP states from the text files of /proc, for kernels without sock_diag.
#ifndef SOCKDRIFT_AGENT_ENGINE_PROC_NET_TCP_H_
#define SOCKDRIFT_AGENT_ENGINE_PROC_NET_TCP_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "agent/engine/tcp_states.h"

namespace sockdrift {

// The state of a connection's end in one such file's text; nullopt when it is
// not there. Lines that are none are passed over.
std::optional<int> FindInProcNetTcp(absl::string_view text,
                                    const ConnectionEnd& end);

// Whether those files list a connection whose descriptor is closed. Makes one
// over loopback, and resets it.
bool ProcNetTcpShowsOrphans();

// As TcpStates::StateOf, from /proc/self/net/tcp and tcp6.
int StateInProcNetTcp(const ConnectionEnd& end);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_PROC_NET_TCP_H_
