// What RunProgram does around the calls: cells, statuses, order, waits, limits.
#include <dirent.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <functional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/job/tally.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/support/programs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::InNamespace;
using testing::PlainWorld;
using testing::PlanOf;
using testing::Ran;
using testing::RunInNamespace;
using testing::StepsOf;

class RunProgramTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

constexpr absl::string_view kTwoTypes = R"yaml(
axes:
  type: [stream, dgram]
  addr: ["127.0.0.1", "::1"]
steps:
  - socket: {as: s, family: $addr.family, type: $type}
  - bind: {of: s, to: "$addr:A", observe: bind}
)yaml";

int OpenDescriptors() {
  int count = 0;
  DIR* folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

// Runs a program in this process, which is in a namespace of its own.
absl::Status RunHere(const Program& program, WorldControl& world,
                     SocketCalls* calls, Record& record) {
  const auto cells = static_cast<uint32_t>(CellCount(program));
  const auto observations = static_cast<uint32_t>(program.observations.size());
  std::vector<uint8_t> memory(Tally::Size(cells, observations, 2));
  Tally tally = Tally::Create(absl::MakeSpan(memory), cells, observations, 2);
  EngineOptions options;
  options.calls = calls;
  const absl::Status run = RunProgram(program, options, world, tally);
  record = tally.Fold({}, "");
  return run;
}

std::function<void(PlainWorld&)> EphemeralRange(uint16_t first, uint16_t last) {
  return [first, last](PlainWorld& world) {
    world.rules.ephemeral_first = first;
    world.rules.ephemeral_last = last;
    std::ofstream("/proc/sys/net/ipv4/ip_local_port_range")
        << first << " " << last << "\n";
  };
}

TEST_F(RunProgramTest, RunsTheCellsThatAreAskedFor) {
  ASSERT_OK_AND_ASSIGN(const Ran ran,
                       RunInNamespace(PlanOf(kTwoTypes), {.cells = {1, 3}}));
  EXPECT_THAT(ran.record.status,
              ElementsAre(CellStatus::kMiss, CellStatus::kDone,
                          CellStatus::kMiss, CellStatus::kDone));
  EXPECT_EQ(ran.record.Reason(0), "not selected");
}

TEST_F(RunProgramTest, RefusesACellThatIsNotThere) {
  EXPECT_THAT(RunInNamespace(PlanOf(kTwoTypes), {.cells = {4}}),
              testing::StatusIs(absl::StatusCode::kInternal,
                                HasSubstr("the program has 4")));
}

TEST_F(RunProgramTest, LeavesNoDescriptorOpen) {
  for (const char* plan :
       {"dual-stack/listener-reach.yaml", "reuse/restart.yaml"}) {
    const Program program = testing::CataloguePlan(plan);
    EXPECT_EQ(InNamespace([&]() -> std::string {
                const int before = OpenDescriptors();
                PlainWorld world;
                Record record;
                const absl::Status run =
                    RunHere(program, world, nullptr, record);
                const int after = OpenDescriptors();
                if (!run.ok()) return run.ToString();
                return before == after
                           ? ""
                           : absl::StrCat(before, " before, ", after, " after");
              }),
              "")
        << plan;
  }
}

TEST_F(RunProgramTest, AMustThatIsNotMetIsAnErrorThatNamesIt) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - connect: {of: s, to: "127.0.0.1:A", must: ok}
  - getsockname: {of: s, observe: name}
)yaml")));
  EXPECT_EQ(ran["name"], "ERROR: connect of s: must be ok, was ECONNREFUSED");
}

TEST_F(RunProgramTest, AnyErrnoMeetsAMustOfError) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(StepsOf(R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - connect: {of: s, to: "127.0.0.1:A", must: error}
  - getsockname: {of: s, show: form, always: 1, observe: name}
)yaml")));
  EXPECT_EQ(ran["name"], "inet");
}

TEST_F(RunProgramTest, ACapabilityThatIsNotToBeHadSkipsItsCells) {
  const Program program = PlanOf(R"yaml(
caps: ["$cap"]
axes:
  cap: [none, CAP_NET_RAW]
steps:
  - socket: {as: s, family: inet, type: stream, observe: socket}
  - close: s
)yaml");
  ASSERT_OK_AND_ASSIGN(const Ran ran,
                       RunInNamespace(program, {}, [](PlainWorld& world) {
                         world.refused = {"CAP_NET_RAW"};
                       }));
  EXPECT_EQ(ran.record.status[0], CellStatus::kDone);
  EXPECT_EQ(ran.record.status[1], CellStatus::kSkip);
  EXPECT_EQ(ran.record.Reason(1), "the plan needs CAP_NET_RAW");
}

