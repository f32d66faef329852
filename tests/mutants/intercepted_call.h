// A system call of another process that waits for this one's decision
// (seccomp_unotify(2)).
#ifndef SOCKDRIFT_TESTS_MUTANTS_INTERCEPTED_CALL_H_
#define SOCKDRIFT_TESTS_MUTANTS_INTERCEPTED_CALL_H_

#include <netinet/in.h>
#include <seccomp.h>
#include <sys/socket.h>

#include <cstdint>

#include "agent/os/unique_fd.h"

namespace sockdrift::mutants {

class InterceptedCall {
 public:
  explicit InterceptedCall(const seccomp_notif& notification);

  int number() const { return notification_.data.nr; }

  // The socket address that is the second argument of bind and connect; of
  // family AF_UNSPEC where it cannot be read.
  const sockaddr_in6& address() const { return address_; }
  int family() const { return address_.sin6_family; }
  // In host order; 0 for families without ports.
  uint16_t port() const;
  bool is_wildcard() const;
  bool is_mapped() const;

  // The caller's integer, for setsockopt; `otherwise` where it cannot be read.
  int OptionValue(int otherwise) const;
  uint64_t argument(int index) const { return notification_.data.args[index]; }

  // setsockopt on the caller's socket.
  void SetOption(int level, int name, int value);
  int GetOption(int level, int name, int otherwise);
  // Makes the call, bind or connect, on the caller's socket: 0 or its errno.
  int Perform();

 private:
  int Socket();

  const seccomp_notif& notification_;
  sockaddr_in6 address_ = {};
  socklen_t size_ = 0;
  UniqueFd socket_;
};

}  // namespace sockdrift::mutants

#endif  // SOCKDRIFT_TESTS_MUTANTS_INTERCEPTED_CALL_H_
