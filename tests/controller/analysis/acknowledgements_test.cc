// Divergences that someone answers for: which cells and hosts that is, until
// when, and what counts meanwhile. The clock is the test's.
#include "controller/analysis/acknowledgement_calls.h"
#include "controller/analysis/analysis_proto.h"
#include "controller/analysis/host_list.h"
#include "controller/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "wire/behaviour_file.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::testing::AllOf;
using testing::BindPair;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::SetOutcome;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Uniform;

constexpr size_t kBindB = 1;

absl::Time Day(int year, int month, int day) {
  return absl::FromCivil(absl::CivilDay(year, month, day), absl::UTCTimeZone());
}

// Hosts a1, a2 and a3 are alike; b differs in two cells, c1 and c2 in one of
// them and otherwise.
class AcknowledgementsTest : public ::testing::Test {
 protected:
  AcknowledgementsTest() : store_(*SqliteStore::Open(folder_ / "data")) {}
  void SetUp() override {
    ASSERT_OK(hub_.Start({}));
    for (const char* host : {"a1", "a2", "a3"}) {
      Seen(host, Uniform(program_), {{"pool", "plain"}});
    }
    Record b = Uniform(program_);
    SetOutcome(b, kBindB, 1, "EACCES");
    SetOutcome(b, kBindB, 5, "EADDRINUSE");
    Seen("b", b, {{"pool", "odd"}});
    Record c = Uniform(program_);
    SetOutcome(c, kBindB, 1, "EPERM");
    Seen("c1", c, {{"pool", "odd"}});
    Seen("c2", c, {{"pool", "plain"}});
  }

  void Seen(const std::string& host, const Record& record, const Facts& facts) {
    BehaviourFile file;
    file.programs.push_back(program_);
    HostBehaviour shown = {host, facts, now_, {}};
    shown.entries.push_back(
        {"bind.pair", World::kReplica, measurement_, record, {}});
    file.hosts.push_back(std::move(shown));
    ASSERT_OK(analysis_.Import(EncodeBehaviourFile(file)));
  }

  static v1::Acknowledgement Asked(const std::string& where) {
    v1::Acknowledgement asked;
    asked.set_where(where);
    asked.set_owner("net-team");
    asked.set_reason("known");
    asked.set_link("https://example.org/1");
    asked.set_expires("2026-11-30");
    asked.set_created_by("alice@vm");
    return asked;
  }
  absl::StatusOr<v1::Acknowledgement> Add(v1::Acknowledgement asked,
                                          bool validate_only = false) {
    v1::AddAcknowledgementRequest request;
    *request.mutable_acknowledgement() = std::move(asked);
    request.set_validate_only(validate_only);
    auto response = AddAcknowledgement(analysis_, request, "");
    if (!response.ok()) return response.status();
    return response->acknowledgement();
  }
  std::vector<v1::Acknowledgement> List(bool with_removed = false) {
    v1::ListAcknowledgementsRequest request;
    request.set_with_removed(with_removed);
    const auto response = ListAcknowledgements(analysis_, request);
    EXPECT_OK(response.status());
    return {response->acknowledgements().begin(),
            response->acknowledgements().end()};
  }
  absl::Status Remove(const std::string& id) {
    v1::RemoveAcknowledgementRequest request;
    request.set_id(id);
    request.set_removed_by("bob");
    return RemoveAcknowledgement(analysis_, request, "");
  }

