#include "agent/worlds/ports.h"

#include <arpa/inet.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/os/text_file.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/sysctls.h"

namespace sockdrift {
namespace {

constexpr int kFamilies[] = {AF_INET, AF_INET6};
constexpr int kProtocols[] = {IPPROTO_TCP, IPPROTO_UDP};

bool ToPort(absl::string_view text, uint16_t& port) {
  uint32_t number;
  if (!absl::SimpleAtoi(text, &number) || number > 65535) return false;
  port = static_cast<uint16_t>(number);
  return true;
}

bool AskForDump(int fd, int family, int protocol) {
  struct {
    nlmsghdr head;
    inet_diag_req_v2 body;
  } request = {};
  request.head.nlmsg_len = sizeof(request);
  request.head.nlmsg_type = SOCK_DIAG_BY_FAMILY;
  request.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  request.body.sdiag_family = static_cast<uint8_t>(family);
  request.body.sdiag_protocol = static_cast<uint8_t>(protocol);
  // All states, that of bound sockets that do nothing included, which newer
  // kernels list.
  request.body.idiag_states = ~0U;
  sockaddr_nl kernel = {};
  kernel.nl_family = AF_NETLINK;
  return ::sendto(fd, &request, sizeof(request), 0,
                  reinterpret_cast<const sockaddr*>(&kernel),
                  sizeof(kernel)) == static_cast<ssize_t>(sizeof(request));
}

// Whether the dump came to its end.
bool TakeDump(int fd, std::vector<uint16_t>& ports) {
  alignas(NLMSG_ALIGNTO) char buffer[32768];
  for (;;) {
    const ssize_t size = ::recv(fd, buffer, sizeof(buffer), 0);
    if (size <= 0) return false;
    auto left = static_cast<unsigned>(size);
    for (auto* head = reinterpret_cast<nlmsghdr*>(buffer); NLMSG_OK(head, left);
         head = NLMSG_NEXT(head, left)) {
      if (head->nlmsg_type == NLMSG_DONE) return true;
      if (head->nlmsg_type == NLMSG_ERROR) return false;
      if (head->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg))) continue;
      inet_diag_msg about;
      std::memcpy(&about, NLMSG_DATA(head), sizeof(about));
      ports.push_back(ntohs(about.id.idiag_sport));
    }
  }
}

bool ReadByDiag(std::vector<uint16_t>& ports) {
  for (const int family : kFamilies) {
    for (const int protocol : kProtocols) {
      const UniqueFd fd(
          ::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
      if (!fd.valid() || !AskForDump(fd.get(), family, protocol) ||
          !TakeDump(fd.get(), ports)) {
        return false;
      }
    }
  }
  return true;
}

// A line is "  0: 0100007F:1F90 00000000:0000 0A …": local address and port
// come second.
void ReadByProc(std::vector<uint16_t>& ports) {
  for (const char* file : {"tcp", "tcp6", "udp", "udp6"}) {
    const std::string text =
        ReadTextFile(absl::StrCat("/proc/self/net/", file)).value_or("");
    for (const absl::string_view line : absl::StrSplit(text, '\n')) {
      const std::vector<absl::string_view> words =
          absl::StrSplit(line, ' ', absl::SkipEmpty());
      if (words.size() < 2) continue;
      const size_t colon = words[1].find(':');
      uint32_t port;
      if (colon != absl::string_view::npos &&
          absl::SimpleHexAtoi(words[1].substr(colon + 1), &port) &&
          port <= 65535) {
        ports.push_back(static_cast<uint16_t>(port));
      }
    }
  }
}

}  // namespace

PortRules ReadPortRules() {
  PortRules rules;
  ToPort(ReadSysctl("net/ipv4/ip_unprivileged_port_start").value_or(""),
         rules.unprivileged_start);
  const std::string range =
      ReadSysctl("net/ipv4/ip_local_port_range").value_or("");
  const std::vector<absl::string_view> ends = absl::StrSplit(range, ' ');
  if (ends.size() == 2) {
    ToPort(ends[0], rules.ephemeral_first);
    ToPort(ends[1], rules.ephemeral_last);
  }
  const std::string reserved =
      ReadSysctl("net/ipv4/ip_local_reserved_ports").value_or("");
  rules.reserved = ParsePortList(reserved).value_or(std::vector<uint16_t>());
  return rules;
}

PortRules RulesOfBoth(const PortRules& a, const PortRules& b) {
  PortRules both = a;
  both.unprivileged_start =
      std::max(a.unprivileged_start, b.unprivileged_start);
  both.ephemeral_first = std::max(a.ephemeral_first, b.ephemeral_first);
  both.ephemeral_last = std::min(a.ephemeral_last, b.ephemeral_last);
  both.reserved.insert(both.reserved.end(), b.reserved.begin(),
                       b.reserved.end());
  for (uint32_t i = 1; i <= 65535; ++i) {
    const auto port = static_cast<uint16_t>(i);
    const auto ephemeral = [port](const PortRules& rules) {
      return port >= rules.ephemeral_first && port <= rules.ephemeral_last;
    };
    if (ephemeral(a) != ephemeral(b)) both.reserved.push_back(port);
  }
  std::sort(both.reserved.begin(), both.reserved.end());
  both.reserved.erase(std::unique(both.reserved.begin(), both.reserved.end()),
                      both.reserved.end());
  both.in_use.insert(both.in_use.end(), b.in_use.begin(), b.in_use.end());
  return both;
}

absl::StatusOr<std::vector<uint16_t>> ParsePortList(absl::string_view text) {
  std::vector<uint16_t> ports;
  for (const absl::string_view part :
       absl::StrSplit(text, ',', absl::SkipWhitespace())) {
    const size_t dash = part.find('-');
    uint16_t first;
    if (!ToPort(part.substr(0, dash), first)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", part, "\" is no port or range of ports"));
    }
    uint16_t last = first;
    if (dash != absl::string_view::npos &&
        (!ToPort(part.substr(dash + 1), last) || last < first)) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", part, "\" is no range of ports"));
    }
    for (uint32_t port = first; port <= last; ++port) {
      ports.push_back(static_cast<uint16_t>(port));
    }
  }
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  return ports;
}

std::vector<uint16_t> ReadPortsInUse() {
  std::vector<uint16_t> ports;
  if (!ReadByDiag(ports)) ReadByProc(ports);
  std::sort(ports.begin(), ports.end());
  ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
  if (!ports.empty() && ports.front() == 0) ports.erase(ports.begin());
  return ports;
}

}  // namespace sockdrift
