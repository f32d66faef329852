// Mutual TLS between the real agent and a controller of the test's own.
#include <memory>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/session/agent_process.h"
#include "tests/agent/session/fake_server.h"
#include "tests/support/certs.h"
#include "tests/support/require.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class AgentTlsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("program:openssl");
    authority_ =
        std::make_unique<CertificateAuthority>(folder_.path(), "authority");
    controller_ = authority_->Issue("controller", "IP:127.0.0.1,DNS:localhost");
    Serve("127.0.0.1:0");
    address_ = "127.0.0.1:" + std::to_string(server_->port());
  }

  void Serve(const std::string& address) {
    server_.reset();
    server_ = std::make_unique<FakeServer>(
        TransportOptions{.address = address,
                         .tls = {.certificate = controller_.certificate,
                                 .key = controller_.key,
                                 .authorities = authority_->certificate()},
                         .reload_interval = absl::Seconds(1)});
  }
  std::vector<std::string> Tls(const CertificateAuthority::Leaf& leaf) {
    return {"--tls-cert",
            leaf.certificate,
            "--tls-key",
            leaf.key,
            "--tls-ca",
            authority_->certificate(),
            "--tls-reload-interval",
            "1"};
  }
  void Start(const std::vector<std::string>& more) {
    agent_ = StartAgent(address_, folder_ / "state", more);
  }
  bool AwaitHello() {
    return server_->Await(
        [](const FakeController& c) { return !c.hellos.empty(); });
  }

  TemporaryFolder folder_;
  std::unique_ptr<CertificateAuthority> authority_;
  CertificateAuthority::Leaf controller_;
  std::string address_;
  std::unique_ptr<FakeServer> server_;
  std::unique_ptr<Subprocess> agent_;
};

TEST_F(AgentTlsTest, TheControllerSeesWhomTheCertificateNames) {
  Start(Tls(authority_->Issue("agent", "URI:sockdrift:host:host-1")));
  ASSERT_TRUE(AwaitHello()) << agent_->ErrorsSoFar();
  EXPECT_TRUE(SpeaksForHost(server_->ClientNames(), "host-1"));
  EXPECT_FALSE(SpeaksForHost(server_->ClientNames(), "host-2"));
}

TEST_F(AgentTlsTest, ChangedCertificatesAreTakenUpWithoutARestart) {
  Start(Tls(authority_->Issue("agent", "DNS:old-name")));
  ASSERT_TRUE(AwaitHello()) << agent_->ErrorsSoFar();
  EXPECT_THAT(server_->ClientNames(), Contains("old-name"));
  authority_->Issue("agent", "DNS:new-name");
  // Every new connection shows the certificate of its time; the files are
  // looked at once a second.
  for (int i = 0; i < 20; ++i) {
    Serve(address_);
    ASSERT_TRUE(AwaitHello()) << agent_->ErrorsSoFar();
    if (server_->ClientNames() == std::vector<std::string>{"new-name"}) break;
  }
  EXPECT_THAT(server_->ClientNames(), Contains("new-name"));
}

TEST_F(AgentTlsTest, AStrangersCertificateIsRefused) {
  CertificateAuthority stranger(folder_.path(), "stranger");
  Start(Tls(stranger.Issue("agent", "DNS:host-1")));
  EXPECT_TRUE(AwaitLog(*agent_, "status=UNAVAILABLE"));
  EXPECT_EQ(server_->Streams(), 0);
}

TEST_F(AgentTlsTest, AControllerThatIsNotTheNamedOneIsRefused) {
  std::vector<std::string> options =
      Tls(authority_->Issue("agent", "DNS:host-1"));
  options.insert(options.end(), {"--tls-server-name", "elsewhere.example"});
  Start(options);
  EXPECT_TRUE(AwaitLog(*agent_, "status=UNAVAILABLE"));
  EXPECT_EQ(server_->Streams(), 0);
}

TEST_F(AgentTlsTest, PlainTextIsRefusedByAControllerWithTls) {
  Start({});
  EXPECT_TRUE(AwaitLog(*agent_, "status=UNAVAILABLE"));
  EXPECT_EQ(server_->Streams(), 0);
}

TEST_F(AgentTlsTest, SaysWhatIsWrongWithTheFiles) {
  const CertificateAuthority::Leaf one = authority_->Issue("one", "DNS:one");
  const CertificateAuthority::Leaf two = authority_->Issue("two", "DNS:two");
  Start(Tls({.certificate = one.certificate, .key = two.key}));
  SubprocessEnd end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("two.key: is not the key of"));

  Start(Tls({.certificate = one.certificate, .key = folder_ / "missing"}));
  end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("missing"));

  Start({"--tls-cert", one.certificate});
  end = agent_->Wait();
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("go together"));
}

TEST(TransportTest, PlainTextStaysOnThisMachine) {
  for (const char* here : {"unix:/run/x", "127.0.0.1:1", "127.9.9.9:1",
                           "[::1]:1", "localhost:1"}) {
    EXPECT_TRUE(StaysOnThisMachine(here)) << here;
    EXPECT_TRUE(CheckTransport({.address = here}).ok()) << here;
  }
  for (const char* away :
       {"10.0.0.1:1", "[::]:1", "0.0.0.0:1", "127.example:1",
        "127.0.0.1.example:1", "[::ffff:127.0.0.1]:1", "controller:1"}) {
    EXPECT_FALSE(StaysOnThisMachine(away)) << away;
    EXPECT_THAT(std::string(CheckTransport({.address = away}).message()),
                HasSubstr("--insecure-plaintext"))
        << away;
    EXPECT_TRUE(
        CheckTransport({.address = away, .insecure_plaintext = true}).ok());
  }
}

TEST(TransportTest, ANameSpeaksForItsHostOnly) {
  EXPECT_TRUE(SpeaksForHost({"a", "h"}, "h"));
  EXPECT_TRUE(SpeaksForHost({"sockdrift:host:h"}, "h"));
  EXPECT_FALSE(SpeaksForHost({"sockdrift:host:h2", "h.x"}, "h"));
  EXPECT_FALSE(SpeaksForHost({}, "h"));
  EXPECT_FALSE(SpeaksForHost({""}, ""));
}

}  // namespace
}  // namespace sockdrift::testing
