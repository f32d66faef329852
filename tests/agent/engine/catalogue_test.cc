// The plans of the catalogue on the kernel that the tests run on.
#include <chrono>

#include "absl/strings/str_cat.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using testing::CataloguePlan;
using testing::Ran;
using testing::RunInNamespace;

// Every cell with its status and outcomes, for messages.
std::string Describe(const Program& program, const Record& record,
                     CellStatus unlike) {
  const CellSpace space(program);
  std::string text;
  for (uint32_t cell = 0; cell < record.cells(); ++cell) {
    if (record.status[cell] == unlike) continue;
    absl::StrAppend(&text, CellName(program, space.Coordinate(cell)), " ",
                    CellStatusName(record.status[cell]), " ",
                    record.Reason(cell), "\n");
  }
  return text;
}

class CatalogueTest : public ::testing::TestWithParam<absl::string_view> {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

TEST_P(CatalogueTest, EveryCellIsDone) {
  const Program program = CataloguePlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  EXPECT_EQ(ran.record.CountOf(CellStatus::kDone), ran.record.cells())
      << Describe(program, ran.record, CellStatus::kDone);
  EXPECT_THAT(ran.notes, ::testing::IsEmpty());
}

TEST_P(CatalogueTest, AShuffleChangesNothing) {
  const Program program = CataloguePlan(GetParam());
  ASSERT_OK_AND_ASSIGN(const Ran in_order, RunInNamespace(program));
  for (uint64_t seed : {1, 2}) {
    ASSERT_OK_AND_ASSIGN(const Ran shuffled,
                         RunInNamespace(program, {.shuffle_seed = seed}));
    EXPECT_EQ(in_order.record, shuffled.record) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Plans, CatalogueTest,
                         ::testing::Values("bind/conflict.yaml",
                                           "bind/privileged-port.yaml",
                                           "dual-stack/listener-reach.yaml",
                                           "reuse/restart.yaml"),
                         [](const auto& param_info) {
                           std::string name(param_info.param);
                           for (char& c : name) {
                             if (!std::isalnum(c)) c = '_';
                           }
                           return name;
                         });

}  // namespace
}  // namespace sockdrift