TEST_F(RunProgramTest, CapabilitiesChangeOnlyWhenTheyMust) {
  const Program program = PlanOf(R"yaml(
caps: ["$cap"]
axes:
  cap: [none, CAP_NET_RAW]
  type: [stream, dgram]
steps:
  - socket: {as: s, family: inet, type: $type, observe: socket}
  - close: s
)yaml");
  EXPECT_EQ(InNamespace([&]() -> std::string {
              PlainWorld world;
              Record record;
              const absl::Status run = RunHere(program, world, nullptr, record);
              if (!run.ok()) return run.ToString();
              return absl::StrCat(world.caps_used.size(), " ",
                                  world.caps_used[1]);
            }),
            "4 CAP_NET_RAW");
}

TEST_F(RunProgramTest, AnOperationThatThisBuildLacksSkipsItsCells) {
  Program program = PlanOf(R"yaml(
axes:
  type: [stream, dgram]
steps:
  - socket: {as: s, family: inet, type: $type, observe: socket}
  - close: s
  - fork: p
)yaml");
  Step sysctl;
  sysctl.operation = Operation::kSysctl;
  sysctl.fields = {
      {FieldId::kValue, testing::Constant("1")},
      {FieldId::kKey, testing::Constant("net.ipv6.bindv6only")},
      {FieldId::kProcess, testing::Constant("p")},
  };
  sysctl.guards = {{.axis = 0, .values = {1}}};
  program.steps.push_back(sysctl);
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(program));
  EXPECT_EQ(ran.record.status[0], CellStatus::kDone);
  EXPECT_EQ(ran.record.status[1], CellStatus::kSkip);
  EXPECT_EQ(ran.record.Reason(1),
            "this build lacks the operation sysctl in another process");
}

TEST_F(RunProgramTest, AClassWithoutPortsSkipsItsCells) {
  const Program program = StepsOf(R"yaml(
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A.low", observe: bind}
)yaml");
  ASSERT_OK_AND_ASSIGN(const Ran ran,
                       RunInNamespace(program, {}, [](PlainWorld& world) {
                         world.rules.first = 2000;
                       }));
  EXPECT_THAT(ran["bind"], HasSubstr("no port of the class \"low\""));
}

TEST_F(RunProgramTest, NotesThatPortsLieInTheEphemeralRange) {
  ASSERT_OK_AND_ASSIGN(
      const Ran ran,
      RunInNamespace(PlanOf(kTwoTypes), {}, [](PlainWorld& world) {
        world.rules.ephemeral_first = 1024;
        world.rules.ephemeral_last = 65535;
      }));
  EXPECT_THAT(ran.record.status, Each(CellStatus::kDone));
  EXPECT_THAT(ran.notes, ElementsAre(HasSubstr("ip_local_port_range")));
}

// Or a plan could not count the range.
TEST_F(RunProgramTest, TheFenceTakesNoEphemeralPort) {
  ASSERT_OK_AND_ASSIGN(const Ran ran,
                       RunInNamespace(StepsOf(R"yaml(
  - socket: {as: first, family: inet, type: dgram}
  - send: {of: first, to: "127.0.0.1:9", observe: first}
  - recv: {of: first, observe: nothing}
  - socket: {as: second, family: inet, type: dgram}
  - bind: {of: second, to: "127.0.0.1:0", observe: second}
  - socket: {as: third, family: inet, type: dgram}
  - bind: {of: third, to: "127.0.0.1:0", observe: third}
)yaml"),
                                      {}, EphemeralRange(40000, 40001)));
  EXPECT_EQ(ran["first"], "ok");
  EXPECT_EQ(ran["nothing"], "nothing");
  EXPECT_EQ(ran["second"], "ok");
  EXPECT_EQ(ran["third"], "EADDRINUSE");
}

// Each cell's client leaves one of the range's ports in TIME_WAIT, by each
// family of addresses.
TEST_F(RunProgramTest,
       APortOfTheEphemeralRangeIsOneThatNoCellBeforeHasLeftHeld) {
  ASSERT_OK_AND_ASSIGN(const Ran ran,
                       RunInNamespace(PlanOf(R"yaml(
axes:
  to: ["127.0.0.1", "::1", "::ffff:127.0.0.1"]
  again: ["1", "2", "3", "4"]
steps:
  - socket: {as: server, family: $to.family, type: stream}
  - setsockopt: {of: server, name: SO_RCVBUF, value: $again}
  - bind: {of: server, to: "$to:A.ephemeral", observe: bind}
  - listen: {of: server, observe: listen}
  - socket: {as: client, family: $to.family, type: stream}
  - connect: {of: client, to: "$to:A.ephemeral", observe: connect}
  - accept: {of: server, as: conn, observe: accept}
  - shutdown: {of: client, how: wr, observe: shutdown}
  - shutdown: {of: conn, how: wr, observe: answered}
)yaml"),
                                      {}, EphemeralRange(40000, 40063)));
  EXPECT_THAT(ran.record.status, Each(CellStatus::kDone));
  EXPECT_THAT(ran.record.outcomes, ElementsAre("ok"));
}

