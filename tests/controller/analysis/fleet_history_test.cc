// What the store remembers of a host, asked for by time.
#include <memory>
#include <string>

#include "controller/analysis/fleet_analysis.h"
#include "controller/runs/run_proto.h"
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
using ::testing::HasSubstr;
using testing::SetOutcome;
using testing::SetStatus;
using ::testing::SizeIs;
using testing::StatusIs;
using testing::Uniform;

const Facts kBefore = {{"net.ipv6.bindv6only", "0"}, {"boot_id", "one"}};
const Facts kAfter = {{"net.ipv6.bindv6only", "1"}, {"boot_id", "two"}};

class FleetHistoryTest : public ::testing::Test {
 protected:
  FleetHistoryTest() : store_(*SqliteStore::Open(folder_ / "data")) {}
  void SetUp() override { ASSERT_OK(hub_.Start({})); }

  absl::Time At(int hour) const { return first_ + absl::Hours(hour); }

  // The host was measured so, and so many hours after the first time.
  void Seen(int hour, const Record& record, const Facts& facts,
            const std::string& plan = "bind.pair") {
    const Program program = plan == "bind.pair" ? program_ : other_program_;
    const Digest measurement = MeasurementDigest(program);
    BehaviourFile file;
    file.programs.push_back(program);
    HostBehaviour host = {"web-7", facts, At(hour), {}};
    host.entries.push_back({plan, World::kReplica, measurement, record, {}});
    file.hosts.push_back(std::move(host));
    ASSERT_OK(analysis_.Import(EncodeBehaviourFile(file)));
  }

  absl::StatusOr<v1::HostHistory> History(const std::string& plan = "") {
    v1::GetHistoryRequest request;
    request.set_host_id("web-7");
    if (!plan.empty()) request.add_plans(plan);
    return analysis_.History(request);
  }

  std::string BindOutcomeAt(int hour) {
    v1::AnalysisScope scope;
    *scope.mutable_at_time() = ToTimestamp(At(hour));
    const auto plans = analysis_.Select(scope);
    if (!plans.ok()) return plans.status().ToString();
    return std::string(plans->at(0).hosts.at(0).record->Outcome(0, 0));
  }

  testing::TemporaryFolder folder_;
  std::unique_ptr<SqliteStore> store_;
  ProgramBook programs_{*store_};
  Hub hub_{*store_, programs_, {.audit_interval = absl::ZeroDuration()}};
  FleetAnalysis analysis_{hub_};
  const absl::Time first_ = absl::FromUnixSeconds(1'790'000'000);
  const Program program_ = BindPair();
  const Program other_program_ = BindPair({"0.0.0.0", "::"});
};

TEST_F(FleetHistoryTest,
       AChangeNamesItsIntervalItsCellsAndTheFactsThatChanged) {
  Record record = Uniform(program_);
  Seen(0, record, kBefore);
  Seen(3, record, kBefore);
  SetOutcome(record, 0, 0, "EADDRINUSE");
  SetOutcome(record, 0, 1, "EADDRINUSE");
  Seen(5, record, kAfter);
  Seen(9, record, kAfter);
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory history, History());
  ASSERT_THAT(history.plans(), SizeIs(1));
  EXPECT_EQ(FromTimestamp(history.plans(0).first_seen_time()), At(0));
  EXPECT_EQ(FromTimestamp(history.plans(0).since_time()), At(5));
  EXPECT_EQ(FromTimestamp(history.plans(0).last_seen_time()), At(9));
  EXPECT_EQ(history.plans(0).change_count(), 1);
  ASSERT_THAT(history.changes(), SizeIs(1));
  const v1::HostChange& change = history.changes(0);
  EXPECT_EQ(FromTimestamp(change.previous_time()), At(3));
  EXPECT_EQ(FromTimestamp(change.time()), At(5));
  ASSERT_THAT(change.plans(), SizeIs(1));
  EXPECT_EQ(change.plans(0).plan(), "bind.pair");
  EXPECT_EQ(change.plans(0).differing_cell_count(), 2);
  EXPECT_EQ(change.plans(0).compared_cell_count(),
            static_cast<int64_t>(record.cells()));
  ASSERT_FALSE(change.plans(0).rules().empty());
  EXPECT_THAT(change.plans(0).rules(0).text(),
              HasSubstr("bind.a: ok → EADDRINUSE"));
  ASSERT_THAT(change.facts(), SizeIs(1));
  EXPECT_EQ(change.facts(0).name(), "net.ipv6.bindv6only");
  EXPECT_EQ(change.facts(0).before(), "0");
  EXPECT_EQ(change.facts(0).after(), "1");
  EXPECT_EQ(change.other_fact_count(), 1);  // boot_id
}

