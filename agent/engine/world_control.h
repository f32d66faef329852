// What the engine asks of the world that it runs in. The engine makes the calls
// under test and nothing else; whatever needs a privilege is behind this.
#ifndef SOCKDRIFT_AGENT_ENGINE_WORLD_CONTROL_H_
#define SOCKDRIFT_AGENT_ENGINE_WORLD_CONTROL_H_

#include <cerrno>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// The ports of a world, as its sysctls say.
struct PortRules {
  uint16_t unprivileged_start = 1024;
  uint16_t ephemeral_first = 32768;  // inclusive
  uint16_t ephemeral_last = 60999;   // inclusive
  std::vector<uint16_t> reserved;    // ip_local_reserved_ports, ascending
  std::vector<uint16_t> in_use;      // by others, in `own` and `host` worlds
  uint16_t first = 1;                // what the job allows, inclusive
  uint16_t last = 65535;

  friend bool operator==(const PortRules&, const PortRules&) = default;
};

class WorldControl {
 public:
  virtual ~WorldControl() = default;

  virtual const PortRules& ports() const = 0;

  // Why the cell cannot be set up here, in words for a SKIP ("the plan needs
  // CAP_NET_RAW, which this probe was not given"); empty when it can. Asked
  // once for each distinct set of capabilities, before the first cell.
  virtual std::string CannotHaveCaps(
      absl::Span<const absl::string_view> caps) = 0;
  // Makes these the effective capabilities of the calls that follow.
  virtual absl::Status UseCaps(absl::Span<const absl::string_view> caps) = 0;

  // What steps change of the present namespace in mid-cell, with a privilege
  // that no call under test has. 0, or minus the errno that the kernel answers;
  // for programs of isolation `cell` only, whose next cell gets another
  // namespace. After a sysctl, ports() says what holds then.
  virtual int ChangeSysctl(const std::string& key, const std::string& value) {
    static_cast<void>(key), static_cast<void>(value);
    return -ENOSYS;
  }
  // An address with its prefix; not `add`: takes it away.
  virtual int ChangeAddress(const std::string& link, const std::string& address,
                            bool add) {
    static_cast<void>(link), static_cast<void>(address), static_cast<void>(add);
    return -ENOSYS;
  }
  virtual int ChangeLink(const std::string& link, bool up) {
    static_cast<void>(link), static_cast<void>(up);
    return -ENOSYS;
  }

  // Why calls cannot be made as that user of the plan's (`u1`, `u2`), in words
  // for a SKIP; empty when they can. Asked before the first cell.
  virtual std::string CannotHaveUser(absl::string_view user) {
    return absl::StrCat("the plan needs the user ", user,
                        ", and this world has one user only");
  }
  // Makes that user's uid and gid the effective ones of the calls that follow;
  // "" for the usual ones. A socket's owner is who made it.
  virtual absl::Status UseUser(absl::string_view user) {
    if (user.empty()) return absl::OkStatus();
    return absl::FailedPreconditionError(CannotHaveUser(user));
  }

  // Leaves the present namespace for a fresh one, set up like the first.
  // Sockets made before stay where they were made.
  virtual absl::Status Renew() = 0;
  // The same for the cell at this coordinate, whose settings may depend on its
  // axes. What the engine calls before each cell of isolation `cell`, and
  // before those cells that need the same settings where settings vary.
  virtual absl::Status RenewFor(absl::Span<const uint16_t> coordinate) {
    static_cast<void>(coordinate);
    return Renew();
  }

  // For programs with hosts: makes that one's network stack the one that
  // sockets are made in. At first, and after a renewal, it is the first one's.
  virtual absl::Status UseHost(size_t host) {
    return absl::UnimplementedError(
        absl::StrCat("this world has no host ", host));
  }
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_WORLD_CONTROL_H_
