// Whether there is IPv6 at all, and whether packet filters stand in the way.
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "agent/facts/sources.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

std::string Ipv6Available(const HostRoot& root, bool from_kernel) {
  if (!from_kernel) return root.Exists("/proc/net/if_inet6") ? "yes" : "no";
  UniqueFd fd(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (fd.valid()) return "yes";
  // Anything else (a filter's EPERM) says nothing about IPv6.
  return errno == EAFNOSUPPORT ? "no" : "";
}

// Asks the kernel for the tables of this namespace. Empty when it may not be
// asked or has no nf_tables.
std::string NftablesInUse() {
  UniqueFd fd(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER));
  if (!fd.valid()) return "";
  struct {
    nlmsghdr head;
    nfgenmsg body;
  } request = {};
  request.head.nlmsg_len = sizeof(request);
  request.head.nlmsg_type = (NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_GETTABLE;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.nfgen_family = AF_UNSPEC;
  request.body.version = NFNETLINK_V0;
  sockaddr_nl kernel = {};
  kernel.nl_family = AF_NETLINK;
  if (sendto(fd.get(), &request, sizeof(request), 0,
             reinterpret_cast<sockaddr*>(&kernel), sizeof(kernel)) < 0) {
    return "";
  }
  alignas(nlmsghdr) char answer[8192];
  // The answer is queued before sendto returns: nothing to wait for.
  ssize_t size = recv(fd.get(), answer, sizeof(answer), MSG_DONTWAIT);
  if (size < static_cast<ssize_t>(sizeof(nlmsghdr))) return "";
  nlmsghdr first;
  std::memcpy(&first, answer, sizeof(first));
  if (first.nlmsg_type == NLMSG_ERROR) return "";
  return first.nlmsg_type == NLMSG_DONE ? "no" : "yes";
}

}  // namespace

void AddNetworkFacts(const HostRoot& root, bool from_kernel, Facts& facts) {
  AddFact("ipv6.available", Ipv6Available(root, from_kernel), facts);
  if (from_kernel) AddFact("nftables.in_use", NftablesInUse(), facts);
  // The tables of the older iptables that hold a table at all.
  if (root.Exists("/proc/net/ip_tables_names")) {
    bool used = !root.Line("/proc/net/ip_tables_names").empty() ||
                !root.Line("/proc/net/ip6_tables_names").empty();
    AddFact("iptables.in_use", used ? "yes" : "no", facts);
  }
}

}  // namespace sockdrift
