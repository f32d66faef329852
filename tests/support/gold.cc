#include "tests/support/gold.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "gtest/gtest.h"

namespace sockdrift::testing {

void ExpectGold(const std::string& path, absl::string_view text) {
  const char* update = getenv("SOCKDRIFT_UPDATE_GOLD");
  if (update != nullptr && update[0] != '\0') {
    std::ofstream(path, std::ios::binary) << std::string(text);
    return;
  }
  std::ifstream file(path, std::ios::binary);
  ASSERT_TRUE(file) << path << " is missing: SOCKDRIFT_UPDATE_GOLD=1 makes it";
  const std::string gold((std::istreambuf_iterator<char>(file)),
                         std::istreambuf_iterator<char>());
  EXPECT_EQ(gold, std::string(text))
      << path << " differs; if the new text is right, run the test with "
      << "SOCKDRIFT_UPDATE_GOLD=1";
}

}  // namespace sockdrift::testing
