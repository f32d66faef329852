// The hosts of a plan that has two: a network namespace each, joined by a link.
#ifndef SOCKDRIFT_AGENT_WORLDS_HOSTS_H_
#define SOCKDRIFT_AGENT_WORLDS_HOSTS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/host_link.h"
#include "core/plan/program.h"

namespace sockdrift {

// Whether the program has several network stacks.
inline bool HasHosts(const Program& program) {
  return program.hosts.size() > 1;
}

class Hosts {
 public:
  // The program outlives it.
  explicit Hosts(const Program& program) : program_(program) {}

  // Makes both for a cell, with CAP_SYS_ADMIN and CAP_NET_ADMIN: `fresh` leaves
  // for a new namespace, `set_up` does what the plan wants of a host, in its
  // namespace. The process is in the first host's afterwards. Those made before
  // live as long as sockets in them.
  absl::Status Make(absl::Span<const uint16_t> coordinate,
                    absl::FunctionRef<absl::Status()> fresh,
                    absl::FunctionRef<absl::Status(const Host&)> set_up);

  // Enters the namespace of a host, with CAP_SYS_ADMIN.
  absl::Status Enter(size_t host) const;

 private:
  bool Speaks(const Host& host, const std::string& family,
              absl::Span<const uint16_t> coordinate) const;
  absl::Status Join(const std::array<HostFamilies, kJoinedHosts>& families);

  const Program& program_;
  std::array<UniqueFd, kJoinedHosts> namespaces_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_HOSTS_H_
