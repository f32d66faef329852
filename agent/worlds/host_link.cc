#include "agent/worlds/host_link.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <time.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/worlds/links.h"
#include "agent/worlds/netlink_request.h"
#include "agent/worlds/sysctls.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr const char* kIpv4[kJoinedHosts] = {"192.0.2.1", "192.0.2.2"};
constexpr const char* kIpv6[kJoinedHosts] = {"2001:db8::1", "2001:db8::2"};
constexpr const char* kLinkLocal[kJoinedHosts] = {"fe80::1", "fe80::2"};
// Locally administered.
constexpr uint8_t kHardware[kJoinedHosts][6] = {{2, 0, 0, 0, 0, 1},
                                                {2, 0, 0, 0, 0, 2}};

constexpr int64_t kPauseNs = 100'000;
constexpr int kMostPauses = 50'000;  // 5 s at least

void AddEnd(NetlinkRequest& request, size_t host) {
  request.AddText(IFLA_IFNAME, kHostLink);
  request.Add(IFLA_ADDRESS, kHardware[host], sizeof(kHardware[host]));
}

absl::Status AddNeighbour(int family, const char* address, size_t host) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const int index, LinkIndex(kHostLink));
  ndmsg body = {};
  body.ndm_family = static_cast<uint8_t>(family);
  body.ndm_ifindex = index;
  body.ndm_state = NUD_PERMANENT;
  NetlinkRequest request(RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, body);
  uint8_t bytes[16];
  ::inet_pton(family, address, bytes);
  request.Add(NDA_DST, bytes, family == AF_INET ? 4 : 16);
  request.Add(NDA_LLADDR, kHardware[host], sizeof(kHardware[host]));
  return NetlinkStatus(request.Send(),
                       absl::StrCat("noting neighbour ", address));
}

// Lets the present namespace send every ICMP error: with the kernel's limits of
// how many go to one destination, or in one second, what a cell sees would
// depend on those before it. On loopback there are no such limits.
absl::Status SendEveryIcmpError() {
  // A bit each type; 255 is none.
  const std::pair<const char*, const char*> settings[] = {
      {"net/ipv4/icmp_ratemask", "0"},
      {"net/ipv6/icmp/ratemask", "255"},
      {"net/ipv6/icmp/ratelimit", "0"}};
  for (const auto& [name, value] : settings) {
    const absl::Status written = WriteSysctl(name, value);
    if (!written.ok() && !absl::IsNotFound(written)) return written;
  }
  return absl::OkStatus();
}

// Makes a search for a neighbour that nobody is end at once instead of after
// three seconds: EHOSTUNREACH, as then. By rtnetlink, because a user namespace
// hides these sysctls.
absl::Status GiveUpSearchesSoon(const char* table, int family) {
  constexpr uint32_t kProbes = 1;
  constexpr uint64_t kWaitMs = 10;
  SOCKDRIFT_ASSIGN_OR_RETURN(const int index, LinkIndex(kHostLink));
  ndtmsg body = {};
  body.ndtm_family = static_cast<uint8_t>(family);
  NetlinkRequest request(RTM_SETNEIGHTBL, NLM_F_REPLACE, body);
  request.AddText(NDTA_NAME, table);
  request.Open(NDTA_PARMS);
  request.Add(NDTPA_IFINDEX, &index, sizeof(index));
  request.Add(NDTPA_MCAST_PROBES, &kProbes, sizeof(kProbes));
  request.Add(NDTPA_RETRANS_TIME, &kWaitMs, sizeof(kWaitMs));
  request.Close();
  return NetlinkStatus(request.Send(),
                       absl::StrCat("setting ", table, " of ", kHostLink));
}

// IFLA_OPERSTATE of the link in the present namespace.
absl::StatusOr<int> OperatingState() {
  NetlinkRequest request(RTM_GETLINK, 0, ifinfomsg{});
  request.AddText(IFLA_IFNAME, kHostLink);
  std::string answer;
  SOCKDRIFT_RETURN_IF_ERROR(NetlinkStatus(
      request.Ask(answer), absl::StrCat("the state of ", kHostLink)));
  const size_t begin = NLMSG_SPACE(sizeof(ifinfomsg));
  for (size_t at = begin; at + sizeof(rtattr) <= answer.size();) {
    rtattr attribute;
    std::memcpy(&attribute, answer.data() + at, sizeof(attribute));
    if (attribute.rta_len < sizeof(attribute)) break;
    if (attribute.rta_type == IFLA_OPERSTATE) {
      return static_cast<uint8_t>(answer[at + RTA_LENGTH(0)]);
    }
    at += RTA_ALIGN(attribute.rta_len);
  }
  return absl::InternalError(absl::StrCat(
      "the kernel does not say in which state ", kHostLink, " is"));
}

