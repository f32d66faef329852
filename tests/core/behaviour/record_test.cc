#include "core/behaviour/record.h"

#include <algorithm>
#include <random>

#include "core/base/digest.h"
#include "core/behaviour/canonical.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr size_t kCells = 40;

// A valid record of a few outcomes, its dictionaries shuffled, with texts twice
// and texts that nothing uses.
Record Random(std::mt19937& random) {
  Record record;
  record.outcomes = {"ok", "EADDRINUSE", "ok", "unused", "EACCES"};
  record.reasons = {"no capability", "unused", "died", "died"};
  std::shuffle(record.outcomes.begin(), record.outcomes.end(), random);
  record.columns.resize(2);
  for (size_t i = 0; i < kCells; ++i) {
    record.status.push_back(static_cast<CellStatus>(1 + random() % 5));
    record.reason.push_back(random() % 5);
    for (auto& column : record.columns) column.push_back(random() % 6);
  }
  return record;
}

TEST(CanonicaliseTest, SortsDropsAndClears) {
  Record record;
  record.outcomes = {"ok", "never", "EACCES"};
  record.reasons = {"b", "a"};
  record.status = {CellStatus::kDone, CellStatus::kSkip, CellStatus::kDone};
  record.reason = {0, 1, 0};
  record.columns = {{1, 2, 3}};
  Canonicalise(record);
  EXPECT_THAT(record.outcomes, ElementsAre("EACCES", "ok"));
  EXPECT_THAT(record.reasons, ElementsAre("b"));
  EXPECT_THAT(record.columns[0], ElementsAre(2, kNotObserved, 1));
  EXPECT_EQ(record.Outcome(0, 0), "ok");
  EXPECT_EQ(record.Outcome(0, 1), "");
  EXPECT_EQ(record.Reason(1), "b");
}

TEST(CanonicaliseTest, KeepsWhatTheRecordSays) {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    const Record before = Random(random);
    ASSERT_OK(ValidateRecord(before));
    Record after = before;
    Canonicalise(after);
    ASSERT_OK(ValidateRecord(after));
    for (size_t cell = 0; cell < kCells; ++cell) {
      EXPECT_EQ(after.Reason(cell), before.Reason(cell));
      for (size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(after.Outcome(i, cell),
                  before.status[cell] == CellStatus::kDone
                      ? before.Outcome(i, cell)
                      : "");
      }
    }
    Record again = after;
    Canonicalise(again);
    EXPECT_EQ(again, after);
  }
}

TEST(CanonicaliseTest, MakesRecordsEqualThatSayTheSame) {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    Record one = Random(random);
    // The same record with its dictionary turned round.
    Record other = one;
    std::reverse(other.outcomes.begin(), other.outcomes.end());
    for (auto& column : other.columns) {
      for (uint32_t& code : column) {
        if (code != kNotObserved) {
          code = static_cast<uint32_t>(other.outcomes.size()) + 1 - code;
        }
      }
    }
    Canonicalise(one);
    Canonicalise(other);
    EXPECT_EQ(one, other);
    EXPECT_EQ(EncodeRecord(one, {}), EncodeRecord(other, {}));
  }
}

TEST(EncodeRecordTest, DecodesToWhatWasEncoded) {
  std::mt19937 random(8);
  Digest measurement;
  measurement.bytes[3] = 7;
  for (int round = 0; round < 200; ++round) {
    Record record = Random(random);
    Canonicalise(record);
    ASSERT_OK_AND_ASSIGN(const DecodedRecord decoded,
                         DecodeRecord(EncodeRecord(record, measurement)));
    EXPECT_EQ(decoded.record, record);
    EXPECT_EQ(decoded.measurement, measurement);
  }
}

TEST(DecodeRecordTest, AcceptsOnlyWhatIsEncoded) {
  std::mt19937 random(9);
  Record record = Random(random);
  Canonicalise(record);
  const std::string bytes = EncodeRecord(record, {});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeRecord(bytes.substr(0, size)).ok()) << size;
  }
  for (int round = 0; round < 30000; ++round) {
    std::string changed = bytes;
    for (unsigned n = 1 + random() % 3; n > 0; --n) {
      changed[random() % changed.size()] = static_cast<char>(random());
    }
    const absl::StatusOr<DecodedRecord> decoded = DecodeRecord(changed);
    if (!decoded.ok()) continue;
    EXPECT_EQ(EncodeRecord(decoded->record, decoded->measurement), changed);
  }
}

TEST(DecodeRecordTest, NamesTheOtherVersion) {
  std::string bytes = EncodeRecord(Record{}, {});
  bytes[std::string("sockdrift-record/").size()] = 3;
  EXPECT_THAT(
      DecodeRecord(bytes),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("version 3")));
}

TEST(DecodeRecordTest, TakesNoMemoryForARecordThatCannotBe) {
  // A million cells times two hundred columns in a few hundred bytes.
  Record record;
  record.status.assign(1'000'000, CellStatus::kMiss);
  record.reason.assign(1'000'000, 0);
  std::string bytes = EncodeRecord(record, {});
  ASSERT_EQ(bytes.back(), '\0');  // no column
  bytes.pop_back();
  bytes += std::string("\xc8\x01", 2);  // 200 columns
  for (int i = 0; i < 200; ++i) bytes += std::string("\xc0\x84\x3d\x00", 4);
  EXPECT_THAT(DecodeRecord(bytes),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("200 columns of 1000000 cells")));
}

TEST(ValidateRecordTest, NamesWhatDoesNotHold) {
  std::mt19937 random(10);
  const Record good = Random(random);
  const auto message = [&](void (*change)(Record&)) {
    Record record = good;
    change(record);
    return std::string(ValidateRecord(record).message());
  };
  EXPECT_THAT(message([](Record&) {}), IsEmpty());
  EXPECT_THAT(message([](Record& r) { r.reason.pop_back(); }),
              HasSubstr("reason"));
  EXPECT_THAT(message([](Record& r) { r.status[0] = CellStatus(6); }),
              HasSubstr("status"));
  EXPECT_THAT(message([](Record& r) { r.reason[0] = 9; }),
              HasSubstr("reason code"));
  EXPECT_THAT(message([](Record& r) { r.columns[1].pop_back(); }),
              HasSubstr("cut short"));
  EXPECT_THAT(message([](Record& r) { r.columns[1][0] = 9; }),
              HasSubstr("outcome code"));
}

}  // namespace
}  // namespace sockdrift
