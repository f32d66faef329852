// The real probe started by another program.
#include "agent/supervise/run_via.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/probe/jobs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(RunViaTest, GivesWhatRunJobGives) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const Job job = testing::BindJob();
  ASSERT_OK_AND_ASSIGN(const ProbeResult direct,
                       RunJob(job, {.probe = testing::kProbe}));
  ASSERT_OK_AND_ASSIGN(const ViaResult via,
                       RunVia({testing::kProbe, "--stream"}, {job, job}, {}));
  EXPECT_OK(via.end);
  EXPECT_THAT(via.facts, Not(IsEmpty()));
  ASSERT_EQ(via.results.size(), 2u);
  for (const absl::StatusOr<ProbeResult>& result : via.results) {
    ASSERT_OK(result.status());
    EXPECT_EQ(result->end, ProbeEnd::kFinished) << result->message;
    EXPECT_EQ(result->record, direct.record);
  }
}

TEST(RunViaTest, AnEmptyListOfJobsGivesFactsAlone) {
  ASSERT_OK_AND_ASSIGN(const ViaResult via,
                       RunVia({testing::kProbe, "--stream"}, {}, {}));
  EXPECT_OK(via.end);
  EXPECT_THAT(via.facts, Not(IsEmpty()));
}

TEST(RunViaTest, ACutStreamKeepsWhatWasWhole) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  // The second job waits until long after the stream is cut.
  const std::vector<Job> jobs = {testing::BindJob(), testing::WaitingJob()};
  ViaOptions options;
  size_t finished = 0;
  options.progress = [&finished](size_t now, size_t) { finished = now; };
  options.cancelled = [&finished] { return finished == 1; };
  ASSERT_OK_AND_ASSIGN(const ViaResult via,
                       RunVia({testing::kProbe, "--stream"}, jobs, options));
  EXPECT_EQ(via.end.code(), absl::StatusCode::kCancelled);
  ASSERT_OK(via.results[0].status());
  EXPECT_EQ(via.results[0]->end, ProbeEnd::kFinished);
  EXPECT_EQ(via.results[1].status().code(), absl::StatusCode::kCancelled);
}

TEST(RunViaTest, SaysHowACommandFailed) {
  ASSERT_OK_AND_ASSIGN(
      const ViaResult via,
      RunVia({"sh", "-c", "echo no such container >&2; exit 125"},
             {testing::BindJob()}, {}));
  EXPECT_EQ(via.end.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(via.end.message()),
              ::testing::AllOf(HasSubstr("it wrote nothing"),
                               HasSubstr("exit code 125"),
                               HasSubstr("no such container")));
  EXPECT_EQ(via.results[0].status(), via.end);
  EXPECT_EQ(RunVia({"/nonexistent/runsc"}, {}, {}).status().code(),
            absl::StatusCode::kNotFound);
}

TEST(RunViaTest, KillsAtItsDeadline) {
  ASSERT_OK_AND_ASSIGN(const ViaResult via,
                       RunVia({"sleep", "600"}, {testing::BindJob()},
                              {.deadline = absl::Milliseconds(100)}));
  EXPECT_EQ(via.end.code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(RunViaTest, BytesThatWereCarriedByHandAreTakenUpTheSameWay) {
  const ViaResult cut = DecodeResultStream("garbage", 1);
  EXPECT_EQ(cut.end.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(cut.end.message()), HasSubstr("garbage"));
}

TEST(RunViaTest, AJobThatCannotBeReadFailsAloneAndOthersGoOn) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  Job wrong = testing::BindJob();
  wrong.cells = {5000};
  ASSERT_OK_AND_ASSIGN(
      const ViaResult via,
      RunVia({testing::kProbe, "--stream"}, {wrong, testing::BindJob()}, {}));
  EXPECT_OK(via.end);
  EXPECT_EQ(via.results[0]->end, ProbeEnd::kFailed);
  EXPECT_THAT(via.results[0]->message, HasSubstr("cell 5000"));
  EXPECT_EQ(via.results[1]->end, ProbeEnd::kFinished);
}

}  // namespace
}  // namespace sockdrift
