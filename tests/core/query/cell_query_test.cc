#include "core/query/cell_query.h"

#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;

std::string MistakeIn(absl::string_view text) {
  const absl::StatusOr<CellQuery> query = CellQuery::Parse(text);
  return query.ok() ? "" : std::string(query.status().message());
}

// Two hosts that bound the same pairs: old lets the second bind of cell 5
// through where new refuses it.
class CellQueryTest : public ::testing::Test {
 protected:
  CellQueryTest() : program_(testing::BindPair()), cells_(program_) {
    old_ = testing::Uniform(program_, "EADDRINUSE");
    new_ = old_;
    testing::SetOutcome(old_, 1, 5, "ok");
    testing::SetStatus(new_, 9, CellStatus::kSkip, "no second stack");
  }

  QueriedSide Old(uint32_t cell) const {
    return {{"old", &old_facts_}, &program_, &old_, cell};
  }
  QueriedSide New(uint32_t cell) const {
    return {{"new", &new_facts_}, &program_, &new_, cell};
  }

  static CellQuery Parsed(absl::string_view text) {
    absl::StatusOr<CellQuery> query = CellQuery::Parse(text);
    EXPECT_TRUE(query.ok()) << query.status();
    return *std::move(query);
  }
  size_t CountAlone(absl::string_view text) const {
    const CellQuery query = Parsed(text);
    size_t count = 0;
    for (uint32_t cell = 0; cell < cells_.size(); ++cell) {
      count += query.MatchesCell(cells_.Coordinate(cell), {Old(cell)});
    }
    return count;
  }
  size_t CountBoth(absl::string_view text) const {
    const CellQuery query = Parsed(text);
    size_t count = 0;
    for (uint32_t cell = 0; cell < cells_.size(); ++cell) {
      count +=
          query.MatchesCell(cells_.Coordinate(cell), {Old(cell), New(cell)});
    }
    return count;
  }

  Program program_;
  CellSpace cells_;
  Record old_;
  Record new_;
  Facts old_facts_ = {{"kernel", "6.1.0"}, {"net.ipv6.bindv6only", "0"}};
  Facts new_facts_ = {{"kernel", "6.18.44"}, {"net.ipv6.bindv6only", "0"}};
};

TEST_F(CellQueryTest, PlansAndWorldsAreNamedByGlobs) {
  EXPECT_TRUE(Parsed("plan:bind.*").MatchesPlan("bind.x", World::kReplica));
  EXPECT_FALSE(Parsed("plan:bind.*").MatchesPlan("udp.x", World::kReplica));
  EXPECT_TRUE(Parsed("plan:udp.*|bind.*").MatchesPlan("bind.x", World::kOwn));
  EXPECT_FALSE(Parsed("plan!:bind.*").MatchesPlan("bind.x", World::kOwn));
  EXPECT_TRUE(Parsed("world:own").MatchesPlan("bind.x", World::kOwn));
  EXPECT_FALSE(Parsed("world:own").MatchesPlan("bind.x", World::kReplica));
  EXPECT_FALSE(Parsed("udp.x").MatchesPlan("bind.x", World::kOwn));
  EXPECT_FALSE(Parsed("udp.x[a.addr=::1]").MatchesPlan("bind.x", World::kOwn));
}

TEST_F(CellQueryTest, AxesAreTestedAsInAPattern) {
  EXPECT_EQ(CountAlone("a.addr:::1"), 16u);
  EXPECT_EQ(CountAlone("a.addr=::1"), 16u);
  EXPECT_EQ(CountAlone("a.addr!:::1"), 48u);
  EXPECT_EQ(CountAlone("a.addr!=::1"), 48u);
  EXPECT_EQ(CountAlone("a.addr:::1|::"), 32u);
  EXPECT_EQ(CountAlone("a.addr:\"::1\""), 16u);
  EXPECT_EQ(CountAlone("a.addr.family:inet6 b.addr.scope:any"), 16u);
  EXPECT_EQ(CountAlone("x[a.addr=::1,b.addr=::1]"), 4u);
  EXPECT_EQ(CountAlone("x[a.addr=::1] b.addr:::1"), 4u);
}

TEST_F(CellQueryTest, OutcomesAreOfAnyOrOfOneObservation) {
  EXPECT_EQ(CountAlone("outcome:ok"), 1u);
  EXPECT_EQ(CountAlone("bind.b:ok"), 1u);
  EXPECT_EQ(CountAlone("bind.a:ok"), 0u);
  EXPECT_EQ(CountAlone("outcome!:ok"), 63u);
  EXPECT_EQ(CountAlone("bind.b:E*"), 63u);
}

