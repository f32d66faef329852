// Other processes of a cell: what they inherit, are passed and leave behind.
#include <dirent.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/job/tally.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::InNamespace;
using testing::PlainWorld;
using testing::PlanOf;
using testing::Ran;
using testing::RunInNamespace;
using testing::StepsOf;

class ProcessTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

// A listener on 127.0.0.1:A, and a process that inherits it.
constexpr absl::string_view kInherited = R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A", must: ok}
  - listen: {of: s, must: ok}
  - fork: {as: p, must: ok}
)yaml";

Program AfterFork(absl::string_view steps) {
  return StepsOf(absl::StrCat(kInherited, steps));
}

TEST_F(ProcessTest, AnInheritedListenerOutlivesTheFirstOnesClose) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(AfterFork(R"yaml(
  - close: {of: s, observe: close}
  - socket: {as: c, family: inet, type: stream}
  - connect: {of: c, to: "127.0.0.1:A", observe: connect}
  - accept: {of: s, as: conn, process: p, observe: accept}
  - getpeername: {of: conn, process: p, show: addr, observe: peer}
  - getsockname: {of: conn, process: p, observe: local}
  - exit: {of: p, observe: exit}
  - recv: {of: c, observe: end}
  - socket: {as: d, family: inet, type: stream}
  - connect: {of: d, to: "127.0.0.1:A", observe: refused}
)yaml")));
  EXPECT_EQ(ran["close"], "ok");
  EXPECT_EQ(ran["connect"], "ok");
  EXPECT_EQ(ran["accept"], "ok");
  EXPECT_EQ(ran["peer"], "127.0.0.1");
  EXPECT_EQ(ran["local"], "127.0.0.1:A");
  EXPECT_EQ(ran["exit"], "ok");
  EXPECT_EQ(ran["end"], "eof");
  EXPECT_EQ(ran["refused"], "ECONNREFUSED");
}

TEST_F(ProcessTest, NamesOfSocketsAreEachProcessesOwn) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(AfterFork(R"yaml(
  - close: {of: s, process: p, must: ok}
  - socket: {as: s, family: inet, type: dgram, process: p}
  - bind: {of: s, to: "127.0.0.1:B", process: p, observe: bind}
  - getsockname: {of: s, observe: mine}
  - getsockname: {of: s, process: p, observe: its}
)yaml")));
  EXPECT_EQ(ran["bind"], "ok");
  EXPECT_EQ(ran["mine"], "127.0.0.1:A");
  EXPECT_EQ(ran["its"], "127.0.0.1:B");
}

TEST_F(ProcessTest, WhatIsSentAndReceivedIsKnownByNameInBoth) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(AfterFork(R"yaml(
  - socket: {as: c, family: inet, type: stream}
  - connect: {of: c, to: "127.0.0.1:A", must: ok}
  - accept: {of: s, as: conn, process: p, must: ok}
  - send: {of: c, must: ok}
  - recv: {of: conn, process: p, observe: there}
  - send: {of: conn, process: p, must: ok}
  - recv: {of: c, observe: here}
  - recv: {of: c, observe: again}
)yaml")));
  EXPECT_EQ(ran["there"], "from:c");
  EXPECT_EQ(ran["here"], "from:conn");
  EXPECT_EQ(ran["again"], "nothing");
}

