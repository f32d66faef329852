#include "atlas/pack/documented_file.h"

#include "absl/strings/str_cat.h"
#include "atlas/atlas.h"
#include "compiler/catalogue.h"
#include "core/divergence/documented.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kHead[] =
    "entry: vendor\ntitle: A vendor\ndocumented: its manual\n"
    "read: 2026-11-21\nsays:\n";

const std::vector<CompiledPlan>& Plans() {
  static const auto* const plans = [] {
    return new std::vector<CompiledPlan>(*Catalogue());
  }();
  return *plans;
}

absl::StatusOr<BehaviourFile> Parse(absl::string_view says) {
  return ParseDocumented(absl::StrCat(kHead, says), "vendor.yaml", Plans());
}

TEST(DocumentedFileTest, HasOnlyTheCellsThatItSpeaksOf) {
  const absl::StatusOr<BehaviourFile> file = Parse(
      "  - {match: \"bind.conflict[a.addr=::1,b.addr=::1]\", "
      "shows: {bind.b: EACCES}}\n");
  ASSERT_TRUE(file.ok()) << file.status();
  const HostBehaviour& host = file->hosts[0];
  EXPECT_EQ(host.host, "vendor");
  EXPECT_TRUE(IsDocumented(host.facts));
  EXPECT_EQ(host.facts.at(atlas_fact::kTitle), "A vendor");
  ASSERT_EQ(host.entries.size(), 1u);
  const Record& record = host.entries[0].record;
  const Program& program = file->programs[0];
  const CellSpace cells(program);
  size_t done = 0;
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    const std::string name = CellName(program, cells.Coordinate(cell));
    const bool spoken = name.find("a.addr=::1,") != std::string::npos &&
                        name.find("b.addr=::1,") != std::string::npos;
    EXPECT_EQ(record.status[cell] == CellStatus::kDone, spoken) << name;
    if (!spoken) continue;
    ++done;
    EXPECT_EQ(record.Outcome(0, cell), "");
  }
  EXPECT_EQ(done, 432u);
}

TEST(DocumentedFileTest, TellsEveryMistakeWithItsPlace) {
  EXPECT_THAT(
      Parse("  - {match: \"bind.conflct\", shows: {bind.b: ok}}\n"
            "  - {match: \"bind.conflict[kind=raw]\", shows: {bind.b: ok}}\n"
            "  - {match: \"bind.conflict\", shows: {bind.c: ok}}\n"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("vendor.yaml:6:"), HasSubstr("bind.conflict"),
                     HasSubstr("vendor.yaml:7:"), HasSubstr("no cell"),
                     HasSubstr("vendor.yaml:8:"), HasSubstr("bind.c"))));
}

TEST(DocumentedFileTest, RefusesStatementsThatContradictEachOther) {
  EXPECT_THAT(
      Parse("  - {match: \"bind.conflict[a.addr=::1]\", shows: {bind.a: ok}}\n"
            "  - {match: \"bind.conflict[b.addr=::1]\", "
            "shows: {bind.a: EINVAL}}\n"),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("said already to be ok")));
}

TEST(DocumentedFileTest, NeedsASourceAndADay) {
  EXPECT_THAT(
      ParseDocumented("entry: x\ntitle: t\nsays: []\n", "x.yaml", Plans()),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("documented"), HasSubstr("read"))));
}

}  // namespace
}  // namespace sockdrift