TEST_F(CellQueryTest, AnArrowLeadsFromTheFirstSideToTheSecond) {
  for (const char* query :
       {"outcome:ok→EADDRINUSE", "outcome:ok->EADDRINUSE", "bind.b:ok→*",
        "bind.b:*→EADDRINUSE", "outcome:ok|EACCES→EADDRINUSE"}) {
    EXPECT_EQ(CountBoth(query), 1u) << query;
  }
  for (const char* query : {"outcome:EADDRINUSE→ok", "bind.a:ok→EADDRINUSE",
                            "bind.b:ok→ok", "bind.b:EADDRINUSE→EADDRINUSE"}) {
    EXPECT_EQ(CountBoth(query), 0u) << query;
  }
  // Cell 9 is DONE on one side only.
  EXPECT_EQ(CountBoth("bind.b:*→"), 1u);
  EXPECT_EQ(CountAlone("bind.b:*→*"), 0u);
  EXPECT_NE(Parsed("plan:x bind.b:*→ok").FindArrow(), nullptr);
  EXPECT_EQ(Parsed("plan:x bind.b:ok").FindArrow(), nullptr);
}

TEST_F(CellQueryTest, WhatIsSaidOfHostsHoldsWhereSomeSideMeetsIt) {
  EXPECT_EQ(CountBoth("kernel:6.1.*"), 64u);
  EXPECT_EQ(CountBoth("kernel:6.12.*"), 0u);
  EXPECT_EQ(CountBoth("kernel:>=6.18"), 64u);
  EXPECT_EQ(CountAlone("kernel:>=6.18"), 0u);
  EXPECT_EQ(CountAlone("kernel:>=6.1"), 64u);
  EXPECT_EQ(CountBoth("host:new"), 64u);
  EXPECT_EQ(CountAlone("host:new"), 0u);
  EXPECT_EQ(CountBoth("status:SKIP"), 1u);
  EXPECT_EQ(CountAlone("status:SKIP"), 0u);
  EXPECT_EQ(CountAlone("no.such.fact:1"), 0u);
  EXPECT_EQ(CountAlone("no.such.fact!:1"), 0u);
}

TEST_F(CellQueryTest, HostsAreChosenByNamesAndFactsAlone) {
  const auto is_fact = [](absl::string_view name) { return name == "kernel"; };
  const CellQuery query = Parsed("kernel:6.1.* a.addr:::1 host:o* outcome:x");
  EXPECT_TRUE(query.MatchesHost({"old", &old_facts_}, is_fact));
  EXPECT_FALSE(query.MatchesHost({"new", &new_facts_}, is_fact));
  EXPECT_FALSE(query.MatchesHost({"new", &old_facts_}, is_fact));
}

TEST_F(CellQueryTest, NamesThatNobodyKnowsAreFound) {
  const CellQuery query = Parsed("plan:x outcome:ok a.addr:::1 a.adr:::1");
  const CellQuery::Term* unknown = query.FindUnknown(
      [&](absl::string_view name) { return HasAxis(program_, name); });
  ASSERT_NE(unknown, nullptr);
  EXPECT_EQ(unknown->name, "a.adr");
  EXPECT_EQ(unknown->position, 30u);
  EXPECT_TRUE(HasAxis(program_, "a.addr.family"));
  EXPECT_FALSE(HasAxis(program_, "a.addr.port"));
}

TEST_F(CellQueryTest, AMistakeIsPointedAt) {
  EXPECT_EQ(MistakeIn("plan:bind.* outcome:"),
            "position 21: a value belongs after \"outcome:\"; \"*\" stands for "
            "any\n  plan:bind.* outcome:\n                      ^");
  EXPECT_THAT(MistakeIn(""), HasSubstr("position 1: the query is empty"));
  EXPECT_THAT(MistakeIn("  "), HasSubstr("position 1: the query is empty"));
  EXPECT_THAT(MistakeIn("outcome:ok→E :x"),
              HasSubstr("position 14: a name belongs before \":\""));
  EXPECT_THAT(MistakeIn("a:\"b c"), HasSubstr("position 3: the quote"));
  EXPECT_THAT(MistakeIn("plan:x→y"),
              HasSubstr("position 7: an arrow is between outcomes"));
  EXPECT_THAT(MistakeIn("a.addr:x|"), HasSubstr("beside the \"|\" is empty"));
  EXPECT_THAT(MistakeIn("bind.*[a.addr"), HasSubstr("position 1: "));
}

}  // namespace
}  // namespace sockdrift
