#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "agent/facts/host_root.h"
#include "agent/facts/sources.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

class CniFacts : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = ::testing::TempDir() + "cni.XXXXXX";
    ASSERT_NE(mkdtemp(pattern.data()), nullptr);
    root_ = pattern;
    std::filesystem::create_directories(root_ + "/etc/cni/net.d");
  }
  void TearDown() override { std::filesystem::remove_all(root_); }

  Facts FactsOf(const std::string& text) {
    std::ofstream(root_ + "/etc/cni/net.d/10-x.conflist") << text;
    Facts facts;
    AddCniFacts(HostRoot(root_), facts);
    facts.erase("cni.file");
    return facts;
  }

 private:
  std::string root_;
};

TEST_F(CniFacts, TakesTheTypeOfASingleConfiguration) {
  EXPECT_THAT(FactsOf(R"({"type": "bridge", "name": "b",
                          "ipam": {"type": "dhcp"}})"),
              UnorderedElementsAre(Pair("cni.network", "b"),
                                   Pair("cni.plugins", "bridge")));
}

TEST_F(CniFacts, TakesEscapedQuotesAsPartOfAName) {
  EXPECT_THAT(FactsOf(R"({"name": "a\"b"})"),
              UnorderedElementsAre(Pair("cni.network", "a\"b")));
}

TEST_F(CniFacts, FindsNothingInWhatIsNoJson) {
  for (const char* text : {"", "]]}}", "{\"name\"", "\"name\": \"x\"",
                           "{\"name\": \"x", "[[[[\"type\""}) {
    Facts facts = FactsOf(text);
    facts.erase("cni.network");  // a cut string may still look like a name
    EXPECT_THAT(facts, IsEmpty()) << text;
  }
}

}  // namespace
}  // namespace sockdrift
