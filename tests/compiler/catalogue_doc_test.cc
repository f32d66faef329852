// docs/catalogue.md agrees with the plans and the mutants.
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "compiler/catalogue.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

constexpr absl::string_view kSource = SOCKDRIFT_SOURCE_DIR;
constexpr absl::string_view kBegin = "<!-- plans: begin -->\n";
constexpr absl::string_view kEnd = "<!-- plans: end -->\n";

std::string ReadFile(absl::string_view path) {
  std::ifstream file{absl::StrCat(kSource, "/", path)};
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string ClaimsOf(const CompiledPlan& plan) {
  std::set<std::string> ids;
  for (const Expectation& expectation : plan.expectations) {
    for (const ClaimReference& claim : expectation.claims) ids.insert(claim.id);
  }
  return absl::StrJoin(ids, " ");
}

std::string PlansAsMarkdown(const std::vector<CompiledPlan>& plans) {
  std::string text =
      "\n| plan | what it tests | cells | expectations | claims |\n"
      "| --- | --- | ---: | ---: | --- |\n";
  size_t cells = 0;
  size_t expectations = 0;
  for (const CompiledPlan& plan : plans) {
    const size_t size = CellSpace(plan.program).size();
    absl::StrAppend(&text, "| `", plan.name, "` | ", plan.title, " | ", size,
                    " | ", plan.expectations.size(), " | ", ClaimsOf(plan),
                    " |\n");
    cells += size;
    expectations += plan.expectations.size();
  }
  absl::StrAppend(&text, "| ", plans.size(), " plans | | ", cells, " | ",
                  expectations, " | |\n\n");
  return text;
}

TEST(CatalogueDocTest, ListsThePlans) {
  ASSERT_OK_AND_ASSIGN(const std::vector<CompiledPlan> plans, Catalogue());
  const std::string page = ReadFile("docs/catalogue.md");
  const size_t begin = page.find(std::string(kBegin));
  const size_t end = page.find(std::string(kEnd));
  ASSERT_NE(begin, std::string::npos);
  ASSERT_NE(end, std::string::npos);
  const size_t from = begin + kBegin.size();
  const std::string wanted = PlansAsMarkdown(plans);
  const char* update = std::getenv("SOCKDRIFT_UPDATE_GOLD");
  if (update != nullptr && absl::string_view(update) == "1") {
    std::ofstream file{absl::StrCat(kSource, "/docs/catalogue.md")};
    file << page.substr(0, from) << wanted << page.substr(end);
    return;
  }
  EXPECT_EQ(page.substr(from, end - from), wanted)
      << "run this test with SOCKDRIFT_UPDATE_GOLD=1 to write the section anew";
}

// "plan id" to its source.
std::map<std::string, std::string> Sources() {
  std::map<std::string, std::string> sources;
  const absl::StatusOr<std::vector<CompiledPlan>> plans = Catalogue();
  EXPECT_OK(plans);
  if (!plans.ok()) return sources;
  for (const CompiledPlan& plan : *plans) {
    for (const Expectation& expectation : plan.expectations) {
      sources[absl::StrCat(plan.name, " ", expectation.id)] =
          expectation.source;
    }
  }
  return sources;
}

TEST(CatalogueDocTest, WhatWouldHaveToldOfAnIncidentIsThereAndNamesIt) {
  const std::map<std::string, std::string> sources = Sources();
  const std::string mutants = ReadFile("tests/mutants/mutants.cc");
  const std::string page = ReadFile("docs/catalogue.md");
  const std::string table = page.substr(page.find("| incident |"));
  const std::regex row(R"(\n\| ([^|]+) \| [^|]+ \| ([^|]+) \|)");
  const std::regex told(R"((mutant )?`([^`]+)`)");
  int incidents = 0;
  for (std::sregex_iterator it(table.begin(), table.end(), row), none;
       it != none; ++it) {
    const std::string incident = (*it)[1];
    const std::string by = (*it)[2];
    if (incident == "---") continue;
    ++incidents;
    for (std::sregex_iterator one(by.begin(), by.end(), told); one != none;
         ++one) {
      const std::string name = (*one)[2];
      if ((*one)[1].matched) {
        EXPECT_THAT(mutants, HasSubstr(absl::StrCat("{\"", name, "\"")));
        continue;
      }
      const auto source = sources.find(name);
      ASSERT_NE(source, sources.end()) << "no expectation " << name;
      EXPECT_THAT(source->second, HasSubstr(incident)) << name;
    }
  }
  EXPECT_GE(incidents, 10);
}

}  // namespace
}  // namespace sockdrift