  HostSummary Summary(const std::string& host) {
    return analysis_.Snapshot()->hosts.at(host);
  }
  v1::PlanAnalysis Plan() {
    return ToProto(analysis_.Snapshot()->plans.at(0), /*explained=*/false);
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
  ProgramBook programs_{*store_};
  Hub hub_{*store_, programs_, {.audit_interval = absl::ZeroDuration()}};
  absl::Time now_ = Day(2026, 11, 21) + absl::Hours(9);
  FleetAnalysis analysis_{hub_, [this] { return now_; }};
  const Program program_ = BindPair();
  const Digest measurement_ = MeasurementDigest(program_);
};

TEST_F(AcknowledgementsTest, WithoutOneAllThatDiffersCounts) {
  EXPECT_EQ(Summary("b").divergent_cells, 2);
  EXPECT_EQ(Summary("c1").divergent_cells, 1);
  EXPECT_EQ(Plan().divergent_cell_count(), 2);
  EXPECT_EQ(Plan().acknowledged_cell_count(), 0);
  EXPECT_THAT(Plan().acknowledged(), IsEmpty());
}

TEST_F(AcknowledgementsTest, OnlyCellsThatMeetTheQueryAreAcknowledged) {
  ASSERT_OK_AND_ASSIGN(const v1::Acknowledgement added,
                       Add(Asked("plan:bind.pair bind.b:ok→EACCES")));
  EXPECT_EQ(added.id(), "A1");
  EXPECT_EQ(added.cell_count(), 1);
  EXPECT_THAT(added.host_ids(), ElementsAre("b"));
  EXPECT_EQ(Summary("b").divergent_cells, 1);
  EXPECT_EQ(Summary("b").acknowledged_cells, 1);
  // The same cell with another outcome is another divergence.
  EXPECT_EQ(Summary("c1").divergent_cells, 1);
  EXPECT_EQ(Summary("c1").acknowledged_cells, 0);
  // The cell diverges on c1 and c2 still.
  EXPECT_EQ(Plan().divergent_cell_count(), 2);
}

TEST_F(AcknowledgementsTest, WhatIsAcknowledgedIsShownAsBeforeAndMarked) {
  const v1::PlanAnalysis before = Plan();
  ASSERT_OK(Add(Asked("plan:bind.pair")).status());
  const v1::PlanAnalysis after = Plan();
  EXPECT_EQ(after.divergent_cell_count(), 0);
  EXPECT_EQ(after.acknowledged_cell_count(), 2);
  EXPECT_EQ(after.rules_size(), before.rules_size());
  ASSERT_THAT(after.groups(), SizeIs(3));
  ASSERT_THAT(after.acknowledged(), SizeIs(2));
  for (int i = 0; i < 2; ++i) {
    const v1::BehaviourGroup& group = after.groups(i + 1);
    EXPECT_EQ(group.differing_cell_count(),
              before.groups(i + 1).differing_cell_count());
    EXPECT_EQ(group.acknowledged_cell_count(), group.differing_cell_count());
    const v1::AcknowledgedDivergence& marked = after.acknowledged(i);
    EXPECT_EQ(marked.group(), i + 1);
    EXPECT_EQ(marked.acknowledgement().owner(), "net-team");
    EXPECT_EQ(marked.acknowledgement().expires(), "2026-11-30");
    EXPECT_EQ(marked.acknowledgement().cell_count(),
              group.differing_cell_count());
    EXPECT_EQ(marked.acknowledgement().host_ids_size(), group.host_ids_size());
  }
}

TEST_F(AcknowledgementsTest, ASelectorLeavesHostsOfTheSameGroupOut) {
  v1::Acknowledgement asked = Asked("plan:bind.pair");
  asked.set_selector("pool=odd");
  ASSERT_OK(Add(asked).status());
  EXPECT_EQ(Summary("c1").divergent_cells, 0);
  EXPECT_EQ(Summary("c2").divergent_cells, 1);
  const v1::PlanAnalysis plan = Plan();
  EXPECT_EQ(plan.divergent_cell_count(), 1);
  for (const v1::BehaviourGroup& group : plan.groups()) {
    if (group.host_ids(0) != "c1") continue;
    EXPECT_EQ(group.acknowledged_cell_count(), 0);
  }
}

TEST_F(AcknowledgementsTest, WhatAQuerySaysOfHostsIsAskedOfTheDivergentOne) {
  // a1 is what b is compared with: that must not make it b's.
  ASSERT_OK_AND_ASSIGN(const v1::Acknowledgement none,
                       Add(Asked("host:a1"), /*validate_only=*/true));
  EXPECT_THAT(none.host_ids(), IsEmpty());
  ASSERT_OK_AND_ASSIGN(const v1::Acknowledgement facts,
                       Add(Asked("pool:plain"), true));
  EXPECT_THAT(facts.host_ids(), ElementsAre("c2"));
  ASSERT_OK_AND_ASSIGN(const v1::Acknowledgement negated,
                       Add(Asked("host!:c*"), true));
  EXPECT_THAT(negated.host_ids(), ElementsAre("b"));
}

TEST_F(AcknowledgementsTest, ABehaviourThatChangesIsNotMeantAnyMore) {
  const std::string b =
      Digest::FromBytes(Plan().groups(1).host_ids(0) == "b"
                            ? Plan().groups(1).behaviour_digest()
                            : Plan().groups(2).behaviour_digest())
          ->ShortHex();
  v1::Acknowledgement asked = Asked("plan:bind.pair");
  asked.set_behaviour(b);
  ASSERT_OK(Add(asked).status());
  EXPECT_EQ(Summary("b").divergent_cells, 0);
  EXPECT_EQ(Summary("c1").divergent_cells, 1);
  now_ += absl::Hours(1);
  Record changed = Uniform(program_);
  SetOutcome(changed, kBindB, 1, "EACCES");
  Seen("b", changed, {{"pool", "odd"}});
  EXPECT_EQ(Summary("b").divergent_cells, 1);
}

TEST_F(AcknowledgementsTest, SeveralTogetherCoverMore) {
  ASSERT_OK(Add(Asked("bind.b:ok→EACCES")).status());
  EXPECT_EQ(Summary("b").acknowledged_cells, 1);
  ASSERT_OK(Add(Asked("bind.b:ok→EADDRINUSE|EACCES")).status());
  EXPECT_EQ(Summary("b").acknowledged_cells, 2);
  EXPECT_EQ(Summary("b").divergent_cells, 0);
}

TEST_F(AcknowledgementsTest, AfterItsLastDayTheCellsCountAgain) {
  ASSERT_OK(Add(Asked("plan:bind.pair")).status());
  now_ = Day(2026, 12, 1) - absl::Seconds(1);
  EXPECT_EQ(Summary("b").divergent_cells, 0);
  EXPECT_FALSE(List().at(0).expired());
  now_ = Day(2026, 12, 1);
  EXPECT_EQ(Summary("b").divergent_cells, 2);
  EXPECT_EQ(Summary("b").acknowledged_cells, 0);
  EXPECT_EQ(Plan().divergent_cell_count(), 2);
  // It is told still, with what it would mean.
  ASSERT_THAT(Plan().acknowledged(), SizeIs(2));
  EXPECT_TRUE(Plan().acknowledged(0).acknowledgement().expired());
  EXPECT_TRUE(List().at(0).expired());
  EXPECT_EQ(List().at(0).cell_count(), 2);
}

TEST_F(AcknowledgementsTest, ABehaviourWhollyAcknowledgedIsKnownAsSuch) {
  ASSERT_OK(Add(Asked("bind.b:ok→EPERM")).status());
  const PlanGroups& groups = analysis_.Snapshot()->plans.at(0);
  for (size_t i = 0; i < groups.grouping.groups.size(); ++i) {
    const std::string& host =
        groups.hosts[groups.grouping.groups[i].members[0]].host;
    EXPECT_EQ(groups.IsAcknowledged(i), host == "c1") << host;
  }
}

TEST_F(AcknowledgementsTest, AreKeptTakenBackAndTheirIdsNotUsedAgain) {
  ASSERT_OK(Add(Asked("plan:bind.pair")).status());
  ASSERT_OK(Remove("A1"));
  EXPECT_EQ(Summary("b").divergent_cells, 2);
  EXPECT_THAT(List(), IsEmpty());
  FleetAnalysis later(hub_, [this] { return now_; });
  v1::AddAcknowledgementRequest request;
  *request.mutable_acknowledgement() = Asked("plan:other.*");
  ASSERT_OK_AND_ASSIGN(const auto second,
                       AddAcknowledgement(later, request, "spiffe://ops"));
  EXPECT_EQ(second.acknowledgement().id(), "A2");
  EXPECT_EQ(second.acknowledgement().created_by(), "spiffe://ops");
  FleetAnalysis again(hub_);
  ASSERT_OK_AND_ASSIGN(const AcknowledgementList standing,
                       again.acknowledgements().Standing());
  ASSERT_THAT(standing, SizeIs(1));
  EXPECT_EQ(standing[0]->row.where, "plan:other.*");
  EXPECT_EQ(standing[0]->row.created, now_);
  const auto all = List(/*with_removed=*/true);
  ASSERT_THAT(all, SizeIs(2));
  EXPECT_EQ(all[0].id(), "A1");
  EXPECT_EQ(all[0].removed_by(), "bob");
  EXPECT_TRUE(all[0].has_remove_time());
  EXPECT_THAT(again.acknowledgements().Remove("A1", "bob", now_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("there are A2")));
}

TEST_F(AcknowledgementsTest, OnlyTryingKeepsNothing) {
  ASSERT_OK_AND_ASSIGN(const v1::Acknowledgement tried,
                       Add(Asked("plan:bind.pair"), /*validate_only=*/true));
  EXPECT_EQ(tried.id(), "");
  EXPECT_EQ(tried.cell_count(), 2);
  EXPECT_THAT(tried.host_ids(), ElementsAre("b", "c1", "c2"));
  EXPECT_THAT(List(), IsEmpty());
  EXPECT_EQ(Summary("b").divergent_cells, 2);
}

TEST_F(AcknowledgementsTest, AllMistakesAreToldAtOnce) {
  v1::Acknowledgement asked = Asked("a.addr:");
  asked.set_owner("");
  asked.set_reason("two\nlines");
  asked.set_selector("pool=(");
  asked.set_behaviour("30e4");
  asked.set_expires("2026-2-31");
  EXPECT_THAT(
      Add(asked).status(),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("--where: "), HasSubstr("--owner is missing"),
                     HasSubstr("--reason is not one line"),
                     HasSubstr("--selector: "), HasSubstr("--behaviour: "),
                     HasSubstr("as 2026-12-31"), Not(HasSubstr("--link")))));
}