absl::Status DisableIpv6() {
  for (const absl::string_view conf : {"default", "all"}) {
    const std::string name =
        absl::StrCat("net/ipv6/conf/", conf, "/disable_ipv6");
    const absl::Status written = WriteSysctl(name, "1");
    // A kernel without the file has no IPv6 to disable.
    if (!written.ok() && !absl::IsNotFound(written)) return written;
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status KeepLinksOnOneCpu() {
  constexpr char kMask[] = "net/core/rps_default_mask";
  const absl::StatusOr<std::string> mask = ReadSysctl(kMask);
  if (!mask.ok() || mask->find_first_not_of("0,") == std::string::npos) {
    return absl::OkStatus();
  }
  return WriteSysctl(kMask, "0");
}

absl::Status MakeHostLink(int other_namespace) {
  NetlinkRequest request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  AddEnd(request, 0);
  request.Open(IFLA_LINKINFO);
  request.AddText(IFLA_INFO_KIND, "veth");
  request.Open(IFLA_INFO_DATA);
  request.Open(VETH_INFO_PEER);
  const ifinfomsg peer = {};
  request.Append(&peer, sizeof(peer));
  AddEnd(request, 1);
  request.Add(IFLA_NET_NS_FD, &other_namespace, sizeof(other_namespace));
  request.Close();
  request.Close();
  request.Close();
  const int error = request.Send();
  if (error == EOPNOTSUPP) {
    return absl::FailedPreconditionError(
        "the plan joins two hosts, and this kernel has no links of kind veth");
  }
  return NetlinkStatus(error, "making the link between the plan's hosts");
}

absl::Status StartHostLink(bool ipv6) {
  if (ipv6) {
    // 1: no address is made of the link's own accord, for it would be searched
    // for duplicates for a second or more.
    SOCKDRIFT_RETURN_IF_ERROR(WriteSysctl(
        absl::StrCat("net/ipv6/conf/", kHostLink, "/addr_gen_mode"), "1"));
  }
  return SetLinkUp(kHostLink);
}

absl::Status AwaitHostLink() {
  for (int i = 0; i < kMostPauses; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const int state, OperatingState());
    if (state == IF_OPER_UP) return absl::OkStatus();
    const timespec pause = {0, kPauseNs};
    ::nanosleep(&pause, nullptr);
  }
  return absl::DeadlineExceededError(
      "the link between the plan's hosts did not come up");
}

absl::Status SetUpHost(size_t host,
                       const std::array<HostFamilies, kJoinedHosts>& families) {
  const HostFamilies& own = families[host];
  const HostFamilies& others = families[1 - host];
  const size_t other = 1 - host;
  SOCKDRIFT_RETURN_IF_ERROR(SendEveryIcmpError());
  if (own.ipv6) {
    SOCKDRIFT_RETURN_IF_ERROR(GiveUpSearchesSoon("ndisc_cache", AF_INET6));
    for (const char* address : {kIpv6[host], kLinkLocal[host]}) {
      SOCKDRIFT_RETURN_IF_ERROR(
          AddAddress(kHostLink, absl::StrCat(address, "/64")));
    }
  } else {
    SOCKDRIFT_RETURN_IF_ERROR(DisableIpv6());
  }
  if (own.ipv6 && others.ipv6) {
    for (const char* address : {kIpv6[other], kLinkLocal[other]}) {
      SOCKDRIFT_RETURN_IF_ERROR(AddNeighbour(AF_INET6, address, other));
    }
  }
  if (!own.ipv4) return RemoveAddress("lo", "127.0.0.1/8");
  SOCKDRIFT_RETURN_IF_ERROR(GiveUpSearchesSoon("arp_cache", AF_INET));
  SOCKDRIFT_RETURN_IF_ERROR(
      AddAddress(kHostLink, absl::StrCat(kIpv4[host], "/24")));
  return others.ipv4 ? AddNeighbour(AF_INET, kIpv4[other], other)
                     : absl::OkStatus();
}

}  // namespace sockdrift
