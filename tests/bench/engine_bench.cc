// The engine beside a bare C loop that makes the same system calls: cells a
// second of each, and the ratio.
//
//   sockdrift-bench-engine [ROUNDS]
//
// Each measurement is a child process in a fresh network namespace, on one CPU,
// under the probe's own seccomp filter; the two take turns. The ratio is the
// median over the rounds of CPU time against CPU time, which other load on the
// machine touches least. Exit status: 0, 1 when the ratio is below 0.9, 3 when
// nothing could be measured.
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "agent/engine/engine.h"
#include "agent/job/tally.h"
#include "agent/worlds/syscall_filter.h"
#include "gtest/gtest.h"
#include "tests/agent/engine/netns_run.h"
#include "tests/agent/engine/step_programs.h"
#include "tests/bench/bare_pairs.h"

namespace sockdrift {
namespace {

constexpr int kPasses = 4;  // over all cells, in one measurement
constexpr double kWanted = 0.9;

struct Times {
  double wall = 0;  // seconds
  double cpu = 0;
};

double Seconds(clockid_t clock) {
  timespec now;
  ::clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + 1e-9 * now.tv_nsec;
}

template <typename Work>
Times Measure(Work work) {
  const Times before = {Seconds(CLOCK_MONOTONIC),
                        Seconds(CLOCK_PROCESS_CPUTIME_ID)};
  work();
  return {Seconds(CLOCK_MONOTONIC) - before.wall,
          Seconds(CLOCK_PROCESS_CPUTIME_ID) - before.cpu};
}

// Runs `work` confined as in a probe. Exits where that cannot be.
template <typename Work>
Times MeasureConfined(const std::set<std::string>& calls, Work work) {
  auto* times =
      static_cast<Times*>(::mmap(nullptr, sizeof(Times), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0));
  const std::string fault = testing::InNamespace([&]() -> std::string {
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no_new_privs";
    const absl::Status filtered = InstallSyscallFilter(calls);
    if (!filtered.ok()) return std::string(filtered.message());
    *times = Measure(work);
    return "";
  });
  const Times measured = *times;
  ::munmap(times, sizeof(Times));
  if (!fault.empty()) {
    std::fprintf(stderr, "cannot measure: %s\n", fault.c_str());
    std::exit(3);
  }
  return measured;
}

void RunEngine(const Program& program, absl::Span<uint8_t> memory) {
  Tally tally = Tally::Create(
      memory, bench::kPairCells,
      static_cast<uint32_t>(program.observations.size()), kPasses);
  testing::PlainWorld world;
  EngineOptions options;
  options.repeats = kPasses;
  if (!RunProgram(program, options, world, tally).ok()) std::abort();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

int Bench(int rounds) {
  const Program program = testing::CataloguePlan("bind/conflict.yaml");
  const std::set<std::string> calls = AllowedCalls(program);
  // Memory of the tally is the supervisor's, so it is not measured.
  std::vector<uint8_t> memory(
      Tally::Size(bench::kPairCells,
                  static_cast<uint32_t>(program.observations.size()), kPasses));
  constexpr double kCells = double{bench::kPairCells} * kPasses;
  std::vector<double> wall_loop, wall_engine, cpu_ratio, wall_ratio;
  for (int i = 0; i < rounds; ++i) {
    const Times loop =
        MeasureConfined(calls, [] { bench::RunBarePairs(kPasses); });
    const Times engine = MeasureConfined(
        calls, [&] { RunEngine(program, absl::MakeSpan(memory)); });
    wall_loop.push_back(kCells / loop.wall);
    wall_engine.push_back(kCells / engine.wall);
    wall_ratio.push_back(loop.wall / engine.wall);
    cpu_ratio.push_back(loop.cpu / engine.cpu);
  }
  const double ratio = Median(cpu_ratio);
  std::printf("bind.conflict, %u cells, %d passes, %d rounds\n",
              bench::kPairCells, kPasses, rounds);
  std::printf("bare loop  %8.0f cells/s (median)\n", Median(wall_loop));
  std::printf("engine     %8.0f cells/s (median)\n", Median(wall_engine));
  std::printf("ratio      %8.3f of CPU time, %.3f of the clock (%.2f wanted)\n",
              ratio, Median(wall_ratio), kWanted);
  return ratio >= kWanted ? 0 : 1;
}

}  // namespace
}  // namespace sockdrift

int main(int argc, char** argv) {
  const int rounds = argc > 1 ? std::atoi(argv[1]) : 9;
  if (rounds < 1) {
    std::fprintf(stderr, "usage: %s [ROUNDS]\n", argv[0]);
    return 2;
  }
  return sockdrift::Bench(rounds);
}
