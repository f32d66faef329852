#include "agent/worlds/links.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <time.h>

#include <cerrno>
#include <cstring>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/worlds/netlink_request.h"
#include "core/base/status_macros.h"

// Declared by <net/if.h> too, which does not go with <linux/if.h>.
extern "C" unsigned int if_nametoindex(const char* name) noexcept;

namespace sockdrift {
namespace {

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

// 0 when there is none.
int NumberOf(const std::string& link) {
  return static_cast<int>(::if_nametoindex(link.c_str()));
}

// Whether the kernel delivers to the address here. It enters the route in work
// of its own, after it has answered that the address is there.
bool IsLocal(const Prefix& prefix, int index) {
  rtmsg body = {};
  body.rtm_family = prefix.family;
  body.rtm_dst_len = static_cast<uint8_t>(prefix.size() * 8);
  NetlinkRequest request(RTM_GETROUTE, 0, body);
  request.Add(RTA_DST, prefix.bytes, prefix.size());
  request.Add(RTA_OIF, &index, sizeof index);
  std::string answer;
  if (request.Ask(answer) != 0 || answer.size() < NLMSG_LENGTH(sizeof body)) {
    return false;
  }
  std::memcpy(&body, answer.data() + NLMSG_HDRLEN, sizeof body);
  return body.rtm_type == RTN_LOCAL;
}

// No longer than a second: a link that is down need not get there.
void AwaitLocal(const Prefix& prefix, int index) {
  constexpr timespec kPause = {0, 100'000};
  constexpr int kMostPauses = 10'000;
  for (int i = 0; i < kMostPauses && !IsLocal(prefix, index); ++i) {
    ::nanosleep(&kPause, nullptr);
  }
}

int ChangePrefix(const std::string& link, const Prefix& prefix, bool add) {
  const int index = NumberOf(link);
  if (index == 0) return errno;
  ifaddrmsg body = {};
  body.ifa_family = prefix.family;
  body.ifa_prefixlen = prefix.bits;
  body.ifa_index = static_cast<uint32_t>(index);
  if (prefix.family == AF_INET6) body.ifa_flags = IFA_F_NODAD;
  NetlinkRequest request(add ? RTM_NEWADDR : RTM_DELADDR,
                         add ? NLM_F_CREATE | NLM_F_EXCL : 0, body);
  request.Add(IFA_LOCAL, prefix.bytes, prefix.size());
  request.Add(IFA_ADDRESS, prefix.bytes, prefix.size());
  const int error = request.Send();
  if (error == 0 && add && prefix.family == AF_INET6) AwaitLocal(prefix, index);
  return error;
}

}  // namespace

absl::StatusOr<int> LinkIndex(const std::string& link) {
  const int index = NumberOf(link);
  if (index != 0) return index;
  return absl::ErrnoToStatus(errno, absl::StrCat("finding link ", link));
}

int ChangeLink(const std::string& link, bool up) {
  ifinfomsg body = {};
  body.ifi_index = NumberOf(link);
  if (body.ifi_index == 0) return errno;
  body.ifi_flags = up ? IFF_UP : 0;
  body.ifi_change = IFF_UP;
  return NetlinkRequest(RTM_NEWLINK, 0, body).Send();
}

absl::Status SetLinkUp(const std::string& link) {
  return NetlinkStatus(ChangeLink(link, true),
                       absl::StrCat("setting link ", link, " up"));
}

int ChangeAddress(const std::string& link, absl::string_view address,
                  bool add) {
  const absl::StatusOr<Prefix> prefix = ParsePrefix(address);
  return prefix.ok() ? ChangePrefix(link, *prefix, add) : EINVAL;
}

absl::Status AddAddress(const std::string& link, absl::string_view address) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Prefix prefix, ParsePrefix(address));
  SOCKDRIFT_RETURN_IF_ERROR(LinkIndex(link).status());
  return NetlinkStatus(ChangePrefix(link, prefix, true),
                       absl::StrCat("adding address ", address, " to ", link));
}

absl::Status RemoveAddress(const std::string& link, absl::string_view address) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Prefix prefix, ParsePrefix(address));
  SOCKDRIFT_RETURN_IF_ERROR(LinkIndex(link).status());
  return NetlinkStatus(
      ChangePrefix(link, prefix, false),
      absl::StrCat("removing address ", address, " from ", link));
}

}  // namespace sockdrift
