// What separates groups, and what experiments showed of it, as it is sent.
#include "controller/analysis/explanation_proto.h"

#include "controller/analysis/analysis_proto.h"
#include "controller/analysis/proof_proto.h"
#include "controller/store/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"
#include "tests/support/temporary_folder.h"
#include "wire/convert/bodies.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using testing::BindPair;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::SetOutcome;
using testing::SetStatus;
using ::testing::SizeIs;
using testing::Uniform;

class ExplanationProtoTest : public ::testing::Test {
 protected:
  void Add(const std::string& host, const Record& record, const Facts& facts) {
    hosts_.push_back({.host = host,
                      .behaviour = BehaviourDigest(record, measurement_),
                      .record = std::make_shared<const Record>(record),
                      .record_digest = RecordDigest(record, measurement_),
                      .facts_digest = FactsDigest(facts),
                      .facts = std::make_shared<const Facts>(facts),
                      .seen = absl::UnixEpoch()});
  }
  PlanGroups Groups() const {
    return GroupPlan({measurement_, World::kReplica}, "bind.pair",
                     std::make_shared<const KnownProgram>(program_), hosts_);
  }
  Record Odd(absl::string_view outcome) const {
    Record record = Uniform(program_);
    SetOutcome(record, 1, 3, outcome);
    return record;
  }

  const Program program_ = BindPair();
  const Digest measurement_ = MeasurementDigest(program_);
  std::vector<HostShowing> hosts_;
};

TEST_F(ExplanationProtoTest, WhatWasMerelyTestedElsewhereIsNotDivergent) {
  Record first = Uniform(program_);
  Record second = Uniform(program_);
  for (size_t cell = 0; cell < first.cells(); ++cell) {
    SetStatus(cell % 2 == 0 ? first : second, cell, CellStatus::kSkip, "no");
  }
  Add("a", first, {{"net.ipv6.bindv6only", "0"}});
  Add("b", second, {{"net.ipv6.bindv6only", "1"}});
  const v1::PlanAnalysis analysis = ToProto(Groups(), /*explained=*/true);
  EXPECT_EQ(analysis.divergent_cell_count(), 0);
  ASSERT_THAT(analysis.explanations(), SizeIs(2));
  EXPECT_THAT(analysis.explanations(1).candidates(), IsEmpty());
  EXPECT_THAT(analysis.explanations(1).reason(),
              HasSubstr("only in what could be tested"));
}

TEST_F(ExplanationProtoTest, WithoutAFactAgainstAllTheFirstGroupIsTaken) {
  // b and c have the same settings and behave otherwise than one another.
  for (const char* host : {"a1", "a2", "a3"}) {
    Add(host, Uniform(program_), {{"net.ipv6.bindv6only", "0"}});
  }
  Add("b", Odd("EACCES"), {{"net.ipv6.bindv6only", "1"}});
  Add("c1", Odd("EADDRINUSE"), {{"net.ipv6.bindv6only", "1"}});
  Add("c2", Odd("EADDRINUSE"), {{"net.ipv6.bindv6only", "1"}});
  const v1::PlanAnalysis analysis = ToProto(Groups(), /*explained=*/true);
  const v1::GroupExplanation& last = analysis.explanations(2);
  ASSERT_THAT(last.candidates(), SizeIs(1));
  EXPECT_TRUE(last.candidates(0).first_group_only());
  EXPECT_EQ(last.candidates(0).other_count(), 3);
}

TEST_F(ExplanationProtoTest, WhatWasProvenShowsFromEitherSide) {
  Add("a1", Uniform(program_), {{"net.ipv6.bindv6only", "0"}});
  Add("a2", Uniform(program_), {{"net.ipv6.bindv6only", "0"}});
  Add("odd", Odd("EACCES"), {{"net.ipv6.bindv6only", "1"}});
  Proof proof;
  proof.verdict = ProofVerdict::kProven;
  proof.settings = {{"net.ipv6.bindv6only", "1", "0"}};
  proof.group_host = "odd";
  proof.reference_host = "a1";
  proof.counts.asked = 1;
  proof.counts.followed = 1;
  proof.runs = {"x", "y", "z"};
  testing::TemporaryFolder folder;
  ASSERT_OK_AND_ASSIGN(const auto store, SqliteStore::Open(folder / "data"));
  PlanGroups groups = Groups();
  ASSERT_OK(CommitAndWait(*store, {RowOf(proof, groups, 1)}));
  const auto shown = [&](PlanGroups& plan) {
    plan.proofs = *ReadProofs(*store, plan);
    return ToProto(plan, /*explained=*/true).explanations(1).candidates(0);
  };
  const v1::Candidate candidate = shown(groups);
  EXPECT_EQ(candidate.text(), "net.ipv6.bindv6only = 1");
  EXPECT_EQ(candidate.evidence().verdict(), v1::PROOF_VERDICT_PROVEN);
  EXPECT_EQ(candidate.evidence().settings(0).group_value(), "1");

  // The odd ones are the majority now.
  Add("odd-2", Odd("EACCES"), {{"net.ipv6.bindv6only", "1"}});
  Add("odd-3", Odd("EACCES"), {{"net.ipv6.bindv6only", "1"}});
  groups = Groups();
  const v1::Candidate other = shown(groups);
  EXPECT_EQ(other.text(), "net.ipv6.bindv6only = 0");
  EXPECT_EQ(other.evidence().verdict(), v1::PROOF_VERDICT_PROVEN);
  EXPECT_EQ(other.evidence().settings(0).group_value(), "0");
  EXPECT_EQ(other.evidence().group_host_id(), "a1");

  // Another behaviour is another question.
  hosts_.resize(2);
  Add("odd", Odd("EPERM"), {{"net.ipv6.bindv6only", "1"}});
  groups = Groups();
  EXPECT_FALSE(shown(groups).has_evidence());
}

}  // namespace
}  // namespace sockdrift
