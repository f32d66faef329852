// Addresses and ports of a program as the kernel wants them: parsed once, with
// a port that is filled in for each cell.
#ifndef SOCKDRIFT_AGENT_ENGINE_ENDPOINT_H_
#define SOCKDRIFT_AGENT_ENGINE_ENDPOINT_H_

#include <net/if.h>
#include <netinet/in.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/plan/program.h"

namespace sockdrift {

enum class PortClass : uint8_t {
  kAny,        // A: unprivileged and, while there are any, not ephemeral
  kLow,        // A.low: 1 to 1023, whatever ip_unprivileged_port_start says
  kEphemeral,  // A.ephemeral: in ip_local_port_range
  kNodeport,   // A.nodeport: 30000 to 32767, as Kubernetes has them
};
inline constexpr int kPortClasses = 4;

// "any", "low", "ephemeral", "nodeport".
absl::string_view PortClassName(PortClass port_class);

// A symbolic port of a program, such as `A` or `B.low`.
struct PortSymbol {
  std::string text;
  PortClass port_class;
};

// What a program calls ports.
struct PortNames {
  std::vector<PortSymbol> symbols;
  std::vector<PortName> named;  // Program::ports
  std::vector<uint16_t> fixed;  // numbers that stand in the plan itself

  // The fixed ones and all of those with names.
  std::vector<uint16_t> OfPlan() const;
};

enum class PortSource : uint8_t {
  kNone,    // an address without a port: `unspec`
  kGiven,   // in the address already: 0, a number, a name of one port
  kSymbol,  // index: of PortNames::symbols
  kNamed,   // index: of PortNames::named, a range
  kSocket,  // port(x); index: x's slot
};

struct Endpoint {
  union {
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
    uint8_t bytes[sizeof(sockaddr_in6)];
  };
  socklen_t size = 0;
  PortSource source = PortSource::kNone;
  uint16_t index = 0;
  // The zone of an IPv6 address by its link's name, to be filled in; empty for
  // none.
  char link[IFNAMSIZ] = "";
  // For "LIST:PORT", which has no address: the list's slot.
  int16_t list = -1;
};

// Reads the canonical text of FieldType::kEndpoint, and notes in `ports` what
// ports it names. `slot_of` gives the slot of a socket's name. INVALID_ARGUMENT
// for what is none.
absl::StatusOr<Endpoint> ParseEndpoint(
    absl::string_view text, PortNames& ports,
    absl::FunctionRef<int(absl::string_view)> slot_of);

// The same for FieldType::kListPort.
absl::StatusOr<Endpoint> ParseListPort(
    absl::string_view text, PortNames& ports,
    absl::FunctionRef<int(absl::string_view)> slot_of);

// Reads the canonical text of FieldType::kAddress: an endpoint without a port.
absl::StatusOr<Endpoint> ParseBareAddress(absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_ENDPOINT_H_
