#include "agent/supervise/frames.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/programs.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(FramesTest, ComeWholeFromPiecesOfAnySize) {
  const std::string stream =
      absl::StrCat(kStreamMagic, EncodeFrame(FrameKind::kJob, "first"),
                   EncodeFrame(FrameKind::kJob, std::string(70'000, '\0')),
                   EncodeFrame(FrameKind::kEnd, ""));
  for (const size_t piece : {size_t{1}, size_t{7}, stream.size()}) {
    FrameReader reader;
    std::vector<size_t> sizes;
    for (size_t at = 0; at < stream.size(); at += piece) {
      reader.Feed(absl::string_view(stream).substr(at, piece));
      for (;;) {
        ASSERT_OK_AND_ASSIGN(const std::optional<Frame> frame, reader.Next());
        if (!frame.has_value()) break;
        sizes.push_back(frame->payload.size());
      }
    }
    EXPECT_THAT(sizes, ::testing::ElementsAre(5, 70'000, 0));
    EXPECT_THAT(reader.WhyCut(), IsEmpty());
  }
}

TEST(FramesTest, AreFoundBehindWhatAKernelPrints) {
  FrameReader reader;
  reader.Feed(absl::StrCat("[    0.10] random: crng init done\r\n",
                           kStreamMagic, EncodeFrame(FrameKind::kEnd, "")));
  ASSERT_OK_AND_ASSIGN(const std::optional<Frame> frame, reader.Next());
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->kind, FrameKind::kEnd);
}

TEST(FramesTest, SayWhatIsNoStream) {
  FrameReader reader;
  reader.Feed("bash: sockdrift-probe: command not found\n");
  ASSERT_OK_AND_ASSIGN(const std::optional<Frame> frame, reader.Next());
  EXPECT_FALSE(frame.has_value());
  EXPECT_THAT(reader.WhyCut(), HasSubstr("command not found"));
  reader.Feed(std::string(2 << 20, 'x'));
  EXPECT_EQ(reader.Next().status().code(), absl::StatusCode::kDataLoss);
}

TEST(FramesTest, NoticeAChangedByteAndACut) {
  std::string frame = EncodeFrame(FrameKind::kResult, "outcome");
  FrameReader cut;
  cut.Feed(absl::StrCat(kStreamMagic, frame.substr(0, frame.size() - 1)));
  ASSERT_OK_AND_ASSIGN(const std::optional<Frame> none, cut.Next());
  EXPECT_FALSE(none.has_value());
  EXPECT_THAT(cut.WhyCut(), HasSubstr("inside a frame"));

  frame.back() ^= 1;
  FrameReader changed;
  changed.Feed(absl::StrCat(kStreamMagic, frame));
  EXPECT_THAT(std::string(changed.Next().status().message()),
              HasSubstr("checksum"));
}

TEST(FramesTest, AStreamWithoutItsEndIsCut) {
  FrameReader reader;
  reader.Feed(absl::StrCat(kStreamMagic, EncodeFrame(FrameKind::kJob, "one")));
  ASSERT_OK(reader.Next().status());
  EXPECT_THAT(reader.WhyCut(), HasSubstr("before its end"));
}

TEST(FramesTest, FactsAreTheSameAfterTravelling) {
  const Facts facts = {{"kernel.release", "6.1.0"},
                       {"net.ipv6.bindv6only", ""}};
  ASSERT_OK_AND_ASSIGN(const Facts read, DecodeFacts(EncodeFacts(facts)));
  EXPECT_EQ(read, facts);
}

TEST(FramesTest, AResultIsTheSameAfterTravelling) {
  IndexedResult result;
  result.job = 300;
  result.result.end = ProbeEnd::kCrashed;
  result.result.message = "killed";
  result.result.notes = {"a: wanted 1, got 2", ""};
  result.result.elapsed = absl::Milliseconds(12);
  result.result.record = testing::Uniform(testing::BindPair());
  testing::SetStatus(result.result.record, 3, CellStatus::kError, "killed");
  ASSERT_OK_AND_ASSIGN(const IndexedResult read,
                       DecodeResult(EncodeResult(result)));
  EXPECT_EQ(read.job, result.job);
  EXPECT_EQ(read.result.end, result.result.end);
  EXPECT_EQ(read.result.message, result.result.message);
  EXPECT_EQ(read.result.notes, result.result.notes);
  EXPECT_EQ(read.result.elapsed, result.result.elapsed);
  EXPECT_EQ(read.result.record, result.result.record);
}

}  // namespace
}  // namespace sockdrift
