#include "agent/engine/socket_calls.h"

#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace sockdrift {
namespace {

int Answer(long result) {
  return result < 0 ? -errno : static_cast<int>(result);
}

const sockaddr* AsSockaddr(const void* address) {
  return static_cast<const sockaddr*>(address);
}
sockaddr* AsSockaddr(void* address) { return static_cast<sockaddr*>(address); }

}  // namespace

int SocketCalls::Socket(int family, int type, int protocol) {
  return Answer(::socket(family, type, protocol));
}

int SocketCalls::Setsockopt(int fd, int level, int name, const void* value,
                            socklen_t size) {
  return Answer(::setsockopt(fd, level, name, value, size));
}

int SocketCalls::Getsockopt(int fd, int level, int name, void* value,
                            socklen_t* size) {
  return Answer(::getsockopt(fd, level, name, value, size));
}

int SocketCalls::Bind(int fd, const void* address, socklen_t size) {
  return Answer(::bind(fd, AsSockaddr(address), size));
}

int SocketCalls::Connect(int fd, const void* address, socklen_t size) {
  return Answer(::connect(fd, AsSockaddr(address), size));
}

int SocketCalls::Listen(int fd, int backlog) {
  return Answer(::listen(fd, backlog));
}

int SocketCalls::Accept(int fd) {
  return Answer(::accept4(fd, nullptr, nullptr, SOCK_CLOEXEC));
}

int SocketCalls::Shutdown(int fd, int how) {
  return Answer(::shutdown(fd, how));
}

int SocketCalls::Close(int fd) { return Answer(::close(fd)); }

int SocketCalls::Send(int fd, const void* data, size_t size, int flags,
                      const void* address, socklen_t address_size) {
  return Answer(
      ::sendto(fd, data, size, flags, AsSockaddr(address), address_size));
}

int SocketCalls::Receive(int fd, void* data, size_t size, int flags,
                         void* address, socklen_t* address_size) {
  return Answer(
      ::recvfrom(fd, data, size, flags, AsSockaddr(address), address_size));
}

int SocketCalls::ReceiveMessage(int fd, msghdr* message, int flags) {
  return Answer(::recvmsg(fd, message, flags));
}

int SocketCalls::Getsockname(int fd, void* address, socklen_t* size) {
  return Answer(::getsockname(fd, AsSockaddr(address), size));
}

int SocketCalls::Getpeername(int fd, void* address, socklen_t* size) {
  return Answer(::getpeername(fd, AsSockaddr(address), size));
}

int SocketCalls::Poll(int fd, short* events, int timeout_ms) {
  pollfd one = {fd, *events, 0};
  const int ready = Answer(::poll(&one, 1, timeout_ms));
  *events = one.revents;
  return ready;
}

int SocketCalls::LinkNumber(int fd, const char* link) {
  ifreq request = {};
  std::strncpy(request.ifr_name, link, sizeof request.ifr_name - 1);
  const int result = Answer(::ioctl(fd, SIOCGIFINDEX, &request));
  return result < 0 ? result : request.ifr_ifindex;
}

std::string SocketCalls::LinkName(int fd, int number) {
  ifreq request = {};
  request.ifr_ifindex = number;
  return ::ioctl(fd, SIOCGIFNAME, &request) < 0 ? "" : request.ifr_name;
}

int SocketCalls::Getaddrinfo(const char* name, const addrinfo* hints,
                             addrinfo** list) {
  return ::getaddrinfo(name, nullptr, hints, list);
}

int SocketCalls::SetNonblocking(int fd, bool on) {
  return Answer(::fcntl(fd, F_SETFL, on ? O_RDWR | O_NONBLOCK : O_RDWR));
}

}  // namespace sockdrift