TEST_F(RunProgramTest, IsolatedCellsHaveNamespacesOfTheirOwn) {
  const Program program = PlanOf(absl::StrCat("isolation: cell\n", kTwoTypes));
  EXPECT_EQ(InNamespace([&]() -> std::string {
              PlainWorld world;
              Record record;
              const absl::Status run = RunHere(program, world, nullptr, record);
              if (!run.ok()) return run.ToString();
              // Four cells twice; the first finds a fresh one.
              return absl::StrCat(world.renewed, " ",
                                  record.CountOf(CellStatus::kDone));
            }),
            "7 4");
}

TEST_F(RunProgramTest, ACellEndsAtItsLimit) {
  ASSERT_OK_AND_ASSIGN(const Ran ran, RunInNamespace(PlanOf(R"yaml(
limit: 100ms
steps:
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A"}
  - wait_for: {of: s, state: LISTEN, within: 60s, observe: never}
)yaml")));
  EXPECT_EQ(ran["never"],
            "ERROR: the cell took longer than its limit of 100ms");
}

// Counts the sockets that are open at once.
class OpenCounter : public SocketCalls {
 public:
  int Socket(int family, int type, int protocol) override {
    most = std::max(most, ++open_);
    return SocketCalls::Socket(family, type, protocol);
  }
  int Close(int fd) override {
    --open_;
    return SocketCalls::Close(fd);
  }
  int most = 0;

 private:
  int open_ = 0;
};

// The sockets that the four cells of a plan, run twice, have open at once.
int MostOpen(absl::string_view head, absl::string_view port) {
  const Program program = PlanOf(absl::StrCat(head, R"yaml(
axes:
  type: [stream, dgram]
  addr: ["127.0.0.1", "127.0.0.2"]
steps:
  - socket: {as: s, family: inet, type: $type}
  - wait: 300ms
  - bind: {of: s, to: "$addr:)yaml",
                                              port, R"yaml(", observe: bind}
)yaml"));
  const std::string most = InNamespace([&]() -> std::string {
    PlainWorld world;
    Record record;
    OpenCounter counter;
    const absl::Status run = RunHere(program, world, &counter, record);
    if (!run.ok()) return run.ToString();
    return absl::StrCat(counter.most);
  });
  int number = -1;
  EXPECT_TRUE(absl::SimpleAtoi(most, &number)) << most;
  return number;
}

TEST_F(RunProgramTest, WaitsOverlap) { EXPECT_EQ(MostOpen("", "A"), 8); }

TEST_F(RunProgramTest, WaitsOfCellsThatShareAPortDoNot) {
  EXPECT_EQ(MostOpen("", "4000"), 1);
}

TEST_F(RunProgramTest, WaitsInNamespacesOfTheirOwnDoNot) {
  EXPECT_EQ(MostOpen("isolation: cell", "A"), 1);
}

// Answers one call with an errno of its own.
class BrokenCalls : public SocketCalls {
 public:
  explicit BrokenCalls(int error) : error_(error) {}
  int Socket(int family, int type, int protocol) override {
    if (++made_ % 3 == 0) return -error_;
    return SocketCalls::Socket(family, type, protocol);
  }

 private:
  int error_;
  int made_ = 0;
};

TEST_F(RunProgramTest, RunningOutOfDescriptorsIsNoOutcome) {
  const Program program = PlanOf(kTwoTypes);
  const auto run = [&](int error) {
    return InNamespace([&]() -> std::string {
      PlainWorld world;
      Record record;
      BrokenCalls calls(error);
      const absl::Status status = RunHere(program, world, &calls, record);
      if (!status.ok()) return status.ToString();
      // The third socket is the third cell's, in the first round.
      return absl::StrCat(CellStatusName(record.status[2]), ": ",
                          record.Reason(2));
    });
  };
  EXPECT_EQ(run(EMFILE), "ERROR: the prober ran out of descriptors");
  // What the kernel says of memory is its answer.
  EXPECT_THAT(run(ENOBUFS),
              HasSubstr("UNSTABLE: observation 1: not-reached, then ok"));
}

}  // namespace
}  // namespace sockdrift
