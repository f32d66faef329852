#include "controller/store/sqlite_store.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "controller/store/sqlite_migrations.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::Field;
using ::testing::HasSubstr;

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

Digest MakeDigest(uint8_t seed) {
  Digest digest;
  digest.bytes.fill(seed);
  return digest;
}

class SqliteStoreTest : public ::testing::Test {
 protected:
  SqliteStoreTest() {
    std::string pattern = ::testing::TempDir() + "/storeXXXXXX";
    directory_ = mkdtemp(pattern.data());
    Reopen();
  }
  ~SqliteStoreTest() override {
    store_.reset();
    std::filesystem::remove_all(directory_);
  }
  void Reopen() {
    store_.reset();
    auto store = SqliteStore::Open(directory_);
    ASSERT_OK(store);
    store_ = std::move(*store);
  }

  std::string directory_;
  std::unique_ptr<SqliteStore> store_;
};

SightingRow Seen(absl::Time time, uint8_t behaviour,
                 std::optional<Digest> facts = std::nullopt) {
  return {.host = "a",
          .measurement = MakeDigest(1),
          .world = World::kReplica,
          .behaviour = MakeDigest(behaviour),
          .record = MakeDigest(behaviour),
          .facts = facts,
          .first_seen = time,
          .last_seen = time};
}

