#include "tests/bench/bare_pairs.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <vector>

namespace sockdrift::bench {
namespace {

constexpr int kUnset = -1;
constexpr uint16_t kFirstPort = 1024;
constexpr uint16_t kPorts = 32768 - kFirstPort;

enum Kind { kBound, kListening, kDgram };

struct One {
  int family;
  union {
    sockaddr_in ipv4;
    sockaddr_in6 ipv6;
    sockaddr any;
  };
  socklen_t size;
  int reuseaddr;
  int reuseport;
  int v6only;
};

template <bool kCounting>
struct Calls {
  CallCounts counts = {};

  void Count(BareCall call) {
    if constexpr (kCounting) ++counts[call];
  }
  int Socket(int family, int type) {
    Count(kSocket);
    return ::socket(family, type | SOCK_CLOEXEC, 0);
  }
  bool Set(int fd, int level, int name, int value) {
    if (value == kUnset) return true;
    Count(kSetsockopt);
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
  }
  int Bind(int fd, const One& one) {
    Count(kBind);
    return ::bind(fd, &one.any, one.size);
  }
  int Listen(int fd) {
    Count(kListen);
    return ::listen(fd, 16);
  }
  void Close(int fd) {
    if (fd < 0) return;
    Count(kClose);
    ::close(fd);
  }
};

std::vector<One> Sockets() {
  std::vector<One> sockets;
  for (const char* address : {"0.0.0.0", "127.0.0.1", "127.0.0.2", "::", "::1",
                              "::ffff:0.0.0.0", "::ffff:127.0.0.1"}) {
    One one = {};
    if (inet_pton(AF_INET, address, &one.ipv4.sin_addr) == 1) {
      one.family = one.ipv4.sin_family = AF_INET;
      one.size = sizeof one.ipv4;
    } else {
      inet_pton(AF_INET6, address, &one.ipv6.sin6_addr);
      one.family = one.ipv6.sin6_family = AF_INET6;
      one.size = sizeof one.ipv6;
    }
    for (int reuseaddr : {kUnset, 1}) {
      for (int reuseport : {kUnset, 1}) {
        for (int v6only : {kUnset, 0, 1}) {
          if (one.family == AF_INET && v6only != kUnset) continue;
          one.reuseaddr = reuseaddr;
          one.reuseport = reuseport;
          one.v6only = v6only;
          sockets.push_back(one);
        }
      }
    }
  }
  return sockets;
}

template <bool kCounting>
int Open(Calls<kCounting>& calls, const One& one, int type, bool& good) {
  const int fd = calls.Socket(one.family, type);
  good = fd >= 0 && calls.Set(fd, SOL_SOCKET, SO_REUSEADDR, one.reuseaddr) &&
         calls.Set(fd, SOL_SOCKET, SO_REUSEPORT, one.reuseport) &&
         calls.Set(fd, IPPROTO_IPV6, IPV6_V6ONLY, one.v6only);
  return fd;
}

// The steps of one cell; the answers as bits.
template <bool kCounting>
uint64_t RunCell(Calls<kCounting>& calls, Kind kind, const One& first,
                 const One& second) {
  const int type = kind == kDgram ? SOCK_DGRAM : SOCK_STREAM;
  uint64_t answers = 0;
  bool good_a = false;
  bool good_b = false;
  const int a = Open(calls, first, type, good_a);
  if (good_a) good_a = calls.Bind(a, first) == 0;
  if (good_a && kind == kListening) good_a = calls.Listen(a) == 0;
  const int b = Open(calls, second, type, good_b);
  if (good_b) good_b = calls.Bind(b, second) == 0;
  answers = (good_a ? 1 : 0) | (good_b ? 2 : 0);
  if (good_b && kind != kDgram) answers |= calls.Listen(b) == 0 ? 4 : 0;
  if (good_a && kind == kBound) answers |= calls.Listen(a) == 0 ? 8 : 0;
  calls.Close(a);
  calls.Close(b);
  return answers;
}

template <bool kCounting>
uint64_t RunAll(Calls<kCounting>& calls, int times) {
  std::vector<One> sockets = Sockets();
  uint64_t sum = 0;
  uint32_t cell = 0;
  for (int i = 0; i < times; ++i) {
    for (Kind kind : {kBound, kListening, kDgram}) {
      for (One& first : sockets) {
        for (One& second : sockets) {
          const auto port =
              htons(static_cast<uint16_t>(kFirstPort + cell++ % kPorts));
          first.ipv4.sin_port = port;
          second.ipv4.sin_port = port;
          sum += RunCell(calls, kind, first, second);
        }
      }
    }
  }
  return sum;
}

}  // namespace

uint64_t RunBarePairs(int times) {
  Calls<false> calls;
  return RunAll(calls, times);
}

CallCounts CountBarePairs() {
  Calls<true> calls;
  RunAll(calls, 1);
  return calls.counts;
}

}  // namespace sockdrift::bench
