#include <string>

#include "core/base/digest.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"
#include "wire/convert/assignment_set.h"
#include "wire/convert/bodies.h"
#include "wire/convert/compress.h"
#include "wire/convert/report.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

AssignmentSet TwoAssignments() {
  AssignmentSet set;
  set.assignments.push_back({.plan = "bind.conflict",
                             .measurement = Sha256("one"),
                             .world = World::kReplica});
  set.assignments.push_back({.plan = "reuse.restart",
                             .measurement = Sha256("two"),
                             .world = World::kPristine,
                             .cells = {0, 1, 2, 7, 9, 10},
                             .overrides = {{"net.ipv6.bindv6only", "1"}}});
  return set;
}

TEST(AssignmentSetTest, SurvivesTheWire) {
  const AssignmentSet set = TwoAssignments();
  const v1::AssignmentSet proto = ToProto(set);
  EXPECT_EQ(proto.assignments(1).cells_size(), 3);
  ASSERT_OK_AND_ASSIGN(const AssignmentSet read, FromProto(proto));
  EXPECT_EQ(read.assignments, set.assignments);
}

// The test vectors of docs/agent-protocol.md.
TEST(AssignmentSetTest, HasThePublishedDigest) {
  AssignmentSet set = TwoAssignments();
  EXPECT_EQ(AssignmentSetDigest(set).Hex(),
            "2036015c6056601fc415f7ed0b785fc599f3cbcb8dfbd0e5c78914b49a549453");
  set.assignments[1].root_cgroup = true;
  ASSERT_OK_AND_ASSIGN(const AssignmentSet read, FromProto(ToProto(set)));
  EXPECT_EQ(read.assignments, set.assignments);
  EXPECT_EQ(AssignmentSetDigest(set).Hex(),
            "eeef50bc11a304f5ba428608e09298d9fd64735a45662de6952196d700ae0e18");
}

TEST(AssignmentSetTest, EveryPartIsInTheDigest) {
  const Digest digest = AssignmentSetDigest(TwoAssignments());
  AssignmentSet set = TwoAssignments();
  set.assignments[0].world = World::kOwn;
  EXPECT_NE(AssignmentSetDigest(set), digest);
  set = TwoAssignments();
  set.assignments[1].cells.pop_back();
  EXPECT_NE(AssignmentSetDigest(set), digest);
  set = TwoAssignments();
  set.assignments[1].overrides["net.ipv6.bindv6only"] = "0";
  EXPECT_NE(AssignmentSetDigest(set), digest);
  set = TwoAssignments();
  set.assignments[1].root_cgroup = true;
  EXPECT_NE(AssignmentSetDigest(set), digest);
  set = TwoAssignments();
  std::swap(set.assignments[0], set.assignments[1]);
  EXPECT_NE(AssignmentSetDigest(set), digest);
}

TEST(AssignmentSetTest, RefusesAnotherSetUnderItsDigest) {
  v1::AssignmentSet proto = ToProto(TwoAssignments());
  proto.mutable_assignments(0)->set_plan("bind.other");
  EXPECT_THAT(FromProto(proto), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("not the one its digest")));
}

struct BadSet {
  std::string name;
  void (*spoil)(v1::AssignmentSet&);
  std::string message;
};

class BadSetTest : public ::testing::TestWithParam<BadSet> {};

TEST_P(BadSetTest, IsRefusedWithTheReason) {
  v1::AssignmentSet proto = ToProto(TwoAssignments());
  GetParam().spoil(proto);
  EXPECT_THAT(FromProto(proto), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(GetParam().message)));
}

