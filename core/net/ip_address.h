// IP addresses as plans and the names of axis values write them, and the fields
// by which conditions select them.
#ifndef SOCKDRIFT_CORE_NET_IP_ADDRESS_H_
#define SOCKDRIFT_CORE_NET_IP_ADDRESS_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

struct IpAddress {
  // As inet_ntop(3) writes it, with `%zone` where one was given.
  std::string canonical;
  bool ipv6 = false;    // of the socket address, so also for a mapped one
  bool mapped = false;  // ::ffff:0:0/96
  // any, loopback, link, multicast, broadcast or global; a mapped address has
  // that of the IPv4 address inside.
  absl::string_view scope;

  absl::string_view family() const { return ipv6 ? "inet6" : "inet"; }
  absl::string_view ip() const { return ipv6 && !mapped ? "6" : "4"; }
};

// Nullopt for what is no address; brackets are not part of one.
std::optional<IpAddress> ParseIpAddress(absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_NET_IP_ADDRESS_H_
