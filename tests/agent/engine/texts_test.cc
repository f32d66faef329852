// Values between a plan's text, the kernel's bytes and an outcome.
#include <arpa/inet.h>
#include <linux/filter.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <cstring>
#include <vector>

#include "agent/engine/distribution_class.h"
#include "agent/engine/duration_class.h"
#include "agent/engine/option_value.h"
#include "agent/engine/outcome.h"
#include "agent/engine/proc_net_tcp.h"
#include "agent/engine/tcp_states.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

TEST(OptionValueTest, ReadsBackWhatItWrites) {
  const struct {
    const char* option;
    const char* text;
  } kCases[] = {{"SO_REUSEADDR", "1"},
                {"IP_TTL", "-1"},
                {"SO_LINGER", "1/5s"},
                {"SO_RCVTIMEO", "1500ms"},
                {"IP_LOCAL_PORT_RANGE", "40000-49999"},
                {"SO_BINDTODEVICE", "eth0"},
                {"SO_INCOMING_CPU", "this"},
                {"SO_INCOMING_CPU", "other"},
                {"SO_INCOMING_CPU", "none"}};
  for (const auto& one : kCases) {
    const OptionSpec* option = FindOption(one.option);
    ASSERT_NE(option, nullptr) << one.option;
    ASSERT_OK_AND_ASSIGN(const std::vector<uint8_t> bytes,
                         OptionBytes(one.text, option->kind));
    EXPECT_LE(bytes.size(), OptionSize(option->kind)) << one.option;
    EXPECT_EQ(OptionText(*option, bytes), one.text) << one.option;
  }
}

TEST(OptionValueTest, FiltersArePrograms) {
  ASSERT_OK_AND_ASSIGN(const std::vector<uint8_t> bytes,
                       OptionBytes("always 3", OptionKind::kReuseportProgram));
  sock_fprog program;
  ASSERT_EQ(bytes.size(), sizeof program);
  std::memcpy(&program, bytes.data(), sizeof program);
  ASSERT_EQ(program.len, 1);
  EXPECT_EQ(program.filter[0].k, 3u);
}

TEST(OptionValueTest, NamesAPendingError) {
  const int error = ECONNREFUSED;
  std::vector<uint8_t> bytes(sizeof error);
  std::memcpy(bytes.data(), &error, sizeof error);
  EXPECT_EQ(OptionText(*FindOption("SO_ERROR"), bytes), "ECONNREFUSED");
}

TEST(OptionValueTest, RefusesWhatIsNoValue) {
  for (OptionKind kind :
       {OptionKind::kInteger, OptionKind::kLinger, OptionKind::kDuration,
        OptionKind::kPortRange, OptionKind::kFilter,
        OptionKind::kReuseportProgram, OptionKind::kCpu}) {
    EXPECT_FALSE(OptionBytes("fish", kind).ok());
  }
}

TEST(DistributionClassTest, AQuarterOfAnEqualShareIsEven) {
  EXPECT_EQ(DistributionClass({{"x", 7}}), "all:x");
  EXPECT_EQ(DistributionClass({{"y", 7}, {"x", 1}}), "even:{x,y}");
  EXPECT_EQ(DistributionClass({{"y", 8}, {"x", 1}}), "mixed:{x,y}");
  EXPECT_EQ(DistributionClass({{"x", 1}, {"z", 8}, {"y", 3}}), "even:{x,y,z}");
  EXPECT_EQ(DistributionClass({{"x", 1}, {"z", 9}, {"y", 3}}), "mixed:{x,y,z}");
}

