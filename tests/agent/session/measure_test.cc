#include "agent/session/measure.h"

#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::Uniform;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MeasureTest : public ::testing::Test {
 protected:
  MeasureTest() {
    options_.program = [this](const Digest& digest) {
      const auto at = programs_.find(digest);
      return at == programs_.end() ? std::nullopt
                                   : std::optional<std::string>(at->second);
    };
    options_.cancelled = [] { return false; };
    options_.progress = [this](int finished, int total) {
      progress_.emplace_back(finished, total);
    };
    options_.run_jobs = [this](const std::vector<Job>& jobs,
                               const SuperviseOptions& supervise, int parallel,
                               const auto& done) {
      jobs_ = jobs;
      parallel_ = parallel;
      supervise_ = supervise;
      cancelled_at_once_ = supervise.cancelled();
      std::vector<absl::StatusOr<ProbeResult>> results;
      for (size_t i = 0; i < jobs.size(); ++i) {
        results.push_back(End(jobs[i]));
        done(i, results.back());
      }
      return results;
    };
  }

  absl::StatusOr<ProbeResult> End(const Job& job) const {
    if (!start_.ok()) return start_;
    ProbeResult result;
    result.end = end_;
    result.message = message_;
    result.record = Uniform(job.program);
    result.notes = {"a note"};
    return result;
  }

  Assignment& Add(const Program& program, World world = World::kReplica) {
    const Digest digest = MeasurementDigest(program);
    programs_[digest] = EncodeProgram(program);
    order_.set.assignments.push_back(
        {.plan = "plan", .measurement = digest, .world = world});
    return order_.set.assignments.back();
  }

  AssignmentResult Only() {
    const absl::StatusOr<Measured> measured = MeasureSet(order_, options_);
    EXPECT_OK(measured);
    if (!measured.ok() || measured->report.results.size() != 1) return {};
    return measured->report.results[0];
  }

  std::map<Digest, std::string> programs_;
  RunOrder order_ = {.run_id = "r",
                     .set_digest = Sha256("set"),
                     .set = {},
                     .deadline = std::nullopt};
  MeasureOptions options_;
  ProbeEnd end_ = ProbeEnd::kFinished;
  std::string message_;
  absl::Status start_;
  std::vector<Job> jobs_;
  SuperviseOptions supervise_;
  int parallel_ = 0;
  bool cancelled_at_once_ = false;
  std::vector<std::pair<int, int>> progress_;
};

TEST_F(MeasureTest, NamesTheRecordOfEachAssignment) {
  const Program program = BindPair();
  Add(program);
  ASSERT_OK_AND_ASSIGN(const Measured measured, MeasureSet(order_, options_));
  EXPECT_EQ(measured.report.set, Sha256("set"));
  const Record record = Uniform(program);
  const Digest measurement = MeasurementDigest(program);
  EXPECT_THAT(
      measured.report.results,
      ElementsAre(AssignmentResult{
          .end = AssignmentEnd::kFinished,
          .record =
              RecordName{.record = RecordDigest(record, measurement),
                         .behaviour = BehaviourDigest(record, measurement)},
          .notes = {"a note"}}));
  ASSERT_THAT(measured.records, SizeIs(1));
  EXPECT_OK(RecordBytes(measured.records[0]));
  EXPECT_EQ(measured.counts.started, 1);
}

TEST_F(MeasureTest, ARecordThatTwoAssignmentsShareTravelsOnce) {
  Add(BindPair());
  Add(BindPair(), World::kPristine);
  ASSERT_OK_AND_ASSIGN(const Measured measured, MeasureSet(order_, options_));
  EXPECT_THAT(measured.report.results, SizeIs(2));
  EXPECT_THAT(measured.records, SizeIs(1));
}

TEST_F(MeasureTest, HandsOverWhatTheAssignmentAndThePolicySay) {
  Assignment& assignment = Add(BindPair({"127.0.0.1", "::1"}), World::kReplica);
  assignment.cells = {1, 3};
  assignment.overrides = {{"net.ipv6.bindv6only", "1"}};
  options_.netns = "/run/netns/x";
  options_.policy.max_sockets = 100;
  options_.policy.max_memory_bytes = 1 << 27;
  options_.policy.max_time = absl::Seconds(7);
  options_.policy.parallel = 3;
  EXPECT_EQ(Only().end, AssignmentEnd::kFinished);
  ASSERT_THAT(jobs_, SizeIs(1));
  EXPECT_THAT(jobs_[0].cells, ElementsAre(1, 3));
  EXPECT_EQ(jobs_[0].overrides.size(), 1u);
  EXPECT_EQ(jobs_[0].netns, "/run/netns/x");
  EXPECT_EQ(jobs_[0].max_open_files, 100u);
  EXPECT_EQ(jobs_[0].max_memory_bytes, uint64_t{1} << 27);
  EXPECT_TRUE(jobs_[0].background);
  EXPECT_EQ(jobs_[0].first_port, 1);
  EXPECT_EQ(supervise_.deadline, absl::Seconds(7));
  EXPECT_EQ(parallel_, 3);
}

TEST_F(MeasureTest, ThePortsOfThePolicyHoldWhereOthersLive) {
  Add(BindPair({"127.0.0.1", "::1"}), World::kOwn);
  options_.policy.worlds = {World::kOwn};
  options_.policy.first_port = 20000;
  options_.policy.last_port = 20999;
  EXPECT_EQ(Only().end, AssignmentEnd::kFinished);
  EXPECT_EQ(jobs_[0].first_port, 20000);
  EXPECT_EQ(jobs_[0].last_port, 20999);
}

