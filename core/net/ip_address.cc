#include "core/net/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

absl::string_view ScopeOf(uint32_t address) {
  if (address == INADDR_ANY) return "any";
  if (address == INADDR_BROADCAST) return "broadcast";
  if ((address >> 24) == IN_LOOPBACKNET) return "loopback";
  if (IN_MULTICAST(address)) return "multicast";
  if ((address >> 16) == 0xa9fe) return "link";
  return "global";
}

absl::string_view ScopeOf(const in6_addr& address) {
  if (IN6_IS_ADDR_UNSPECIFIED(&address)) return "any";
  if (IN6_IS_ADDR_LOOPBACK(&address)) return "loopback";
  if (IN6_IS_ADDR_MULTICAST(&address)) return "multicast";
  if (IN6_IS_ADDR_LINKLOCAL(&address)) return "link";
  return "global";
}

}  // namespace

std::optional<IpAddress> ParseIpAddress(absl::string_view text) {
  IpAddress result;
  char canonical[INET6_ADDRSTRLEN];
  in_addr ipv4;
  if (inet_pton(AF_INET, std::string(text).c_str(), &ipv4) == 1) {
    result.canonical = inet_ntop(AF_INET, &ipv4, canonical, sizeof canonical);
    result.scope = ScopeOf(ntohl(ipv4.s_addr));
    return result;
  }
  const size_t percent = text.find('%');
  in6_addr ipv6;
  if (inet_pton(AF_INET6, std::string(text.substr(0, percent)).c_str(),
                &ipv6) != 1) {
    return std::nullopt;
  }
  result.canonical = inet_ntop(AF_INET6, &ipv6, canonical, sizeof canonical);
  if (percent != absl::string_view::npos) {
    if (percent + 1 == text.size()) return std::nullopt;
    absl::StrAppend(&result.canonical, text.substr(percent));
  }
  result.ipv6 = true;
  result.mapped = IN6_IS_ADDR_V4MAPPED(&ipv6);
  if (result.mapped) {
    uint32_t inner;
    std::memcpy(&inner, &ipv6.s6_addr[12], sizeof inner);
    result.scope = ScopeOf(ntohl(inner));
  } else {
    result.scope = ScopeOf(ipv6);
  }
  return result;
}

}  // namespace sockdrift
