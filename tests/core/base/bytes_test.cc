#include "core/base/bytes.h"

#include <cstdint>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::sockdrift::testing::StatusIs;
using ::testing::HasSubstr;

std::string Varint(uint64_t value) {
  ByteWriter out;
  out.Varint(value);
  return std::move(out).Take();
}

absl::StatusOr<uint64_t> ReadVarint(absl::string_view bytes) {
  return ByteReader(bytes, "test").Varint();
}

TEST(VarintTest, ReadsWhatWasWritten) {
  std::vector<uint64_t> values = {0, 1, 127, 128, 300, UINT32_MAX, UINT64_MAX};
  for (int shift = 0; shift < 64; ++shift) {
    values.push_back(uint64_t{1} << shift);
    values.push_back((uint64_t{1} << shift) - 1);
  }
  for (uint64_t value : values) {
    const std::string bytes = Varint(value);
    ByteReader in(bytes, "test");
    ASSERT_OK_AND_ASSIGN(const uint64_t read, in.Varint());
    EXPECT_EQ(read, value);
    EXPECT_OK(in.End());
  }
}

TEST(VarintTest, IsUnsignedLeb128) {
  EXPECT_EQ(Varint(0), std::string(1, '\0'));
  EXPECT_EQ(Varint(624485), "\xe5\x8e\x26");
}

TEST(VarintTest, RefusesALongerFormOfTheSameNumber) {
  EXPECT_THAT(
      ReadVarint(absl::string_view("\x80\x00", 2)),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("shortest form")));
}

TEST(VarintTest, RefusesMoreThan64Bits) {
  EXPECT_OK(ReadVarint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
  EXPECT_THAT(
      ReadVarint("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("above 64 bits")));
  EXPECT_THAT(
      ReadVarint(std::string(11, '\xff')),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("above 64 bits")));
}

TEST(VarintTest, NamesTheByteWhereItEnds) {
  EXPECT_THAT(ReadVarint("\x80"), StatusIs(absl::StatusCode::kInvalidArgument,
                                           HasSubstr("test: the bytes end "
                                                     "early at byte 1")));
}

TEST(SignedVarintTest, ReadsWhatWasWritten) {
  for (int64_t value :
       {int64_t{0}, int64_t{-1}, int64_t{1}, int64_t{-64},
        int64_t{1'700'000'000'000'000}, std::numeric_limits<int64_t>::min(),
        std::numeric_limits<int64_t>::max()}) {
    ByteWriter out;
    out.SignedVarint(value);
    ByteReader in(out.bytes(), "test");
    ASSERT_OK_AND_ASSIGN(const int64_t read, in.SignedVarint());
    EXPECT_EQ(read, value);
  }
}

TEST(TextTest, ReadsWhatWasWritten) {
  for (const std::string& text :
       {std::string(), std::string("a\0b", 3), std::string(1000, 'x')}) {
    ByteWriter out;
    out.Text(text);
    ByteReader in(out.bytes(), "test");
    ASSERT_OK_AND_ASSIGN(const std::string read, in.Text());
    EXPECT_EQ(read, text);
  }
}

TEST(TextTest, RefusesALengthBeyondTheBytesOrTheLimit) {
  ByteWriter out;
  out.Text("hello");
  EXPECT_FALSE(ByteReader(out.bytes(), "test").Text(4).ok());
  EXPECT_FALSE(ByteReader(absl::string_view(out.bytes()).substr(0, 5), "test")
                   .Text()
                   .ok());
}

TEST(CountTest, IsAtMostItsLimit) {
  EXPECT_OK(ByteReader(Varint(10), "test").Count(10));
  EXPECT_THAT(ByteReader(Varint(11), "test").Count(10),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("a count of 11 where at most 10 can be")));
}

TEST(EndTest, CountsWhatIsTooMuch) {
  EXPECT_THAT(ByteReader("ab", "test").End(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("2 bytes too many")));
}

}  // namespace
}  // namespace sockdrift
