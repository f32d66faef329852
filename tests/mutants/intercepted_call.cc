#include "tests/mutants/intercepted_call.h"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace sockdrift::mutants {
namespace {

bool ReadFrom(pid_t pid, uint64_t address, void* to, size_t size) {
  const iovec local = {to, size};
  const iovec remote = {reinterpret_cast<void*>(address), size};
  return ::process_vm_readv(pid, &local, 1, &remote, 1, 0) ==
         static_cast<ssize_t>(size);
}

}  // namespace

InterceptedCall::InterceptedCall(const seccomp_notif& notification)
    : notification_(notification) {
  const auto* const args = notification.data.args;
  if (number() != SCMP_SYS(bind) && number() != SCMP_SYS(connect)) return;
  size_ = static_cast<socklen_t>(std::min<uint64_t>(args[2], sizeof(address_)));
  if (!ReadFrom(static_cast<pid_t>(notification.pid), args[1], &address_,
                size_)) {
    address_ = {};
  }
}

uint16_t InterceptedCall::port() const {
  // At the same place in both families' addresses.
  const bool has_port = family() == AF_INET || family() == AF_INET6;
  return has_port ? ntohs(address_.sin6_port) : 0;
}

bool InterceptedCall::is_wildcard() const {
  if (family() == AF_INET6) return IN6_IS_ADDR_UNSPECIFIED(&address_.sin6_addr);
  sockaddr_in inet;
  std::memcpy(&inet, &address_, sizeof(inet));
  return family() == AF_INET && inet.sin_addr.s_addr == htonl(INADDR_ANY);
}

bool InterceptedCall::is_mapped() const {
  return family() == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address_.sin6_addr);
}

int InterceptedCall::OptionValue(int otherwise) const {
  int value = 0;
  const auto* const args = notification_.data.args;
  const bool read = args[4] >= sizeof(value) &&
                    ReadFrom(static_cast<pid_t>(notification_.pid), args[3],
                             &value, sizeof(value));
  return read ? value : otherwise;
}

int InterceptedCall::Socket() {
  if (!socket_.valid()) {
    const UniqueFd process(
        static_cast<int>(::syscall(SYS_pidfd_open, notification_.pid, 0)));
    socket_ = UniqueFd(static_cast<int>(
        ::syscall(SYS_pidfd_getfd, process.get(),
                  static_cast<int>(notification_.data.args[0]), 0)));
  }
  return socket_.get();
}

void InterceptedCall::SetOption(int level, int name, int value) {
  // A socket of another family refuses it, which is as good.
  static_cast<void>(::setsockopt(Socket(), level, name, &value, sizeof(value)));
}

int InterceptedCall::GetOption(int level, int name, int otherwise) {
  int value = 0;
  socklen_t size = sizeof(value);
  return ::getsockopt(Socket(), level, name, &value, &size) == 0 ? value
                                                                 : otherwise;
}

int InterceptedCall::Perform() {
  const auto* const address = reinterpret_cast<const sockaddr*>(&address_);
  const int result = number() == SCMP_SYS(bind)
                         ? ::bind(Socket(), address, size_)
                         : ::connect(Socket(), address, size_);
  return result == 0 ? 0 : errno;
}

}  // namespace sockdrift::mutants
