// Settings of `world:` that differ between cells: one namespace for each
// combination of them.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/engine/cell_groups.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::InNamespace;
using testing::PlainWorld;
using testing::PlanOf;

// Six cells of two worlds: `maybe` and `yes` want the same of the namespace.
constexpr absl::string_view kVarying = R"yaml(
world:
  sysctls: {net.ipv6.bindv6only: $only.value}
axes:
  type: [stream, dgram]
  only:
    no: {value: 0, port: A}
    maybe: {value: 1, port: A}
    yes: {value: 1, port: B}
steps:
  - socket: {as: s, family: inet6, type: $type}
  - wait: {for: 30ms, observe: wait}
  - bind: {of: s, to: "[::1]:$only.port", observe: bind}
)yaml";

TEST(CellGroupsTest, CellsThatWantTheSameAreTogether) {
  const Program program = PlanOf(kVarying);
  const CellSpace space(program);
  CellGroups groups(program, space);
  EXPECT_THAT(groups.Of({0, 1, 2, 3, 4, 5}),
              ElementsAre(ElementsAre(0, 3), ElementsAre(1, 2, 4, 5)));
  EXPECT_THAT(groups.Of({5, 3, 2}),
              ElementsAre(ElementsAre(5, 2), ElementsAre(3)));
}

// Counts the sockets that are open at once, and when namespaces change.
class OpenSockets : public SocketCalls {
 public:
  int Socket(int family, int type, int protocol) override {
    most = std::max(most, ++open);
    return SocketCalls::Socket(family, type, protocol);
  }
  int Close(int fd) override {
    --open;
    return SocketCalls::Close(fd);
  }
  int open = 0;
  int most = 0;
};

class VaryingWorld : public PlainWorld {
 public:
  explicit VaryingWorld(const OpenSockets& sockets) : sockets_(sockets) {}
  absl::Status RenewFor(absl::Span<const uint16_t> coordinate) override {
    entered.push_back(
        absl::StrCat(coordinate[1] == 0 ? "no" : "yes", sockets_.open));
    if (coordinate[1] == 0 && refuses) {
      return absl::FailedPreconditionError("no such world");
    }
    return Renew();
  }
  bool refuses = false;
  std::vector<std::string> entered;

 private:
  const OpenSockets& sockets_;
};

std::string RunVarying(uint64_t seed, bool refuses) {
  return InNamespace([&]() -> std::string {
    const Program program = PlanOf(kVarying);
    std::vector<uint8_t> memory(Tally::Size(6, 2, 2));
    Tally tally = Tally::Create(absl::MakeSpan(memory), 6, 2, 2);
    OpenSockets sockets;
    VaryingWorld world(sockets);
    world.refuses = refuses;
    EngineOptions options;
    options.calls = &sockets;
    options.shuffle_seed = seed;
    const absl::Status run = RunProgram(program, options, world, tally);
    if (!run.ok()) return run.ToString();
    const Record record = tally.Fold({}, "died", program.observations);
    return absl::StrCat(absl::StrJoin(world.entered, ","), " most ",
                        sockets.most, " done ",
                        record.CountOf(CellStatus::kDone), " skipped ",
                        record.CountOf(CellStatus::kSkip), " ",
                        refuses ? std::string(record.Reason(0)) : "");
  });
}

class VaryingWorldsTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }
};

// Waits overlap inside a world, and nothing is open when it is left.
TEST_F(VaryingWorldsTest, OneNamespaceForEachCombinationAndRepeat) {
  EXPECT_EQ(RunVarying(0, false), "no0,yes0,no0,yes0 most 4 done 6 skipped 0 ");
}

TEST_F(VaryingWorldsTest, ShuffledCellsStayInTheirWorlds) {
  for (const uint64_t seed : {1, 2, 3, 4}) {
    EXPECT_THAT(RunVarying(seed, false),
                HasSubstr("0 most 4 done 6 skipped 0"));
  }
}

TEST_F(VaryingWorldsTest, AWorldThatCannotBeHadCostsItsCellsOnly) {
  EXPECT_EQ(RunVarying(0, true),
            "no0,yes0,no0,yes0 most 4 done 4 skipped 2 no such world");
}

}  // namespace
}  // namespace sockdrift
