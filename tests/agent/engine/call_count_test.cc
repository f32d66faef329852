// The engine makes the calls of a plan and no others.
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/bench/bare_pairs.h"
#include "tests/support/require.h"

namespace sockdrift {
namespace {

// Counts what goes to the kernel, by name; everything that the bare loop does
// not make is one number.
class CountingCalls : public SocketCalls {
 public:
  int Socket(int family, int type, int protocol) override {
    ++counts[bench::kSocket];
    return SocketCalls::Socket(family, type, protocol);
  }
  int Setsockopt(int fd, int level, int name, const void* value,
                 socklen_t size) override {
    ++counts[bench::kSetsockopt];
    return SocketCalls::Setsockopt(fd, level, name, value, size);
  }
  int Bind(int fd, const void* address, socklen_t size) override {
    ++counts[bench::kBind];
    return SocketCalls::Bind(fd, address, size);
  }
  int Listen(int fd, int backlog) override {
    ++counts[bench::kListen];
    return SocketCalls::Listen(fd, backlog);
  }
  int Close(int fd) override {
    ++counts[bench::kClose];
    return SocketCalls::Close(fd);
  }
  int Poll(int fd, short* events, int timeout_ms) override {
    ++others;
    return SocketCalls::Poll(fd, events, timeout_ms);
  }
  int Getsockname(int fd, void* address, socklen_t* size) override {
    ++others;
    return SocketCalls::Getsockname(fd, address, size);
  }

  bench::CallCounts counts = {};
  uint64_t others = 0;
};

TEST(CallCountTest, EqualsTheBareLoops) {
  SOCKDRIFT_REQUIRE_OR_SKIP("netns");
  const Program program = testing::CataloguePlan("bind/conflict.yaml");
  const std::string differences = testing::InNamespace([&]() -> std::string {
    const bench::CallCounts bare = bench::CountBarePairs();
    CountingCalls counting;
    EngineOptions options;
    options.repeats = 1;
    options.calls = &counting;
    std::vector<uint8_t> memory(
        Tally::Size(bench::kPairCells,
                    static_cast<uint32_t>(program.observations.size()), 1));
    Tally tally =
        Tally::Create(absl::MakeSpan(memory), bench::kPairCells,
                      static_cast<uint32_t>(program.observations.size()), 1);
    testing::PlainWorld world;
    const absl::Status run = RunProgram(program, options, world, tally);
    if (!run.ok()) return run.ToString();
    std::string text;
    for (int i = 0; i < bench::kBareCalls; ++i) {
      if (bare[i] == 0 || bare[i] != counting.counts[i]) {
        text += "call " + std::to_string(i) + ": bare " +
                std::to_string(bare[i]) + ", engine " +
                std::to_string(counting.counts[i]) + "\n";
      }
    }
    if (counting.others != 0) text += "the engine made others\n";
    return text;
  });
  EXPECT_EQ(differences, "");
}

}  // namespace
}  // namespace sockdrift