TEST(DurationClassTest, NearestWithinItsMargins) {
  const std::vector<int64_t> marks = {0, 1000, 30'000, 60'000};
  const struct {
    int64_t ms;
    int mark;
  } kCases[] = {{0, 0},      {100, 0},    {101, -1},    {979, -1},
                {980, 1},    {1100, 1},   {1101, -1},   {58'799, -1},
                {58'800, 3}, {66'000, 3}, {66'001, -1}, {30'500, 2}};
  for (const auto& one : kCases) {
    EXPECT_EQ(NearestMark(marks, one.ms), one.mark) << one.ms;
  }
  EXPECT_EQ(MarkText(60'000), "60s");
  EXPECT_EQ(MarkText(500), "500ms");
}

TEST(TcpStatesTest, EveryNameHasItsNumber) {
  EXPECT_EQ(TcpStateName(kTcpClosed), "CLOSED");
  EXPECT_EQ(TcpStateOf("TIME_WAIT"), 6);
  for (int state = 1; state <= 11; ++state) {
    EXPECT_EQ(TcpStateOf(TcpStateName(state)), state);
  }
  EXPECT_EQ(TcpStateOf("NONE"), -1);
}

TEST(ProcNetTcpTest, FindsEitherFamilysLine) {
  constexpr absl::string_view kText =
      "  sl  local_address rem_address   st tx_queue rx_queue\n"
      "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000\n"
      "   1: 0100007F:1F90 0100007F:C350 06 00000000:00000000\n"
      "  2: 0000000000000000FFFF00000100007F:0050 "
      "0000000000000000FFFF00000100007F:C351 05 00000000:00000000\n";
  ConnectionEnd end;
  sockaddr_in local = {};
  local.sin_family = AF_INET;
  local.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ReadAddress(&local, end.local, end.local_port);
  ReadAddress(&local, end.remote, end.remote_port);
  end.local_port = 8080;
  end.remote_port = 50000;
  EXPECT_EQ(FindInProcNetTcp(kText, end), 6);
  end.local_port = 80;
  end.remote_port = 50001;
  EXPECT_EQ(FindInProcNetTcp(kText, end), 5);
  end.remote_port = 1;
  EXPECT_EQ(FindInProcNetTcp(kText, end), std::nullopt);
}

class OutcomeCodesTest : public ::testing::Test {
 protected:
  std::vector<uint8_t> memory_ = std::vector<uint8_t>(Tally::Size(1, 1, 1), 0);
  Tally tally_ = Tally::Create(absl::MakeSpan(memory_), 1, 1, 1);
  PortNames ports_ = {{{"A", PortClass::kAny}, {"B.low", PortClass::kLow}},
                      {{"range", 4000, 4009}},
                      {}};
  OutcomeCodes codes_{tally_, ports_};
};

TEST_F(OutcomeCodesTest, WordsAndErrnos) {
  EXPECT_EQ(codes_.TextOf(Outcome::Ok()), "ok");
  EXPECT_EQ(codes_.TextOf(Outcome::OfResult(-EADDRINUSE)), "EADDRINUSE");
  EXPECT_EQ(codes_.TextOf(Outcome::Of(Word::kNotReached)), "not-reached");
  EXPECT_EQ(codes_.CodeOf(Outcome::OfResult(-EACCES)),
            codes_.CodeOf(codes_.OfText("EACCES")));
  EXPECT_EQ(codes_.TextOf(codes_.OfNumber(70'000)), "70000");
}

TEST_F(OutcomeCodesTest, Addresses) {
  ShownAddress shown;
  shown.form = ShownAddress::Form::kInet;
  shown.address = {127, 0, 0, 1};
  shown.port_label = port_label::kSymbol;
  EXPECT_EQ(codes_.TextOf(codes_.OfAddress(shown)), "127.0.0.1:A");
  shown.form = ShownAddress::Form::kMapped;
  shown.port_label = port_label::kSymbol + 1;
  EXPECT_EQ(codes_.TextOf(codes_.OfAddress(shown)),
            "v4mapped(127.0.0.1):B.low");
  shown.form = ShownAddress::Form::kInet6;
  shown.address = {};
  shown.address[15] = 1;
  shown.port_label = port_label::kChosen;
  EXPECT_EQ(codes_.TextOf(codes_.OfAddress(shown)), "[::1]:0*");
  shown.port_label = port_label::kNamed;
  EXPECT_EQ(codes_.TextOf(codes_.OfAddress(shown)), "[::1]:range");
  shown.port_label = port_label::kFixed + 80;
  EXPECT_EQ(codes_.TextOf(codes_.OfAddress(shown)), "[::1]:80");
  shown.port_label = port_label::kZero;
  EXPECT_EQ(codes_.TextOf(codes_.OfAddress(shown)), "[::1]:0");
}

}  // namespace
}  // namespace sockdrift
