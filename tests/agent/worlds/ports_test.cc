#include "agent/worlds/ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/sysctls.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::Contains;

struct PortList {
  std::string text;
  std::vector<uint16_t> ports;
};

TEST(PortListTest, ReadsWhatTheKernelWrites) {
  const PortList lists[] = {
      {.text = "", .ports = {}},
      {.text = "22", .ports = {22}},
      {.text = "8000-8002,22", .ports = {22, 8000, 8001, 8002}},
      {.text = "65535,1-2,2", .ports = {1, 2, 65535}},
  };
  for (const PortList& list : lists) {
    SCOPED_TRACE(list.text);
    ASSERT_OK_AND_ASSIGN(const std::vector<uint16_t> ports,
                         ParsePortList(list.text));
    EXPECT_EQ(ports, list.ports);
  }
}

TEST(PortListTest, RefusesOtherTexts) {
  for (const char* text : {"x", "70000", "9-8", "1-", "-1", "1-70000"}) {
    EXPECT_FALSE(ParsePortList(text).ok()) << text;
  }
}

struct Kind {
  int family;
  int type;
};

// The port of a socket bound to loopback.
uint16_t Bind(const UniqueFd& fd, int family) {
  sockaddr_in6 six = {};
  six.sin6_family = AF_INET6;
  six.sin6_addr = IN6ADDR_LOOPBACK_INIT;
  sockaddr_in four = {};
  four.sin_family = AF_INET;
  four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_six = family == AF_INET6;
  socklen_t size = is_six ? sizeof(six) : sizeof(four);
  auto* const address = is_six ? reinterpret_cast<sockaddr*>(&six)
                               : reinterpret_cast<sockaddr*>(&four);
  if (::bind(fd.get(), address, size) != 0) return 0;
  ::getsockname(fd.get(), address, &size);
  return ntohs(is_six ? six.sin6_port : four.sin_port);
}

TEST(PortsInUseTest, AreThoseOfEverySocket) {
  for (const Kind kind :
       {Kind{AF_INET, SOCK_STREAM}, Kind{AF_INET, SOCK_DGRAM},
        Kind{AF_INET6, SOCK_STREAM}, Kind{AF_INET6, SOCK_DGRAM}}) {
    const UniqueFd fd(::socket(kind.family, kind.type | SOCK_CLOEXEC, 0));
    const uint16_t port = Bind(fd, kind.family);
    if (port == 0) continue;  // a host without IPv6
    if (kind.type == SOCK_STREAM) {
      ASSERT_EQ(::listen(fd.get(), 1), 0);
    }
    EXPECT_THAT(ReadPortsInUse(), Contains(port))
        << "family " << kind.family << " type " << kind.type;
  }
}

TEST(PortRulesTest, SayWhatTheSysctlsSay) {
  const PortRules rules = ReadPortRules();
  ASSERT_OK_AND_ASSIGN(const std::string range,
                       ReadSysctl("net/ipv4/ip_local_port_range"));
  EXPECT_EQ(absl::StrCat(rules.ephemeral_first, " ", rules.ephemeral_last),
            range);
  ASSERT_OK_AND_ASSIGN(const std::string start,
                       ReadSysctl("net/ipv4/ip_unprivileged_port_start"));
  EXPECT_EQ(absl::StrCat(rules.unprivileged_start), start);
}

TEST(RulesOfBothTest, KeepsWhatHoldsInEach) {
  PortRules a;
  a.unprivileged_start = 1024;
  a.ephemeral_first = 2000;
  a.ephemeral_last = 2010;
  a.reserved = {22};
  PortRules b = a;
  b.unprivileged_start = 80;
  b.ephemeral_first = 2005;
  b.ephemeral_last = 2012;
  b.reserved = {22, 8080};
  const PortRules both = RulesOfBoth(a, b);
  EXPECT_EQ(both.unprivileged_start, 1024);
  EXPECT_EQ(both.ephemeral_first, 2005);
  EXPECT_EQ(both.ephemeral_last, 2010);
  // Ephemeral in one alone: the kernel may choose it there.
  EXPECT_THAT(both.reserved, ::testing::ElementsAre(22, 2000, 2001, 2002, 2003,
                                                    2004, 2011, 2012, 8080));
  EXPECT_EQ(RulesOfBoth(a, a).reserved, a.reserved);
}

}  // namespace
}  // namespace sockdrift
