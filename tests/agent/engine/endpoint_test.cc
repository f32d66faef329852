#include "agent/engine/endpoint.h"

#include <arpa/inet.h>

#include <cstring>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

int NoSlot(absl::string_view) { return 7; }

TEST(EndpointTest, IsWhatTheKernelIsHanded) {
  PortNames ports;
  ASSERT_OK_AND_ASSIGN(const Endpoint ipv4,
                       ParseEndpoint("127.0.0.1:8080", ports, NoSlot));
  EXPECT_EQ(ipv4.size, sizeof(sockaddr_in));
  EXPECT_EQ(ipv4.ipv4.sin_family, AF_INET);
  EXPECT_EQ(ntohs(ipv4.ipv4.sin_port), 8080);
  EXPECT_EQ(ntohl(ipv4.ipv4.sin_addr.s_addr), INADDR_LOOPBACK);
  EXPECT_THAT(ports.fixed, ::testing::ElementsAre(8080));
  ASSERT_OK_AND_ASSIGN(const Endpoint ipv6,
                       ParseEndpoint("[::ffff:127.0.0.1]:0", ports, NoSlot));
  EXPECT_EQ(ipv6.size, sizeof(sockaddr_in6));
  EXPECT_EQ(ipv6.ipv6.sin6_family, AF_INET6);
  EXPECT_TRUE(IN6_IS_ADDR_V4MAPPED(&ipv6.ipv6.sin6_addr));
  EXPECT_EQ(ipv6.ipv6.sin6_port, 0);
  EXPECT_EQ(ipv6.source, PortSource::kGiven);
}

TEST(EndpointTest, SymbolsAreNumberedAsTheyComeUp) {
  PortNames ports;
  ASSERT_OK_AND_ASSIGN(const Endpoint a,
                       ParseEndpoint("127.0.0.1:A", ports, NoSlot));
  ASSERT_OK_AND_ASSIGN(const Endpoint low,
                       ParseEndpoint("[::1]:A.low", ports, NoSlot));
  ASSERT_OK_AND_ASSIGN(const Endpoint again,
                       ParseEndpoint("0.0.0.0:A", ports, NoSlot));
  EXPECT_EQ(a.source, PortSource::kSymbol);
  EXPECT_EQ(a.index, 0);
  EXPECT_EQ(low.index, 1);
  EXPECT_EQ(again.index, 0);
  EXPECT_EQ(ports.symbols[1].port_class, PortClass::kLow);
}

TEST(EndpointTest, NamesAndSockets) {
  PortNames ports;
  ports.named = {{"web", 80, 80}, {"range", 40000, 40010}};
  ASSERT_OK_AND_ASSIGN(const Endpoint web,
                       ParseEndpoint("0.0.0.0:web", ports, NoSlot));
  EXPECT_EQ(ntohs(web.ipv4.sin_port), 80);
  ASSERT_OK_AND_ASSIGN(const Endpoint range,
                       ParseEndpoint("0.0.0.0:range", ports, NoSlot));
  EXPECT_EQ(range.source, PortSource::kNamed);
  EXPECT_EQ(range.index, 1);
  ASSERT_OK_AND_ASSIGN(const Endpoint socket,
                       ParseEndpoint("[::1]:port(x)", ports, NoSlot));
  EXPECT_EQ(socket.source, PortSource::kSocket);
  EXPECT_EQ(socket.index, 7);
}

TEST(EndpointTest, UnspecifiedFamilies) {
  PortNames ports;
  ASSERT_OK_AND_ASSIGN(const Endpoint bare,
                       ParseEndpoint("unspec", ports, NoSlot));
  EXPECT_EQ(bare.ipv4.sin_family, AF_UNSPEC);
  EXPECT_EQ(bare.source, PortSource::kNone);
  ASSERT_OK_AND_ASSIGN(const Endpoint with,
                       ParseEndpoint("unspec(127.0.0.1):A", ports, NoSlot));
  EXPECT_EQ(with.ipv4.sin_family, AF_UNSPEC);
  EXPECT_EQ(ntohl(with.ipv4.sin_addr.s_addr), INADDR_LOOPBACK);
}

TEST(EndpointTest, Zones) {
  PortNames ports;
  ASSERT_OK_AND_ASSIGN(const Endpoint lo,
                       ParseEndpoint("[fe80::1%lo]:A", ports, NoSlot));
  EXPECT_STREQ(lo.link, "lo");
  ASSERT_OK_AND_ASSIGN(const Endpoint seven,
                       ParseEndpoint("[fe80::1%7]:A", ports, NoSlot));
  EXPECT_EQ(seven.ipv6.sin6_scope_id, 7u);
  EXPECT_STREQ(seven.link, "");
  EXPECT_FALSE(ParseEndpoint("[fe80::1%]:A", ports, NoSlot).ok());
  EXPECT_FALSE(
      ParseEndpoint("[fe80::1%sixteen-letters-]:A", ports, NoSlot).ok());
}

TEST(EndpointTest, WhatIsNoneIsRefused) {
  PortNames ports;
  for (const char* text : {"", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536",
                           "[::1:A", "::1]:A", "localhost:A", "127.0.0.1:a",
                           "[fe80::1%", "127.0.0.1:A.high", "unspec(1:A"}) {
    EXPECT_FALSE(ParseEndpoint(text, ports, NoSlot).ok()) << text;
  }
}

}  // namespace
}  // namespace sockdrift