INSTANTIATE_TEST_SUITE_P(
    All, BadSetTest,
    ::testing::Values(
        BadSet{.name = "Empty",
               .spoil = [](v1::AssignmentSet& s) { s.clear_assignments(); },
               .message = "a set of 0 assignments"},
        BadSet{.name = "NoWorld",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(0)->clear_world();
                   },
               .message = "world 0 is not known"},
        BadSet{.name = "NegativeCell",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(1)->mutable_cells(0)->set_first(-1);
                   },
               .message = "out of order or range"},
        BadSet{.name = "OverlappingCells",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(1)->mutable_cells(1)->set_first(2);
                   },
               .message = "out of order or range"},
        BadSet{.name = "EndlessCells",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(1)->mutable_cells(2)->set_count(
                         2'000'000'000);
                   },
               .message = "out of order or range"},
        BadSet{.name = "ManyLongLists",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     v1::Assignment& a = *s.mutable_assignments(0);
                     v1::CellRange& range = *a.add_cells();
                     range.set_count(900'000);
                     *s.add_assignments() = a;
                   },
               .message = "cells one by one"},
        BadSet{.name = "OverrideInOwnWorld",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(1)->set_world(v1::WORLD_OWN);
                   },
               .message = "which is not fresh"},
        BadSet{.name = "RootCgroupInHostWorld",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(0)->set_world(v1::WORLD_HOST);
                     s.mutable_assignments(0)->set_root_cgroup(true);
                   },
               .message = "leaves its cgroup in the world 'host'"},
        BadSet{.name = "ShortDigest",
               .spoil =
                   [](v1::AssignmentSet& s) {
                     s.mutable_assignments(0)->set_measurement_digest("abc");
                   },
               .message = "assignment 0"}),
    [](const ::testing::TestParamInfo<BadSet>& bad) { return bad.param.name; });

Report TwoResults() {
  Report report;
  report.set = Sha256("set");
  report.results.push_back(
      {.end = AssignmentEnd::kFinished,
       .record = RecordName{.record = Sha256("r"), .behaviour = Sha256("b")},
       .notes = {"net.ipv4.tcp_x did not take"}});
  report.results.push_back({.end = AssignmentEnd::kPolicyRefused,
                            .reason = "the policy does not allow it"});
  return report;
}

TEST(ReportTest, SurvivesTheWire) {
  const Report report = TwoResults();
  ASSERT_OK_AND_ASSIGN(const Report read, FromProto(ToProto(report)));
  EXPECT_EQ(read, report);
}

// The test vector of docs/agent-protocol.md.
TEST(ReportTest, HasThePublishedDigest) {
  EXPECT_EQ(ReportDigest(TwoResults()).Hex(),
            "1814d8e1c0bd483708cae32d746c51029f8ffcdfcfb4eda42032e3445ab32f25");
}

TEST(ReportTest, RefusesAnotherReportUnderItsDigest) {
  v1::Report proto = ToProto(TwoResults());
  proto.mutable_results(1)->set_reason("another");
  EXPECT_THAT(FromProto(proto), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("not the one its digest")));
}

TEST(ReportTest, RefusesARecordWithoutBehaviour) {
  v1::Report proto = ToProto(TwoResults());
  proto.mutable_results(0)->clear_behaviour_digest();
  EXPECT_THAT(FromProto(proto), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("come together")));
}

TEST(BodiesTest, RecordBytesSurviveTheWire) {
  const std::string bytes(10'000, 'x');
  ASSERT_OK_AND_ASSIGN(const v1::RecordBody body, RecordToProto(bytes));
  EXPECT_LT(body.canonical_zstd().size(), 100u);
  ASSERT_OK_AND_ASSIGN(const std::string read, RecordBytes(body));
  EXPECT_EQ(read, bytes);
}

TEST(BodiesTest, RefusesABodyThatItsDigestDoesNotName) {
  ASSERT_OK_AND_ASSIGN(v1::Program body, ProgramToProto("bytes"));
  body.set_measurement_digest(std::string(Sha256("others").View()));
  EXPECT_THAT(ProgramBytes(body),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("a program that is not the one")));
}

TEST(BodiesTest, FactsSurviveTheWire) {
  const Facts facts = {{"arch", "x86_64"}, {"kernel", "6.1.0"}, {"x", ""}};
  ASSERT_OK_AND_ASSIGN(const Facts read, FromProto(ToProto(facts)));
  EXPECT_EQ(read, facts);
}

TEST(CompressTest, RefusesWhatIsNoFrame) {
  EXPECT_THAT(ExpandBody("no frame at all"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("frame")));
  EXPECT_THAT(ExpandBody(""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("frame")));
}

TEST(CompressTest, RefusesTwoFramesAndACutOne) {
  ASSERT_OK_AND_ASSIGN(const std::string frame, CompressBody("some bytes"));
  EXPECT_THAT(
      ExpandBody(frame + frame),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("exactly one")));
  EXPECT_THAT(ExpandBody(frame.substr(0, frame.size() - 1)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("frame")));
}

TEST(CompressTest, RefusesABodyTooLargeToTravel) {
  EXPECT_THAT(
      CompressBody(std::string(kMaxBody + 1, 'x')),
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("fewer cells")));
}

}  // namespace
}  // namespace sockdrift
