// The seam between the engine and the kernel: every call under test goes
// through here, so that tests can count calls or break them. What the kernel
// answers is learnt from the kernel only.
#ifndef SOCKDRIFT_AGENT_ENGINE_SOCKET_CALLS_H_
#define SOCKDRIFT_AGENT_ENGINE_SOCKET_CALLS_H_

#include <netdb.h>
#include <sys/socket.h>

#include <cstddef>
#include <string>

#include "absl/base/attributes.h"

namespace sockdrift {

// Each method makes the one system call of its name and returns what that
// returned, or minus errno. The methods of this class itself make real calls.
class SocketCalls {
 public:
  virtual ~SocketCalls() = default;

  virtual ABSL_ATTRIBUTE_HOT int Socket(int family, int type, int protocol);
  virtual ABSL_ATTRIBUTE_HOT int Setsockopt(int fd, int level, int name,
                                            const void* value, socklen_t size);
  virtual int Getsockopt(int fd, int level, int name, void* value,
                         socklen_t* size);
  virtual ABSL_ATTRIBUTE_HOT int Bind(int fd, const void* address,
                                      socklen_t size);
  virtual int Connect(int fd, const void* address, socklen_t size);
  virtual ABSL_ATTRIBUTE_HOT int Listen(int fd, int backlog);
  virtual int Accept(int fd);  // accept4, close-on-exec
  virtual int Shutdown(int fd, int how);
  virtual ABSL_ATTRIBUTE_HOT int Close(int fd);
  // `address` may be null.
  virtual int Send(int fd, const void* data, size_t size, int flags,
                   const void* address, socklen_t address_size);
  virtual int Receive(int fd, void* data, size_t size, int flags, void* address,
                      socklen_t* address_size);
  // The same of recvmsg(2), with room for ancillary data.
  virtual int ReceiveMessage(int fd, msghdr* message, int flags);
  virtual int Getsockname(int fd, void* address, socklen_t* size);
  virtual int Getpeername(int fd, void* address, socklen_t* size);
  // The number of descriptors that are ready, 0 or 1; `events` is read and
  // then written.
  virtual int Poll(int fd, short* events, int timeout_ms);
  // The number of a link in the socket's own namespace; minus errno.
  virtual int LinkNumber(int fd, const char* link);
  // The name of the link of that number there; empty where there is none.
  virtual std::string LinkName(int fd, int number);
  // getaddrinfo(3): the calls that the C library makes, and its return value;
  // errno says more of EAI_SYSTEM. No service is asked for.
  virtual int Getaddrinfo(const char* name, const addrinfo* hints,
                          addrinfo** list);
  // fcntl with O_NONBLOCK on top of O_RDWR, or O_RDWR alone.
  virtual int SetNonblocking(int fd, bool on);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_SOCKET_CALLS_H_
