#include "agent/worlds/links.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"
#include "core/base/status_macros.h"

// Declared by <net/if.h> too, which does not go with <linux/if.h>.
extern "C" unsigned int if_nametoindex(const char* name) noexcept;

namespace sockdrift {
namespace {

// One rtnetlink request, put together in place.
class Request {
 public:
  template <typename Body>
  Request(uint16_t type, uint16_t flags, const Body& body) {
    header().nlmsg_len = NLMSG_LENGTH(sizeof(body));
    header().nlmsg_type = type;
    header().nlmsg_flags =
        static_cast<uint16_t>(NLM_F_REQUEST | NLM_F_ACK | flags);
    std::memcpy(NLMSG_DATA(&header()), &body, sizeof(body));
  }

  // The texts are checked for length before: nothing here comes near the end
  // of the buffer.
  void Add(uint16_t type, const void* data, size_t size) {
    rtattr attribute = {static_cast<uint16_t>(RTA_LENGTH(size)), type};
    char* at = buffer_ + NLMSG_ALIGN(header().nlmsg_len);
    std::memcpy(at, &attribute, sizeof(attribute));
    if (size > 0) std::memcpy(at + RTA_LENGTH(0), data, size);
    header().nlmsg_len = static_cast<uint32_t>(NLMSG_ALIGN(header().nlmsg_len) +
                                               RTA_ALIGN(attribute.rta_len));
  }
  void AddText(uint16_t type, const std::string& text) {
    Add(type, text.c_str(), text.size() + 1);
  }

  // The kernel's answer: 0 or an errno.
  int Send() {
    const UniqueFd fd(
        ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE));
    if (!fd.valid()) return errno;
    sockaddr_nl kernel = {};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(fd.get(), buffer_, header().nlmsg_len, 0,
                 reinterpret_cast<const sockaddr*>(&kernel),
                 sizeof(kernel)) < 0) {
      return errno;
    }
    char answer[1024];
    const ssize_t size = ::recv(fd.get(), answer, sizeof(answer), 0);
    if (size < 0) return errno;
    nlmsghdr head;
    nlmsgerr error;
    if (static_cast<size_t>(size) < NLMSG_LENGTH(sizeof(error))) return EPROTO;
    std::memcpy(&head, answer, sizeof(head));
    if (head.nlmsg_type != NLMSG_ERROR) return EPROTO;
    std::memcpy(&error, answer + NLMSG_HDRLEN, sizeof(error));
    return -error.error;
  }

 private:
  nlmsghdr& header() { return *reinterpret_cast<nlmsghdr*>(buffer_); }

  alignas(NLMSG_ALIGNTO) char buffer_[512] = {};
};

absl::Status Answered(int error, absl::string_view what) {
  return error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(error, what);
}

absl::StatusOr<int> LinkIndex(const std::string& link) {
  const unsigned index = ::if_nametoindex(link.c_str());
  if (index == 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("finding link ", link));
  }
  return static_cast<int>(index);
}

struct Prefix {
  uint8_t family = AF_INET;
  uint8_t bits = 0;
  uint8_t bytes[16] = {};
  size_t size() const { return family == AF_INET ? 4 : 16; }
};

absl::StatusOr<Prefix> ParsePrefix(absl::string_view written) {
  const size_t slash = written.find('/');
  const std::string address(written.substr(0, slash));
  Prefix prefix;
  if (::inet_pton(AF_INET6, address.c_str(), prefix.bytes) == 1) {
    prefix.family = AF_INET6;
  } else if (::inet_pton(AF_INET, address.c_str(), prefix.bytes) != 1) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", written, "\" is no address with a prefix"));
  }
  uint32_t bits = static_cast<uint32_t>(prefix.size() * 8);
  if (slash != absl::string_view::npos &&
      (!absl::SimpleAtoi(written.substr(slash + 1), &bits) ||
       bits > prefix.size() * 8)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", written, "\" has no sound prefix length"));
  }
  prefix.bits = static_cast<uint8_t>(bits);
  return prefix;
}

}  // namespace

absl::Status SetLinkUp(const std::string& link) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const int index, LinkIndex(link));
  ifinfomsg body = {};
  body.ifi_index = index;
  body.ifi_flags = IFF_UP;
  body.ifi_change = IFF_UP;
  return Answered(Request(RTM_NEWLINK, 0, body).Send(),
                  absl::StrCat("setting link ", link, " up"));
}

absl::Status AddLink(const std::string& link, const std::string& kind) {
  if (link.empty() || link.size() >= IFNAMSIZ || kind.size() >= IFNAMSIZ) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", link, "\" of kind \"", kind,
                     "\" is no name of a link: it has 1 "
                     "to ",
                     IFNAMSIZ - 1, " characters"));
  }
  Request request(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, ifinfomsg{});
  request.AddText(IFLA_IFNAME, link);
  // struct { rtattr; char kind[] } as the nested attribute's content.
  char nested[RTA_SPACE(IFNAMSIZ)] = {};
  const rtattr about = {static_cast<uint16_t>(RTA_LENGTH(kind.size())),
                        IFLA_INFO_KIND};
  std::memcpy(nested, &about, sizeof(about));
  std::memcpy(nested + RTA_LENGTH(0), kind.data(), kind.size());
  request.Add(IFLA_LINKINFO, nested, RTA_SPACE(kind.size()));
  SOCKDRIFT_RETURN_IF_ERROR(Answered(
      request.Send(), absl::StrCat("making link ", link, " of kind ", kind)));
  return SetLinkUp(link);
}

absl::Status AddAddress(const std::string& link, absl::string_view address) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Prefix prefix, ParsePrefix(address));
  SOCKDRIFT_ASSIGN_OR_RETURN(const int index, LinkIndex(link));
  ifaddrmsg body = {};
  body.ifa_family = prefix.family;
  body.ifa_prefixlen = prefix.bits;
  body.ifa_index = static_cast<uint32_t>(index);
  if (prefix.family == AF_INET6) body.ifa_flags = IFA_F_NODAD;
  Request request(RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, body);
  request.Add(IFA_LOCAL, prefix.bytes, prefix.size());
  request.Add(IFA_ADDRESS, prefix.bytes, prefix.size());
  return Answered(request.Send(),
                  absl::StrCat("adding address ", address, " to ", link));
}

}  // namespace sockdrift
