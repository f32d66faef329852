// Joining and leaving multicast groups.
#include <netinet/in.h>

#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// The word for a link that the kernel is to choose by its routes.
constexpr absl::string_view kAnyLink = "any";

struct GroupCalls {
  int ipv4;
  int ipv6;
};

// The level follows from the group: an IPv6 socket may be in an IPv4 group.
StepEnd RunGroup(Machine& machine, Cell& cell, const DenseStep& step,
                 const GroupCalls& calls, Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const Endpoint& group =
      machine.assembly.endpoints[step.At(FieldId::kGroup, at)];
  const int64_t named = step.At(FieldId::kInterface, at);
  // Not the kernel's choice: which link has a route for groups differs between
  // hosts, and lo has none.
  const std::string link =
      named == kUnset ? "lo" : machine.assembly.texts[named];
  const int number =
      link == kAnyLink ? 0 : LinkNumberFor(machine, socket, link);
  int result = 0;
  if (group.ipv4.sin_family == AF_INET) {
    const ip_mreqn request = {group.ipv4.sin_addr, {INADDR_ANY}, number};
    result = machine.calls.Setsockopt(socket.fd, IPPROTO_IP, calls.ipv4,
                                      &request, sizeof request);
  } else {
    const ipv6_mreq request = {group.ipv6.sin6_addr,
                               static_cast<unsigned>(number)};
    result = machine.calls.Setsockopt(socket.fd, IPPROTO_IPV6, calls.ipv6,
                                      &request, sizeof request);
  }
  outcome = Outcome::OfResult(result);
  return StepEnd::kAnswered;
}

}  // namespace

StepEnd RunJoinGroup(Machine& machine, Cell& cell, const DenseStep& step,
                     Outcome& outcome) {
  return RunGroup(machine, cell, step, {IP_ADD_MEMBERSHIP, IPV6_ADD_MEMBERSHIP},
                  outcome);
}

StepEnd RunLeaveGroup(Machine& machine, Cell& cell, const DenseStep& step,
                      Outcome& outcome) {
  return RunGroup(machine, cell, step,
                  {IP_DROP_MEMBERSHIP, IPV6_DROP_MEMBERSHIP}, outcome);
}

}  // namespace sockdrift