TEST_F(ProcessTest, ADescriptorIsPassedAndItsSenderKeepsIt) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - fork: {as: p}
  - fork: {as: q}
  - socket: {as: s, family: inet, type: dgram}
  - bind: {of: s, to: "127.0.0.1:A", must: ok}
  - pass: {of: s, to: p, as: t, observe: pass.p}
  - pass: {of: t, process: p, to: q, as: u, observe: pass.q}
  - pass: {of: u, process: q, to: main, as: v, observe: pass.main}
  - close: {of: s, must: ok}
  - getsockname: {of: t, process: p, observe: p}
  - getsockname: {of: u, process: q, observe: q}
  - getsockname: {of: v, observe: main}
  - close: {of: v, must: ok}
  - exit: p
  - socket: {as: w, family: inet, type: dgram}
  - bind: {of: w, to: "127.0.0.1:A", observe: busy}
  - exit: q
  - bind: {of: w, to: "127.0.0.1:A", observe: never}
  - socket: {as: x, family: inet, type: dgram}
  - bind: {of: x, to: "127.0.0.1:A", observe: free}
)yaml")));
  EXPECT_EQ(ran["pass.p"], "ok");
  EXPECT_EQ(ran["pass.q"], "ok");
  EXPECT_EQ(ran["pass.main"], "ok");
  for (const char* process : {"p", "q", "main"}) {
    EXPECT_EQ(ran[process], "127.0.0.1:A") << process;
  }
  EXPECT_EQ(ran["busy"], "EADDRINUSE");
  EXPECT_EQ(ran["never"], "not-reached");
  EXPECT_EQ(ran["free"], "ok");
}

TEST_F(ProcessTest, AFailureIsThatProcessesOwn) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(AfterFork(R"yaml(
  - socket: {as: t, family: inet, type: stream, process: p}
  - bind: {of: t, to: "127.0.0.1:A", process: p, observe: bind}
  - listen: {of: t, process: p, observe: listen}
  - socket: {as: t, family: inet, type: stream}
  - bind: {of: t, to: "127.0.0.2:A", observe: bind.main}
  - listen: {of: t, observe: listen.main}
)yaml")));
  EXPECT_EQ(ran["bind"], "EADDRINUSE");
  EXPECT_EQ(ran["listen"], "not-reached");
  EXPECT_EQ(ran["bind.main"], "ok");
  EXPECT_EQ(ran["listen.main"], "ok");
}

TEST_F(ProcessTest, AnAxisSaysWhichProcess) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(PlanOf(R"yaml(
axes:
  closer: [main, p]
steps:
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A", must: ok}
  - fork: {as: p}
  - close: {of: s, process: $closer, must: ok}
  - getsockname: {of: s, observe: main, when: {closer: p}}
  - getsockname: {of: s, process: p, observe: p, when: {closer: main}}
)yaml")));
  EXPECT_EQ(ran.record.Outcome(1, 0), "127.0.0.1:A");
  EXPECT_EQ(ran.record.Outcome(0, 1), "127.0.0.1:A");
}

TEST_F(ProcessTest, WaitsAndStatesWorkInAnother) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(AfterFork(R"yaml(
  - socket: {as: c, family: inet, type: stream, process: p}
  - connect: {of: c, to: "127.0.0.1:A", process: p, must: ok}
  - accept: {of: s, as: conn, must: ok}
  - tcp_state: {of: c, process: p, observe: before}
  - close: conn
  - wait_for: {of: c, process: p, state: CLOSE_WAIT, observe: wait}
  - wait_for: {of: c, process: p, state: LISTEN, within: 20ms, observe: never}
)yaml")));
  EXPECT_EQ(ran["before"], "ESTABLISHED");
  EXPECT_EQ(ran["wait"], "ok");
  EXPECT_EQ(ran["never"], "timeout");
}

TEST_F(ProcessTest, ARepeatMakesItsSocketsInAnother) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - fork: {as: p}
  - repeat:
      times: 3
      steps:
        - socket: {as: s, family: inet, type: dgram, process: p}
        - bind: {of: s, to: "127.0.0.1:0", process: p}
    observe: count
  - getsockname: {of: "s[3]", process: p, show: addr, observe: third}
)yaml")));
  EXPECT_EQ(ran["count"], "3");
  EXPECT_EQ(ran["third"], "127.0.0.1");
}

// Breaks the calls of whichever process makes them on the socket of a type.
class Astray : public SocketCalls {
 public:
  explicit Astray(int signal) : signal_(signal) {}
  int Listen(int, int) override {
    if (signal_ != 0) ::raise(signal_);
    for (;;) ::pause();
  }

