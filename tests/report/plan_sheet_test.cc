#include "report/plan_sheet.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/report/small_report.h"

namespace sockdrift {
namespace {

using testing::BindProgram;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::RecordOf;
using ::testing::SizeIs;
using testing::SmallReport;

const std::vector<std::string>& Addresses() {
  static const auto* values =
      new std::vector<std::string>{"0.0.0.0", "127.0.0.1", "192.0.2.1"};
  return *values;
}

PlanSheet SheetOf(const SmallReport& report, size_t reference = 0) {
  std::vector<const Facts*> facts;
  for (const ReportedHost& host : report.input.hosts) {
    facts.push_back(host.facts);
  }
  PlanSheet sheet = GroupRecords(report.input.plans.front());
  CompareGroups(reference, facts, sheet);
  return sheet;
}

TEST(PlanSheetTest, HostsWithEqualRecordsShareOne) {
  SmallReport report;
  const Program program = BindProgram(Addresses());
  for (const std::string text : {"ok", "ok", "EACCES"}) {
    const size_t host = report.AddHost(text, {});
    report.AddRecord("p", host, program, RecordOf({"ok", "ok", text}));
  }
  const PlanSheet sheet = SheetOf(report);
  ASSERT_THAT(sheet.records, SizeIs(2));
  EXPECT_THAT(sheet.records[0].hosts, ElementsAre(0, 1));
  ASSERT_THAT(sheet.groups, SizeIs(2));
  EXPECT_THAT(sheet.groups[1].hosts, ElementsAre(2));
  EXPECT_THAT(sheet.groups[1].comparison.differing, SizeIs(1));
  EXPECT_THAT(sheet.groups[1].rules, SizeIs(1));
  EXPECT_EQ(sheet.GroupOf(2), 1);
}

TEST(PlanSheetTest, AHostThatTestedNothingIsUndecided) {
  SmallReport report;
  const Program program = BindProgram(Addresses());
  report.AddRecord("p", report.AddHost("a", {}), program,
                   RecordOf({"ok", "ok", "ok"}));
  report.AddRecord("p", report.AddHost("b", {}), program,
                   RecordOf({"SKIP", "SKIP", "SKIP"}));
  const PlanSheet sheet = SheetOf(report);
  ASSERT_THAT(sheet.undecided, SizeIs(1));
  EXPECT_EQ(sheet.undecided[0].host, 1);
  EXPECT_EQ(sheet.GroupOf(1), std::nullopt);
  EXPECT_EQ(sheet.records[1].group, std::nullopt);
}

TEST(PlanSheetTest, VersionsOfAPlanMeetOverTheCellsThatTheyShare) {
  SmallReport report;
  const Program old = BindProgram({"192.0.2.1", "0.0.0.0"});
  const Program now = BindProgram(Addresses());
  for (const std::string name : {"a", "b"}) {
    report.AddRecord("p", report.AddHost(name, {}), now,
                     RecordOf({"ok", "ok", "EADDRNOTAVAIL"}));
  }
  report.AddRecord("p", report.AddHost("c", {}), old,
                   RecordOf({"EADDRNOTAVAIL", "ok"}));
  const PlanSheet sheet = SheetOf(report);
  EXPECT_EQ(sheet.other_version, 1);
  // It has what the others have, in fewer cells.
  ASSERT_THAT(sheet.groups, SizeIs(1));
  EXPECT_THAT(sheet.groups[0].hosts, ElementsAre(0, 1, 2));
  ASSERT_THAT(sheet.records, SizeIs(2));
  const Record& brought = sheet.records[1].record;
  EXPECT_EQ(brought.status[1], CellStatus::kMiss);
  EXPECT_THAT(std::string(brought.Reason(1)),
              ::testing::HasSubstr("not in the version"));
  EXPECT_EQ(brought.Outcome(0, 2), "EADDRNOTAVAIL");
}

TEST(PlanSheetTest, TheSecondOfTwoHostsCanBeTheReference) {
  SmallReport report;
  const Program program = BindProgram(Addresses());
  report.AddRecord("p", report.AddHost("a", {{"kernel.release", "6.1.0"}}),
                   program, RecordOf({"ok", "ok", "ok"}));
  report.AddRecord("p", report.AddHost("b", {{"kernel.release", "6.12.0"}}),
                   program, RecordOf({"ok", "ok", "EACCES"}));
  const PlanSheet sheet = SheetOf(report, 1);
  EXPECT_TRUE(sheet.reference_is_tied);
  EXPECT_THAT(sheet.groups[1].rules, IsEmpty());
  EXPECT_THAT(sheet.groups[0].rules, SizeIs(1));
  EXPECT_THAT(sheet.groups[0].because, SizeIs(1));
}

}  // namespace
}  // namespace sockdrift
