// Where a call goes to, read from a program's canonical text.
#ifndef SOCKDRIFT_REPRODUCE_TARGET_H_
#define SOCKDRIFT_REPRODUCE_TARGET_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/plan/program.h"

namespace sockdrift {

enum class PortKind {
  kNone,    // an address without a port: `unspec`
  kNumber,  // a number, 0 included
  kSymbol,  // chosen for the cell: "A", "B.low"
  kPool,    // one of a range of Program::ports; the range's name
  kSocket,  // that of a socket; the socket's name
};

struct Target {
  enum class Family { kInet, kInet6, kUnspec };
  Family family = Family::kInet;
  std::string address;  // without a zone; empty for `unspec` alone
  std::string zone;     // a link's name or number; empty for none
  PortKind port_kind = PortKind::kNone;
  std::string port;

  // Of the sockaddr that it is written to.
  int size() const;
};

// INVALID_ARGUMENT for a text that no compiled program has.
absl::StatusOr<Target> ParseTarget(absl::string_view endpoint,
                                   const Program& program);
// "LIST:PORT" of a dial: the list's name is the address.
absl::StatusOr<Target> ParseListTarget(absl::string_view text,
                                       const Program& program);

// Whether an address is written as IPv6 ones are.
inline bool IsIpv6Text(absl::string_view address) {
  return address.find(':') != absl::string_view::npos;
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_TARGET_H_
