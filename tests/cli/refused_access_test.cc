// Mutual TLS from the command line's side.
#include <fstream>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/cli/sockdrift_program.h"
#include "tests/support/certs.h"
#include "tests/support/require.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class RefusedAccessTest : public ::testing::Test {
 protected:
  void SetUp() override {
    SOCKDRIFT_REQUIRE_OR_SKIP("program:openssl");
    authority_ = std::make_unique<CertificateAuthority>(folder_.path(), "ours");
    const CertificateAuthority::Leaf server =
        authority_->Issue("controller", "DNS:localhost,IP:127.0.0.1");
    controller_ = std::make_unique<Subprocess>(std::vector<std::string>{
        std::string(SOCKDRIFT_BINARY_DIR) + "/bin/sockdrift-controller",
        "--listen", "127.0.0.1:0", "--data-dir", folder_ / "data",
        "--ready-file", folder_ / "ready", "--audit-interval", "0",
        "--tls-cert", server.certificate, "--tls-key", server.key, "--tls-ca",
        authority_->certificate()});
    const absl::Time deadline = absl::Now() + absl::Seconds(30);
    while (address_.empty() && absl::Now() < deadline) {
      std::ifstream ready(folder_ / "ready");
      std::string what;
      ready >> what >> address_;  // "grpc 127.0.0.1:40525"
    }
    ASSERT_FALSE(address_.empty()) << controller_->ErrorsSoFar();
  }

  SubprocessEnd Hosts(const std::vector<std::string>& flags) const {
    std::vector<std::string> words = {"hosts", "--controller", address_};
    words.insert(words.end(), flags.begin(), flags.end());
    return Sockdrift(words);
  }
  static std::vector<std::string> Flags(const CertificateAuthority::Leaf& leaf,
                                        const CertificateAuthority& authority) {
    return {"--tls-cert", leaf.certificate, "--tls-key",
            leaf.key,     "--tls-ca",       authority.certificate()};
  }

  TemporaryFolder folder_;
  std::unique_ptr<CertificateAuthority> authority_;
  std::unique_ptr<Subprocess> controller_;
  std::string address_;
};

TEST_F(RefusedAccessTest, IsExitCodeFour) {
  const CertificateAuthority strangers(folder_.path(), "strangers");
  CertificateAuthority others(folder_.path(), "others");
  const CertificateAuthority::Leaf stranger =
      others.Issue("stranger", "DNS:operator");
  const CertificateAuthority::Leaf mine =
      authority_->Issue("operator", "DNS:operator");

  // Nobody is known yet, which only who is let in gets to hear.
  const SubprocessEnd let_in = Hosts(Flags(mine, *authority_));
  EXPECT_EQ(let_in.exit_code, 3) << let_in.err;
  EXPECT_THAT(let_in.err, HasSubstr("knows no host"));

  const std::vector<std::vector<std::string>> refused = {
      {},                            // no TLS
      Flags(stranger, *authority_),  // whom the controller does not know
      Flags(mine, strangers),        // who does not know the controller
  };
  for (const std::vector<std::string>& flags : refused) {
    const SubprocessEnd end = Hosts(flags);
    EXPECT_EQ(end.exit_code, 4) << end.err;
    EXPECT_THAT(end.err, AllOf(HasSubstr(address_), HasSubstr("controller")));
    EXPECT_EQ(end.out, "");
  }
  std::vector<std::string> misnamed = Flags(mine, *authority_);
  misnamed.insert(misnamed.end(), {"--tls-server-name", "elsewhere"});
  EXPECT_EQ(Hosts(misnamed).exit_code, 4);
}

TEST_F(RefusedAccessTest, WrongFilesAreInvalidInput) {
  const SubprocessEnd missing =
      Hosts({"--tls-cert", "/no/cert", "--tls-key", "/no/key", "--tls-ca",
             authority_->certificate()});
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_THAT(missing.err, HasSubstr("/no/"));
  const SubprocessEnd alone = Hosts({"--tls-ca", authority_->certificate()});
  EXPECT_EQ(alone.exit_code, 2);
  EXPECT_THAT(alone.err, HasSubstr("--tls-key"));
}

}  // namespace
}  // namespace sockdrift::testing
