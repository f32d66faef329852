#include "atlas/pack/agreement.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::BindPair;
using ::sockdrift::testing::SetOutcome;
using ::sockdrift::testing::SetStatus;
using ::sockdrift::testing::StatusIs;
using ::sockdrift::testing::Uniform;
using ::testing::HasSubstr;

TEST(AgreementTest, CellsThatDifferAreUnstableWithBothAnswers) {
  const Program program = BindPair();
  Record record = Uniform(program);
  Record other = record;
  for (const size_t cell : {3, 9}) SetOutcome(other, 1, cell, "EADDRINUSE");
  SetStatus(other, 5, CellStatus::kSkip, "no capability");
  SetStatus(record, 6, CellStatus::kSkip, "no capability");
  KeepAgreed(program, record, other);
  EXPECT_EQ(record.CountOf(CellStatus::kDone), 60u);
  EXPECT_EQ(record.status[3], CellStatus::kUnstable);
  EXPECT_EQ(record.Reason(9), "bind.b: ok, then EADDRINUSE");
  EXPECT_EQ(record.status[5], CellStatus::kSkip);
  EXPECT_EQ(record.Reason(6), "no capability");
  EXPECT_EQ(record.reasons.size(), 2u);
  EXPECT_EQ(record.Outcome(1, 3), "");
  EXPECT_TRUE(ValidateRecord(record).ok());
}

TEST(AgreementTest, IsOfTheSamePlans) {
  BehaviourFile file;
  file.programs = {BindPair()};
  file.hosts = {{"a", {}, absl::UnixEpoch(), {}}};
  BehaviourFile other = file;
  file.hosts[0].entries.push_back({"bind.pair",
                                   World::kReplica,
                                   MeasurementDigest(file.programs[0]),
                                   Uniform(file.programs[0]),
                                   {}});
  EXPECT_THAT(
      KeepAgreed(file, other),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bind.pair")));
}

}  // namespace
}  // namespace sockdrift
