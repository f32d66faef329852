#include "agent/worlds/netlink_request.h"

#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <cerrno>

#include "agent/os/unique_fd.h"

namespace sockdrift {
namespace {

constexpr size_t kMostOfAnswer = 8192;  // bytes; a link's message has about 2 K

}  // namespace

void NetlinkRequest::Begin(uint16_t type, uint16_t flags) {
  header().nlmsg_len = NLMSG_HDRLEN;
  header().nlmsg_type = type;
  header().nlmsg_flags = static_cast<uint16_t>(NLM_F_REQUEST | flags);
}

void NetlinkRequest::Append(const void* data, size_t size) {
  const size_t at = NLMSG_ALIGN(header().nlmsg_len);
  if (size > 0) std::memcpy(buffer_ + at, data, size);
  header().nlmsg_len = static_cast<uint32_t>(at + size);
}

void NetlinkRequest::Add(uint16_t type, const void* data, size_t size) {
  const rtattr attribute = {static_cast<uint16_t>(RTA_LENGTH(size)), type};
  Append(&attribute, sizeof(attribute));
  Append(data, size);
}

void NetlinkRequest::AddText(uint16_t type, const std::string& text) {
  Add(type, text.c_str(), text.size() + 1);
}

void NetlinkRequest::Open(uint16_t type) {
  open_[depth_++] = NLMSG_ALIGN(header().nlmsg_len);
  Add(type, nullptr, 0);
}

void NetlinkRequest::Close() {
  const size_t begin = open_[--depth_];
  // Not past the message's end: the kernel passes over an attribute that is.
  const auto size = static_cast<uint16_t>(header().nlmsg_len - begin);
  std::memcpy(buffer_ + begin, &size, sizeof(size));  // rtattr::rta_len
}

int NetlinkRequest::Ask(std::string& answer) {
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
  answer.resize(kMostOfAnswer);
  const ssize_t size = ::recv(fd.get(), answer.data(), answer.size(), 0);
  if (size < 0) return errno;
  answer.resize(static_cast<size_t>(size));
  nlmsghdr head;
  nlmsgerr error;
  if (answer.size() < sizeof(head)) return EPROTO;
  std::memcpy(&head, answer.data(), sizeof(head));
  if (head.nlmsg_type != NLMSG_ERROR) return 0;
  if (answer.size() < NLMSG_LENGTH(sizeof(error))) return EPROTO;
  std::memcpy(&error, answer.data() + NLMSG_HDRLEN, sizeof(error));
  return -error.error;
}

int NetlinkRequest::Send() {
  header().nlmsg_flags |= NLM_F_ACK;
  std::string answer;
  return Ask(answer);
}

absl::Status NetlinkStatus(int error, absl::string_view what) {
  return error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(error, what);
}

}  // namespace sockdrift
