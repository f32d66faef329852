// The bare C loop that the engine is measured against: the system calls of the
// plan bind.conflict in the same order, and nothing around them.
#ifndef SOCKDRIFT_TESTS_BENCH_BARE_PAIRS_H_
#define SOCKDRIFT_TESTS_BENCH_BARE_PAIRS_H_

#include <array>
#include <cstdint>

namespace sockdrift::bench {

// The calls that the loop can make.
enum BareCall { kSocket, kSetsockopt, kBind, kListen, kClose, kBareCalls };
using CallCounts = std::array<uint64_t, kBareCalls>;

inline constexpr uint32_t kPairCells = 10'800;

// Runs all cells `times` times, each on a port of its own as long as there are
// any between 1024 and 32767. Returns a sum over the answers, so that no call
// can be optimised away.
uint64_t RunBarePairs(int times);

// The same once, counting.
CallCounts CountBarePairs();

}  // namespace sockdrift::bench

#endif  // SOCKDRIFT_TESTS_BENCH_BARE_PAIRS_H_
