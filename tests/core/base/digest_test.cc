#include "core/base/digest.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

constexpr char kHex[] =
    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

TEST(DigestTest, ReadsItsOwnHex) {
  ASSERT_OK_AND_ASSIGN(const Digest digest, Digest::FromHex(kHex));
  EXPECT_EQ(digest.Hex(), kHex);
  EXPECT_EQ(digest.ShortHex(), "001122334455");
  EXPECT_EQ(*Digest::FromHex(std::string("sha256:") + kHex), digest);
  EXPECT_EQ(*Digest::FromBytes(digest.View()), digest);
}

TEST(DigestTest, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("001122"), std::string(64, 'g'),
        std::string(64, 'A'), std::string(kHex) + "0"}) {
    EXPECT_FALSE(Digest::FromHex(text).ok()) << text;
  }
  EXPECT_FALSE(Digest::FromBytes("short").ok());
}

}  // namespace
}  // namespace sockdrift
