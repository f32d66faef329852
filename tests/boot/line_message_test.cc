#include "agent/guest/line_message.h"

#include "gtest/gtest.h"

namespace sockdrift {
namespace {

TEST(LineMessage, ComesOutAsItWentInHoweverItIsCut) {
  const std::string bytes =
      EncodeLineMessage(LineMessageKind::kOutput,
                        absl::string_view("\0\xff\n", 3)) +
      EncodeLineMessage(LineMessageKind::kInput, "") +
      EncodeLineNumber(LineMessageKind::kExit, 0x01020304);
  LineReader reader;
  std::vector<LineMessage> messages;
  for (const char byte : bytes) {
    reader.Feed(absl::string_view(&byte, 1));
    while (auto message = reader.Next()) messages.push_back(*message);
  }
  ASSERT_EQ(messages.size(), 3u);
  EXPECT_EQ(messages[0].kind, LineMessageKind::kOutput);
  EXPECT_EQ(messages[0].payload, std::string("\0\xff\n", 3));
  EXPECT_EQ(messages[1].payload, "");
  EXPECT_EQ(LineNumberOf(messages[2].payload), 0x01020304u);
  EXPECT_FALSE(reader.broken());
}

TEST(LineMessage, OfAnUnknownKindBreaksTheLine) {
  LineReader reader;
  reader.Feed(absl::string_view("?\0\0\0\0", 5));
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_TRUE(reader.broken());
}

TEST(LineMessage, LongerThanAnyBreaksTheLine) {
  LineReader reader;
  reader.Feed("o\xff\xff\xff\xff");
  EXPECT_FALSE(reader.Next().has_value());
  EXPECT_TRUE(reader.broken());
}

}  // namespace
}  // namespace sockdrift