 private:
  int signal_;
};

constexpr absl::string_view kListensThere = R"yaml(
limit: 200ms
steps:
  - fork: {as: p}
  - socket: {as: s, family: inet, type: stream, process: p}
  - listen: {of: s, process: p, observe: listen}
)yaml";

TEST_F(ProcessTest, OneThatDiesMakesTheCellAnError) {
  Astray dies(SIGKILL);
  ASSERT_OK_AND_ASSIGN(const Ran ran,
                       RunInNamespace(PlanOf(kListensThere), {.calls = &dies}));
  EXPECT_EQ(ran.record.status[0], CellStatus::kError);
  EXPECT_THAT(ran.record.Reason(0),
              AllOf(HasSubstr("process p"), HasSubstr("signal 9")));
}

TEST_F(ProcessTest, OneThatStandsStillMakesTheCellAnError) {
  Astray stands(0);
  ASSERT_OK_AND_ASSIGN(
      const Ran ran, RunInNamespace(PlanOf(kListensThere), {.calls = &stands}));
  EXPECT_EQ(ran.record.status[0], CellStatus::kError);
  EXPECT_THAT(ran.record.Reason(0), HasSubstr("did not answer"));
}

TEST_F(ProcessTest, AFaultThereIsNamedWithTheProcess) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - fork: {as: p}
  - socket: {as: s, family: inet, type: stream, process: p}
  - getpeername: {of: s, process: p, must: ok, observe: peer}
)yaml")));
  EXPECT_THAT(ran["peer"], HasSubstr("must be ok, was ENOTCONN"));
}

int OpenDescriptors() {
  int count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

TEST_F(ProcessTest, ThousandsOfCellsLeaveNoProcessAndNoDescriptor) {
  std::vector<int> numbers(40);
  std::iota(numbers.begin(), numbers.end(), 1);
  const std::string list = absl::StrJoin(numbers, ", ");
  const Program program = PlanOf(absl::StrCat(R"yaml(
repeats: 1
axes:
  backlog: [)yaml",
                                              list, R"yaml(]
  priority: [)yaml",
                                              list, R"yaml(]
  ends: [exit, cell]
steps:
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A", must: ok}
  - listen: {of: s, backlog: $backlog, must: ok}
  - setsockopt: {of: s, name: IP_TOS, value: $priority, must: ok}
  - fork: {as: p}
  - fork: {as: q}
  - pass: {of: s, process: q, to: p, as: t, must: ok}
  - close: {of: s, must: ok}
  - getsockopt: {of: t, name: SO_REUSEADDR, process: p, observe: option}
  - exit: {of: p, when: {ends: exit}}
)yaml"));
  const auto cells = static_cast<uint32_t>(CellCount(program));
  ASSERT_GE(cells, 3000u);
  std::vector<uint8_t> memory(Tally::Size(cells, 1, 1));
  EXPECT_EQ(InNamespace([&]() -> std::string {
              PlainWorld world;
              Tally tally = Tally::Create(absl::MakeSpan(memory), cells, 1, 1);
              const int before = OpenDescriptors();
              EngineOptions options;
              options.repeats = 1;
              const absl::Status run =
                  RunProgram(program, options, world, tally);
              if (!run.ok()) return run.ToString();
              const Record record = tally.Fold({}, "");
              for (uint32_t cell = 0; cell < cells; ++cell) {
                if (record.status[cell] == CellStatus::kDone) continue;
                return std::string(record.Reason(cell));
              }
              // The engine's own sockets may have been made meanwhile.
              const int left = OpenDescriptors() - before;
              if (left > 4) return absl::StrCat(left, " descriptors are left");
              if (::waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD) {
                return "a process is left";
              }
              return "";
            }),
            "");
}

}  // namespace
}  // namespace sockdrift