TEST_F(AcknowledgementsTest, TheLastDayIsNeitherPastNorFarAway) {
  v1::Acknowledgement asked = Asked("plan:bind.pair");
  asked.set_expires("2026-11-20");
  EXPECT_THAT(Add(asked).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("past")));
  asked.set_expires("2026-11-21");  // today
  EXPECT_OK(Add(asked).status());
  asked.set_expires("2027-11-22");
  EXPECT_OK(Add(asked).status());
  asked.set_expires("2027-11-23");
  EXPECT_THAT(Add(asked).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the last day that can be given is "
                                 "2027-11-22")));
}

TEST_F(AcknowledgementsTest, ANameThatIsNoneIsRefused) {
  EXPECT_THAT(Add(Asked("plan:bind.pair adr:::1")).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"adr\" is no axis, observation or fact")));
  // Of a plan that nobody measured the names are not known.
  EXPECT_OK(Add(Asked("plan:later.plan adr:::1")).status());
}

TEST_F(AcknowledgementsTest, OnlySoManyStand) {
  for (size_t i = 0; i < AcknowledgementBook::kMostStanding; ++i) {
    ASSERT_OK_AND_ASSIGN(Acknowledgement read,
                         ReadAcknowledgement({.where = "plan:x",
                                              .owner = "o",
                                              .reason = "r",
                                              .expires = "2026-11-30"}));
    ASSERT_OK(analysis_.acknowledgements().Add(std::move(read), now_).status());
  }
  EXPECT_THAT(Add(Asked("plan:bind.pair")).status(),
              StatusIs(absl::StatusCode::kResourceExhausted,
                       HasSubstr("acknowledge rm")));
}

}  // namespace
}  // namespace sockdrift