TEST_F(SqliteStoreTest, GivesBackWhatWasCommittedAfterReopening) {
  const RunRow run{.id = "r1",
                   .phase = RunPhase::kRunning,
                   .standing = true,
                   .set = MakeDigest(9),
                   .world = World::kPristine,
                   .selector = "pool=a",
                   .created = kNow,
                   .deadline = kNow + absl::Seconds(5),
                   .ended = {},
                   .parallel_limit = 3,
                   .experiment = true};
  const RunHostRow run_host{.run = "r1",
                            .host = "a",
                            .state = RunHostState::kHeld,
                            .not_before = kNow,
                            .report = {},
                            .facts = MakeDigest(4),
                            .ended = {},
                            .reason = "why"};
  const HostRow host{.id = "a",
                     .process_uuid = "u",
                     .agent_version = "0.1.0",
                     .labels = {{"pool", "a"}, {"zone", ""}},
                     .first_seen = kNow,
                     .last_seen = kNow,
                     .duplicate = true};
  ASSERT_OK(CommitAndWait(*store_, {run, run_host, host}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const StoredState state, store_->Load());
  ASSERT_EQ(state.runs.size(), 1u);
  EXPECT_EQ(state.runs[0].id, "r1");
  EXPECT_TRUE(state.runs[0].standing);
  EXPECT_TRUE(state.runs[0].experiment);
  EXPECT_EQ(state.runs[0].world, World::kPristine);
  EXPECT_EQ(state.runs[0].deadline, run.deadline);
  EXPECT_EQ(state.runs[0].ended, std::nullopt);
  ASSERT_EQ(state.run_hosts.size(), 1u);
  EXPECT_EQ(state.run_hosts[0].state, RunHostState::kHeld);
  EXPECT_EQ(state.run_hosts[0].facts, MakeDigest(4));
  EXPECT_EQ(state.run_hosts[0].report, std::nullopt);
  ASSERT_EQ(state.hosts.size(), 1u);
  EXPECT_EQ(state.hosts[0].labels, host.labels);
  EXPECT_TRUE(state.hosts[0].duplicate);
}

TEST_F(SqliteStoreTest, LoadsHostsOnlyOfRunsUnderWay) {
  RunRow run{.id = "r1", .created = kNow, .deadline = kNow};
  ASSERT_OK(CommitAndWait(
      *store_,
      {run, RunHostRow{.run = "r1", .host = "a", .not_before = kNow}}));
  run.phase = RunPhase::kFinished;
  run.ended = kNow;
  ASSERT_OK(CommitAndWait(*store_, {run}));
  ASSERT_OK_AND_ASSIGN(const StoredState state, store_->Load());
  EXPECT_TRUE(state.runs.empty());
  EXPECT_TRUE(state.run_hosts.empty());
  ASSERT_OK_AND_ASSIGN(const RunRow found, store_->Run("r1"));
  EXPECT_EQ(found.phase, RunPhase::kFinished);
  EXPECT_THAT(store_->Run("r2"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no run r2")));
  ASSERT_OK_AND_ASSIGN(const auto runs, store_->Runs(10));
  EXPECT_EQ(runs.size(), 1u);
  ASSERT_OK_AND_ASSIGN(const auto hosts, store_->RunHosts("r1"));
  EXPECT_EQ(hosts.size(), 1u);
}

TEST_F(SqliteStoreTest, ForgetsRunsThatEndedLongAgoAndNoOthers) {
  const RunRow old{.id = "old",
                   .phase = RunPhase::kFinished,
                   .created = kNow,
                   .deadline = kNow,
                   .ended = kNow};
  RunRow recent = old;
  recent.id = "recent";
  recent.ended = kNow + absl::Hours(2);
  const RunRow running{.id = "running", .created = kNow, .deadline = kNow};
  ASSERT_OK(CommitAndWait(
      *store_, {old, recent, running, RunHostRow{.run = "old", .host = "a"},
                RunHostRow{.run = "recent", .host = "a"}}));
  ASSERT_OK(CommitAndWait(*store_, {ForgetRuns{kNow + absl::Hours(1)}}));
  EXPECT_THAT(store_->Run("old"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no run old")));
  EXPECT_OK(store_->Run("recent"));
  EXPECT_OK(store_->Run("running"));
  ASSERT_OK_AND_ASSIGN(const auto kept, store_->RunHosts("recent"));
  EXPECT_EQ(kept.size(), 1u);
  ASSERT_OK_AND_ASSIGN(const auto forgotten, store_->RunHosts("old"));
  EXPECT_TRUE(forgotten.empty());
}

TEST_F(SqliteStoreTest, AnUnchangedHostCostsNoNewSighting) {
  ASSERT_OK(CommitAndWait(*store_, {Seen(kNow, 5)}));
  ASSERT_OK(CommitAndWait(*store_, {Seen(kNow + absl::Hours(1), 5)}));
  ASSERT_OK(CommitAndWait(*store_, {Seen(kNow + absl::Hours(2), 6)}));
  ASSERT_OK(CommitAndWait(*store_, {Seen(kNow + absl::Hours(3), 5)}));
  ASSERT_OK_AND_ASSIGN(const auto sightings, store_->Sightings("a"));
  ASSERT_EQ(sightings.size(), 3u);
  EXPECT_EQ(sightings[0].first_seen, kNow);
  EXPECT_EQ(sightings[0].last_seen, kNow + absl::Hours(1));
  EXPECT_EQ(sightings[1].behaviour, MakeDigest(6));
  EXPECT_EQ(sightings[2].behaviour, MakeDigest(5));
  ASSERT_OK_AND_ASSIGN(const StoredState state, store_->Load());
  ASSERT_EQ(state.sightings.size(), 1u);
  EXPECT_EQ(state.sightings[0].first_seen, kNow + absl::Hours(3));
}

TEST_F(SqliteStoreTest, OtherFactsBeginANewInterval) {
  ASSERT_OK(CommitAndWait(*store_, {Seen(kNow, 5)}));
  ASSERT_OK(
      CommitAndWait(*store_, {Seen(kNow + absl::Hours(1), 5, MakeDigest(7))}));
  ASSERT_OK_AND_ASSIGN(const auto sightings, store_->Sightings("a"));
  EXPECT_EQ(sightings.size(), 2u);
}

TEST_F(SqliteStoreTest, FactsOfAHostAreIntervalsToo) {
  const auto facts = [](absl::Time time, uint8_t seed) {
    return HostFactsRow{.host = "a",
                        .facts = MakeDigest(seed),
                        .first_seen = time,
                        .last_seen = time};
  };
  ASSERT_OK(CommitAndWait(*store_, {facts(kNow, 1)}));
  ASSERT_OK(CommitAndWait(*store_, {facts(kNow + absl::Hours(1), 1)}));
  ASSERT_OK(CommitAndWait(*store_, {facts(kNow + absl::Hours(2), 2)}));
  ASSERT_OK_AND_ASSIGN(const StoredState state, store_->Load());
  ASSERT_EQ(state.facts.size(), 1u);
  EXPECT_EQ(state.facts[0].facts, MakeDigest(2));
}

TEST_F(SqliteStoreTest, KeepsBodiesOnceByDigest) {
  ASSERT_OK(CommitAndWait(*store_, {ProgramRow{MakeDigest(1), "first"}}));
  ASSERT_OK(CommitAndWait(*store_, {ProgramRow{MakeDigest(1), "again"}}));
  ASSERT_OK_AND_ASSIGN(const std::string body, store_->Program(MakeDigest(1)));
  EXPECT_EQ(body, "first");
  EXPECT_THAT(store_->Program(MakeDigest(2)),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no program")));
}

TEST_F(SqliteStoreTest, ReadsARecordWithAndWithoutItsBody) {
  ASSERT_OK(CommitAndWait(*store_, {RecordRow{.digest = MakeDigest(1),
                                              .behaviour = MakeDigest(2),
                                              .measurement = MakeDigest(3),
                                              .done = 10,
                                              .skip = 1,
                                              .error = 2,
                                              .unstable = 3,
                                              .miss = 4,
                                              .canonical = "bytes"}}));
  ASSERT_OK_AND_ASSIGN(const RecordRow with,
                       store_->Record(MakeDigest(1), true));
  EXPECT_EQ(with.canonical, "bytes");
  EXPECT_EQ(with.behaviour, MakeDigest(2));
  EXPECT_EQ(with.miss, 4);
  ASSERT_OK_AND_ASSIGN(const RecordRow without,
                       store_->Record(MakeDigest(1), false));
  EXPECT_EQ(without.canonical, "");
  EXPECT_EQ(without.done, 10);
}

TEST_F(SqliteStoreTest, KeepsTheNewestYamlOfAPlan) {
  const PlanRow first{MakeDigest(1), "p", "title", "yaml 1"};
  ASSERT_OK(CommitAndWait(*store_, {first}));
  ASSERT_OK(CommitAndWait(*store_, {PlanRow{MakeDigest(1), "p", "t", ""}}));
  ASSERT_OK(
      CommitAndWait(*store_, {PlanRow{MakeDigest(1), "p", "new", "yaml 2"}}));
  ASSERT_OK_AND_ASSIGN(const auto plans, store_->Plans());
  ASSERT_EQ(plans.size(), 1u);
  EXPECT_EQ(plans[0].yaml, "yaml 2");
  EXPECT_EQ(plans[0].title, "new");
}

BaselineRow Pinned(const std::string& name) {
  return {.name = name,
          .source = "hosts pool=prod",
          .set = kNow,
          .members = {{.host = "a",
                       .plan = "bind.pair",
                       .measurement = MakeDigest(1),
                       .world = World::kOwn,
                       .behaviour = MakeDigest(2),
                       .record = MakeDigest(3),
                       .facts = MakeDigest(4),
                       .taken = kNow}}};
}

TEST_F(SqliteStoreTest, KeepsABaselineWithItsMembers) {
  ASSERT_OK(CommitAndWait(*store_, {Pinned("prod"), Pinned("canary")}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const BaselineRow row, store_->Baseline("prod"));
  EXPECT_EQ(row.source, "hosts pool=prod");
  EXPECT_EQ(row.set, kNow);
  ASSERT_EQ(row.members.size(), 1u);
  EXPECT_EQ(row.members[0].plan, "bind.pair");
  EXPECT_EQ(row.members[0].world, World::kOwn);
  EXPECT_EQ(row.members[0].record, MakeDigest(3));
  EXPECT_EQ(row.members[0].behaviour, MakeDigest(2));
  EXPECT_EQ(row.members[0].facts, MakeDigest(4));
  ASSERT_OK_AND_ASSIGN(const auto all, store_->Baselines());
  EXPECT_THAT(all, ElementsAre(Field(&BaselineRow::name, "canary"),
                               Field(&BaselineRow::name, "prod")));
  ASSERT_OK(CommitAndWait(*store_, {ForgetBaseline{"prod"}}));
  EXPECT_THAT(
      store_->Baseline("prod"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("no baseline prod")));
  EXPECT_OK(store_->Baseline("canary"));
}

TEST_F(SqliteStoreTest, KeepsAcknowledgementsAlsoRemovedOnes) {
  const AcknowledgementRow first{.id = "A1",
                                 .where = "plan:bind.*",
                                 .selector = "pool=a",
                                 .behaviour = "30e424f2408e",
                                 .owner = "net-team",
                                 .reason = "why",
                                 .link = "https://example.org",
                                 .expires = "2026-12-31",
                                 .created_by = "alice",
                                 .created = kNow,
                                 .removed_by = {},
                                 .removed = {}};
  AcknowledgementRow second = first;
  second.id = "A2";
  ASSERT_OK(CommitAndWait(*store_, {first, second}));
  second.removed_by = "bob";
  second.removed = kNow + absl::Seconds(1);
  ASSERT_OK(CommitAndWait(*store_, {second}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const auto rows, store_->Acknowledgements());
  EXPECT_THAT(rows, ElementsAre(first, second));
}

TEST_F(SqliteStoreTest, ABaselineOfTheSameNameIsReplaced) {
  ASSERT_OK(CommitAndWait(*store_, {Pinned("prod")}));
  BaselineRow other = Pinned("prod");
  other.members[0].host = "b";
  ASSERT_OK(CommitAndWait(*store_, {other}));
  ASSERT_OK_AND_ASSIGN(const BaselineRow row, store_->Baseline("prod"));
  ASSERT_EQ(row.members.size(), 1u);
  EXPECT_EQ(row.members[0].host, "b");
}

// Whatever retention there will be: it need not know of baselines.
TEST_F(SqliteStoreTest, WhatABaselinePinsCannotBeDeleted) {
  std::vector<Change> changes = {Pinned("prod")};
  for (const uint8_t seed : {1, 3, 4, 9}) {
    changes.push_back(ProgramRow{MakeDigest(seed), "p"});
    changes.push_back(RecordRow{.digest = MakeDigest(seed), .canonical = "r"});
    changes.push_back(FactsRow{MakeDigest(seed), "f"});
  }
  ASSERT_OK(CommitAndWait(*store_, std::move(changes)));
  const auto delete_all = [&] {
    ASSERT_OK_AND_ASSIGN(auto db,
                         SqliteConnection::Open(directory_ + "/controller.db"));
    for (const char* table : {"program", "record", "facts"}) {
      ASSERT_OK(db->Execute(absl::StrCat("DELETE FROM ", table)));
    }
  };
  delete_all();
  EXPECT_OK(store_->Program(MakeDigest(1)));
  EXPECT_OK(store_->Record(MakeDigest(3), true));
  EXPECT_OK(store_->Facts(MakeDigest(4)));
  EXPECT_FALSE(store_->Program(MakeDigest(9)).ok());
  EXPECT_FALSE(store_->Record(MakeDigest(9), true).ok());
  EXPECT_FALSE(store_->Facts(MakeDigest(9)).ok());
  ASSERT_OK(CommitAndWait(*store_, {ForgetBaseline{"prod"}}));
  delete_all();
  EXPECT_FALSE(store_->Record(MakeDigest(3), true).ok());
}

TEST_F(SqliteStoreTest, AcknowledgesManyWritersInGroups) {
  std::atomic<int> acknowledged = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 250; ++i) {
        store_->Commit(
            {FactsRow{MakeDigest(static_cast<uint8_t>(t)), absl::StrCat(i)}},
            [&](const absl::Status& status) {
              if (status.ok()) ++acknowledged;
            });
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  store_->Flush();
  EXPECT_EQ(acknowledged, 1000);
}

TEST_F(SqliteStoreTest, CommitsWhatIsQueuedWhenItCloses) {
  for (uint8_t i = 0; i < 100; ++i) {
    store_->Commit({FactsRow{MakeDigest(i), "x"}}, nullptr);
  }
  Reopen();
  for (uint8_t i = 0; i < 100; ++i) EXPECT_OK(store_->Facts(MakeDigest(i)));
}

TEST_F(SqliteStoreTest, KeepsTheNewestProofOfTheSameFactsAndBehaviours) {
  ProofRow proof{.measurement = MakeDigest(1),
                 .world = World::kPristine,
                 .behaviour = MakeDigest(2),
                 .reference = MakeDigest(3),
                 .facts = "net.a net.b",
                 .body = "first"};
  ProofRow other_facts = proof;
  other_facts.facts = "net.a";
  ASSERT_OK(CommitAndWait(*store_, {proof, other_facts}));
  proof.body = "second";
  ASSERT_OK(CommitAndWait(*store_, {proof}));
  // What was proven does not go with the runs that proved it.
  ASSERT_OK(CommitAndWait(*store_,
                          {ForgetRuns{.ended_before = kNow + absl::Hours(1)}}));
  Reopen();
  ASSERT_OK_AND_ASSIGN(const std::vector<ProofRow> proofs,
                       store_->Proofs(MakeDigest(1), World::kPristine));
  ASSERT_EQ(proofs.size(), 2u);
  EXPECT_EQ(proofs[0].facts, "net.a");
  EXPECT_EQ(proofs[0].body, "first");
  EXPECT_EQ(proofs[1].facts, "net.a net.b");
  EXPECT_EQ(proofs[1].body, "second");
  EXPECT_EQ(proofs[1].reference, MakeDigest(3));
  ASSERT_OK_AND_ASSIGN(const std::vector<ProofRow> elsewhere,
                       store_->Proofs(MakeDigest(1), World::kReplica));
  EXPECT_TRUE(elsewhere.empty());
}

TEST_F(SqliteStoreTest, BringsADatabaseOfTheFirstVersionUpToDate) {
  store_.reset();
  {
    ASSERT_OK_AND_ASSIGN(auto db,
                         SqliteConnection::Open(directory_ + "/controller.db"));
    // As the first version left it: what came later is not there.
    std::string later;
    {
      ASSERT_OK_AND_ASSIGN(
          SqliteStatement names,
          db->Prepare("SELECT type, name FROM sqlite_schema WHERE "
                      "type='trigger' OR (type='table' AND "
                      "name NOT IN ('program', 'plan', 'assignment_set', "
                      "'record', 'genome_member', 'report', 'facts', 'host', "
                      "'host_facts', 'run', 'run_host', 'sighting')) "
                      "ORDER BY type DESC"));
      // Triggers first: they stand on tables that stay, and name some that go.
      while (*names.Step()) {
        absl::StrAppend(&later, "DROP ", names.Text(0), " ", names.Text(1),
                        ";");
      }
    }
    db->ResetStatements();
    ASSERT_OK(db->Execute(absl::StrCat(later, "PRAGMA user_version=1")));
  }
  Reopen();
  ASSERT_OK(CommitAndWait(
      *store_, {ProofRow{.facts = "net.a"}, BaselineRow{.name = "prod"}}));
}

TEST_F(SqliteStoreTest, RefusesADirectoryThatIsInUse) {
  EXPECT_THAT(SqliteStore::Open(directory_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another controller uses")));
}

TEST_F(SqliteStoreTest, RefusesANewerDatabaseAndLeavesItAsItIs) {
  store_.reset();
  const std::string path = directory_ + "/controller.db";
  {
    ASSERT_OK_AND_ASSIGN(auto db, SqliteConnection::Open(path));
    ASSERT_OK(db->Execute("PRAGMA user_version=99"));
  }
  EXPECT_THAT(SqliteStore::Open(directory_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("schema version 99, written by a newer")));
  ASSERT_OK_AND_ASSIGN(auto db, SqliteConnection::Open(path));
  ASSERT_OK_AND_ASSIGN(const int64_t version, db->Pragma("user_version"));
  EXPECT_EQ(version, 99);
}

TEST_F(SqliteStoreTest, RefusesADatabaseOfAnotherProgram) {
  store_.reset();
  const std::string path = directory_ + "/controller.db";
  std::filesystem::remove(path);
  {
    ASSERT_OK_AND_ASSIGN(auto db, SqliteConnection::Open(path));
    ASSERT_OK(db->Execute("CREATE TABLE theirs (x)"));
  }
  EXPECT_THAT(SqliteStore::Open(directory_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("another program")));
}

TEST_F(SqliteStoreTest, RefusesAFileThatIsNoDatabase) {
  store_.reset();
  std::ofstream(directory_ + "/controller.db", std::ios::trunc)
      << std::string(8192, 'x');
  EXPECT_THAT(SqliteStore::Open(directory_),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("damaged")));
}

}  // namespace
}  // namespace sockdrift
