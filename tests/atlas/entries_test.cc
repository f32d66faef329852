// What is in the atlas that comes with the programs.
#include <map>

#include "atlas/embedded_atlas.h"
#include "compiler/catalogue.h"
#include "core/divergence/documented.h"
#include "core/plan/cells.h"
#include "core/query/cell_pattern.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using ::testing::Not;

bool IsRelease(const HostSection& entry) {
  return entry.host[0] >= '0' && entry.host[0] <= '9' &&
         !entry.facts.contains(atlas_fact::kVariantOf);
}

TEST(AtlasEntriesTest, SayWhatTheyWereMadeOf) {
  ASSERT_THAT(BuiltInAtlas().entries(), Not(IsEmpty()));
  for (const HostSection& entry : BuiltInAtlas().entries()) {
    SCOPED_TRACE(entry.host);
    EXPECT_NE(FactOf(entry, atlas_fact::kTitle), "");
    if (IsDocumented(entry.facts)) {
      EXPECT_NE(FactOf(entry, kDocumentedFact), "");
      continue;
    }
    EXPECT_THAT(FactOf(entry, atlas_fact::kPackage),
                ::testing::MatchesRegex("[^=]+=[^=]+:[a-z0-9]+"));
    EXPECT_THAT(FactOf(entry, atlas_fact::kCommand),
                ::testing::StartsWith("sockdrift "));
    EXPECT_NE(FactOf(entry, "kernel.arch"), "");
  }
}

TEST(AtlasEntriesTest, AreInTheOrderOfReleases) {
  std::string before = "0";
  bool documented = false;
  for (const HostSection& entry : BuiltInAtlas().entries()) {
    EXPECT_TRUE(!documented || IsDocumented(entry.facts)) << entry.host;
    documented = IsDocumented(entry.facts);
    if (!IsRelease(entry)) continue;
    EXPECT_GT(CompareVersions(entry.host, before), 0) << entry.host;
    before = entry.host;
  }
}

// A plan that was changed after an entry was measured is compared in nothing:
// the entry is stale.
TEST(AtlasEntriesTest, CoverThePlansThatAreShipped) {
  const absl::StatusOr<std::vector<CompiledPlan>> catalogue = Catalogue();
  ASSERT_TRUE(catalogue.ok()) << catalogue.status();
  std::map<std::string, Digest> measurements;
  for (const CompiledPlan& plan : *catalogue) {
    if (plan.program.long_running) continue;
    measurements[plan.name] = MeasurementDigest(plan.program);
  }
  for (const HostSection& entry : BuiltInAtlas().entries()) {
    if (IsDocumented(entry.facts)) continue;
    std::map<std::string, Digest> measured;
    for (const HostSection::Entry& one : entry.entries) {
      const absl::StatusOr<DecodedRecord> record =
          BuiltInAtlas().archive().ReadRecord(one.record);
      ASSERT_TRUE(record.ok()) << record.status();
      measured[one.plan] = record->measurement;
    }
    for (const auto& [plan, measurement] : measurements) {
      EXPECT_TRUE(measured.contains(plan) && measured[plan] == measurement)
          << "atlas:" << entry.host << " has no record of " << plan
          << " as it is now; measure it: ./dev atlas --stale " << entry.host;
    }
  }
}

// Nothing here names 6.1 as the one that differs.
TEST(AtlasEntriesTest, OneReleaseLetsMappedListenersShareAPort) {
  const std::string cell =
      "[kind=listening,a.addr=::ffff:0.0.0.0,a.reuseaddr=unset,"
      "a.reuseport=unset,a.v6only=unset,b.addr=::ffff:127.0.0.1,"
      "b.reuseaddr=unset,b.reuseport=unset,b.v6only=unset]";
  std::map<std::string, std::vector<std::string>> releases;
  for (const HostSection& entry : BuiltInAtlas().entries()) {
    if (!IsRelease(entry)) continue;
    for (const HostSection::Entry& one : entry.entries) {
      if (one.plan != "bind.conflict") continue;
      const auto record = BuiltInAtlas().archive().ReadRecord(one.record);
      ASSERT_TRUE(record.ok()) << record.status();
      const auto program =
          BuiltInAtlas().archive().ReadProgram(record->measurement);
      ASSERT_TRUE(program.ok()) << program.status();
      const absl::StatusOr<uint32_t> number =
          FindCell(*program, CellSpace(*program), cell);
      ASSERT_TRUE(number.ok()) << number.status();
      std::string answers;
      for (size_t i = 0; i < program->observations.size(); ++i) {
        absl::StrAppend(&answers, record->record.Outcome(i, *number), " ");
      }
      releases[answers].push_back(entry.host);
    }
  }
  EXPECT_THAT(releases["ok ok ok ok  "], Contains("6.1"));
  EXPECT_EQ(releases["ok ok ok ok  "].size(), 1u);
  EXPECT_EQ(releases.size(), 2u);
}

}  // namespace
}  // namespace sockdrift