TEST_F(MeasureTest, WhatThePolicyForbidsIsRefusedAndTheRestRuns) {
  Add(BindPair(), World::kHost);
  Add(BindPair());
  ASSERT_OK_AND_ASSIGN(const Measured measured, MeasureSet(order_, options_));
  const AssignmentResult& refused = measured.report.results[0];
  EXPECT_EQ(refused.end, AssignmentEnd::kPolicyRefused);
  EXPECT_THAT(refused.reason, HasSubstr("'host'"));
  EXPECT_FALSE(refused.record.has_value());
  EXPECT_EQ(measured.report.results[1].end, AssignmentEnd::kFinished);
  EXPECT_EQ(measured.counts.refused, 1);
  EXPECT_THAT(progress_, ElementsAre(std::pair(2, 2)));
}

TEST_F(MeasureTest, AProbeLeavesItsCgroupOnlyWhereThePolicySaysSo) {
  Add(BindPair(), World::kPristine).root_cgroup = true;
  const AssignmentResult refused = Only();
  EXPECT_EQ(refused.end, AssignmentEnd::kPolicyRefused);
  EXPECT_THAT(refused.reason, HasSubstr("`root_cgroup: yes`"));
  EXPECT_THAT(jobs_, IsEmpty());
  options_.policy.root_cgroup = true;
  EXPECT_EQ(Only().end, AssignmentEnd::kFinished);
  ASSERT_THAT(jobs_, SizeIs(1));
  EXPECT_TRUE(jobs_[0].root_cgroup);
}

TEST_F(MeasureTest, ACellThatThePlanDoesNotHaveFails) {
  Add(BindPair({"127.0.0.1"})).cells = {999};
  const AssignmentResult result = Only();
  EXPECT_EQ(result.end, AssignmentEnd::kFailed);
  EXPECT_THAT(result.reason, HasSubstr("cell 999"));
  EXPECT_THAT(jobs_, IsEmpty());
}

TEST_F(MeasureTest, AProgramOfAnotherVersionIsUnsupported) {
  Assignment& assignment = Add(BindPair());
  std::string& bytes = programs_[assignment.measurement];
  // The version stands behind the magic words.
  for (size_t i = 0; i < 24; ++i) {
    if (bytes[i] == kProgramVersion) bytes[i] = 99;
  }
  EXPECT_EQ(Only().end, AssignmentEnd::kUnsupported);
}

TEST_F(MeasureTest, AProgramThatIsNoneFails) {
  programs_[Add(BindPair()).measurement] = "no program";
  EXPECT_EQ(Only().end, AssignmentEnd::kFailed);
}

TEST_F(MeasureTest, AMissingProgramMeansThatItIsFetchedAgain) {
  programs_.erase(Add(BindPair()).measurement);
  EXPECT_THAT(MeasureSet(order_, options_),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("plan")));
}

TEST_F(MeasureTest, AProbeThatCannotBeStartedIsToldAsSuch) {
  Add(BindPair());
  start_ = absl::NotFoundError("no sockdrift-probe");
  const AssignmentResult result = Only();
  EXPECT_EQ(result.end, AssignmentEnd::kFailed);
  EXPECT_EQ(result.reason, "no sockdrift-probe");
}

TEST_F(MeasureTest, ARunPastItsDeadlineEndsAsTimedOut) {
  Add(BindPair());
  order_.deadline = SteadyTime();
  end_ = ProbeEnd::kCancelled;
  const AssignmentResult result = Only();
  EXPECT_TRUE(cancelled_at_once_);
  EXPECT_EQ(result.end, AssignmentEnd::kTimedOut);
  EXPECT_EQ(result.reason, "the run's deadline passed");
}

TEST_F(MeasureTest, ARunThatIsNoLongerWantedHasNoResult) {
  Add(BindPair());
  options_.cancelled = [] { return true; };
  EXPECT_EQ(MeasureSet(order_, options_).status().code(),
            absl::StatusCode::kCancelled);
}

struct EndCase {
  ProbeEnd probe;
  AssignmentEnd assignment;
  int failed;
};
class EndTest : public MeasureTest,
                public ::testing::WithParamInterface<EndCase> {};

TEST_P(EndTest, IsToldWithItsReasonAndTheRecordSoFar) {
  Add(BindPair());
  end_ = GetParam().probe;
  message_ = "why";
  ASSERT_OK_AND_ASSIGN(const Measured measured, MeasureSet(order_, options_));
  const AssignmentResult& result = measured.report.results[0];
  EXPECT_EQ(result.end, GetParam().assignment);
  EXPECT_EQ(result.reason, "why");
  EXPECT_TRUE(result.record.has_value());
  EXPECT_EQ(measured.counts.failed, GetParam().failed);
}

INSTANTIATE_TEST_SUITE_P(
    All, EndTest,
    ::testing::Values(
        EndCase{ProbeEnd::kWorldRefused, AssignmentEnd::kWorldRefused, 0},
        EndCase{ProbeEnd::kFailed, AssignmentEnd::kFailed, 1},
        EndCase{ProbeEnd::kCrashed, AssignmentEnd::kCrashed, 1},
        EndCase{ProbeEnd::kTimedOut, AssignmentEnd::kTimedOut, 1}),
    [](const auto& end) {
      return std::to_string(static_cast<int>(end.param.probe));
    });

}  // namespace
}  // namespace sockdrift