TEST_F(FleetHistoryTest, FactsThatChangeAloneAreNoChange) {
  Seen(0, Uniform(program_), kBefore);
  Seen(1, Uniform(program_), kAfter);
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory history, History());
  EXPECT_THAT(history.changes(), SizeIs(0));
  EXPECT_EQ(FromTimestamp(history.plans(0).since_time()), At(0));
}

TEST_F(FleetHistoryTest, WhatChangedBackIsTwoChangesTheLatestFirst) {
  Record other = Uniform(program_, "EACCES");
  Seen(0, Uniform(program_), kBefore);
  Seen(1, other, kAfter);
  Seen(2, Uniform(program_), kBefore);
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory history, History());
  ASSERT_THAT(history.changes(), SizeIs(2));
  EXPECT_EQ(history.changes(0).facts(0).after(), "0");
  EXPECT_EQ(history.changes(1).facts(0).after(), "1");
  EXPECT_EQ(FromTimestamp(history.plans(0).since_time()), At(2));
}

TEST_F(FleetHistoryTest, PlansOfOneAnswerAreOneChange) {
  Record record = Uniform(program_);
  Record other = Uniform(other_program_);
  Seen(0, record, kBefore);
  Seen(0, other, kBefore, "bind.other");
  SetOutcome(record, 0, 0, "EACCES");
  SetOutcome(other, 0, 0, "EACCES");
  SetOutcome(other, 0, 1, "EACCES");
  Seen(1, record, kAfter);
  Seen(1, other, kAfter, "bind.other");
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory history, History());
  ASSERT_THAT(history.changes(), SizeIs(1));
  ASSERT_THAT(history.changes(0).plans(), SizeIs(2));
  EXPECT_EQ(history.changes(0).plans(0).plan(), "bind.other");  // more cells
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory one, History("bind.pair"));
  EXPECT_THAT(one.changes(0).plans(), SizeIs(1));
}

TEST_F(FleetHistoryTest, CellsThatCannotBeTestedAnyMoreAreCountedApart) {
  Record record = Uniform(program_);
  Seen(0, record, kBefore);
  SetStatus(record, 0, CellStatus::kSkip, "no privilege");
  Seen(1, record, kBefore);
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory history, History());
  ASSERT_THAT(history.changes(), SizeIs(1));
  EXPECT_EQ(history.changes(0).plans(0).differing_cell_count(), 0);
  EXPECT_EQ(history.changes(0).plans(0).lost_cell_count(), 1);
  EXPECT_THAT(history.changes(0).facts(), SizeIs(0));
}

// The cells with both addresses 0.0.0.0 or :: are the same calls in both.
TEST_F(FleetHistoryTest, VersionsOfAPlanAreComparedInTheCellsOfBoth) {
  Seen(0, Uniform(other_program_), kBefore, "bind.other");
  const Digest measurement = MeasurementDigest(program_);
  BehaviourFile file;
  file.programs.push_back(program_);
  HostBehaviour host = {"web-7", kAfter, At(1), {}};
  host.entries.push_back({"bind.other",
                          World::kReplica,
                          measurement,
                          Uniform(program_, "EACCES"),
                          {}});
  file.hosts.push_back(std::move(host));
  ASSERT_OK(analysis_.Import(EncodeBehaviourFile(file)));
  ASSERT_OK_AND_ASSIGN(const v1::HostHistory history, History());
  ASSERT_THAT(history.changes(), SizeIs(1));
  const v1::PlanChange& change = history.changes(0).plans(0);
  EXPECT_TRUE(change.new_version());
  EXPECT_EQ(change.compared_cell_count(), 16);
  EXPECT_EQ(change.differing_cell_count(), 16);
}

TEST_F(FleetHistoryTest, WhatWasKnownAtATimeIsWhatHadBeenSeenByThen) {
  Seen(1, Uniform(program_), kBefore);
  Seen(4, Uniform(program_, "EACCES"), kAfter);
  EXPECT_THAT(BindOutcomeAt(0), HasSubstr("NOT_FOUND"));
  EXPECT_EQ(BindOutcomeAt(1), "ok");
  EXPECT_EQ(BindOutcomeAt(3), "ok");
  EXPECT_EQ(BindOutcomeAt(4), "EACCES");
}

TEST_F(FleetHistoryTest, ARunHasItsOwnTime) {
  v1::AnalysisScope scope;
  scope.set_run_id("r1");
  *scope.mutable_at_time() = ToTimestamp(At(0));
  EXPECT_THAT(
      analysis_.Select(scope),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not both")));
}

TEST_F(FleetHistoryTest, SaysWhatIsNotThere) {
  EXPECT_THAT(History(), StatusIs(absl::StatusCode::kNotFound,
                                  HasSubstr("there is no host web-7")));
  Seen(0, Uniform(program_), kBefore);
  EXPECT_THAT(History("bind.rumour"),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("web-7"), HasSubstr("these plans"))));
}

}  // namespace
}  // namespace sockdrift
