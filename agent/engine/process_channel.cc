#include "agent/engine/process_channel.h"

#include <sys/socket.h>
#include <sys/uio.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace sockdrift {
namespace {

// Longer than any outcome, and than the ports and names of any cell.
constexpr size_t kLongest = 65536;

union Control {
  cmsghdr align;
  char bytes[CMSG_SPACE(sizeof(int))];
};

}  // namespace

int SendMessage(int channel, const void* head, size_t size,
                absl::string_view tail, int fd) {
  tail = tail.substr(0, kLongest - size);
  iovec parts[] = {{const_cast<void*>(head), size},
                   {const_cast<char*>(tail.data()), tail.size()}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  Control control = {};
  if (fd >= 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = sizeof control.bytes;
    cmsghdr* rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    std::memcpy(CMSG_DATA(rights), &fd, sizeof fd);
  }
  return ::sendmsg(channel, &message, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

bool ReceiveMessage(int channel, void* head, size_t size, std::string& tail,
                    UniqueFd& fd) {
  std::vector<char> buffer(kLongest);
  iovec part = {buffer.data(), buffer.size()};
  Control control = {};
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control.bytes;
  message.msg_controllen = sizeof control.bytes;
  const ssize_t got = ::recvmsg(channel, &message, MSG_CMSG_CLOEXEC);
  if (got < static_cast<ssize_t>(size)) return false;
  const cmsghdr* rights = CMSG_FIRSTHDR(&message);
  if (rights != nullptr && rights->cmsg_type == SCM_RIGHTS) {
    int passed = -1;
    std::memcpy(&passed, CMSG_DATA(rights), sizeof passed);
    fd.reset(passed);
  }
  std::memcpy(head, buffer.data(), size);
  tail.assign(buffer.data() + size, static_cast<size_t>(got) - size);
  return true;
}

}  // namespace sockdrift
