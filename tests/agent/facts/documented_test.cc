// docs/facts.md promises to name every fact; this holds it to that.
#include <fnmatch.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/facts/facts.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

// The texts in back quotes at the start of the document's table rows.
std::vector<std::string> DocumentedPatterns() {
  std::ifstream document(absl::StrCat(SOCKDRIFT_SOURCE_DIR, "/docs/facts.md"));
  std::vector<std::string> patterns;
  for (std::string line; std::getline(document, line);) {
    if (!absl::StartsWith(line, "| `")) continue;
    patterns.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  return patterns;
}

bool IsDocumented(const std::string& fact,
                  const std::vector<std::string>& patterns) {
  return std::any_of(patterns.begin(), patterns.end(),
                     [&fact](const std::string& pattern) {
                       return fnmatch(pattern.c_str(), fact.c_str(), 0) == 0;
                     });
}

TEST(FactsDocument, NamesEveryFactOfThisHost) {
  std::vector<std::string> patterns = DocumentedPatterns();
  ASSERT_GT(patterns.size(), 30u);
  for (const auto& [name, value] : ReadFacts({})) {
    EXPECT_TRUE(IsDocumented(name, patterns)) << name;
  }
}

TEST(FactsDocument, NamesEveryFactOfTheFixtures) {
  std::vector<std::string> patterns = DocumentedPatterns();
  for (const char* fixture : {"debian12", "pod", "gvisor", "no-ipv6"}) {
    Facts facts =
        ReadFacts({.root = absl::StrCat(SOCKDRIFT_SOURCE_DIR,
                                        "/tests/testdata/facts_root/", fixture),
                   .from_kernel = false});
    for (const auto& [name, value] : facts) {
      EXPECT_TRUE(IsDocumented(name, patterns)) << name;
      EXPECT_FALSE(value.empty()) << name;
    }
  }
}

TEST(FactsDocument, DoesNotTakeJustAnyName) {
  EXPECT_FALSE(IsDocumented("kernel.rumour", DocumentedPatterns()));
}

}  // namespace
}  // namespace sockdrift
