// The same cells in one world after the other: the first rung on which they
// change names the layer that changes them.
#ifndef SOCKDRIFT_CORE_PROOF_LADDER_H_
#define SOCKDRIFT_CORE_PROOF_LADDER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"
#include "core/plan/world.h"

namespace sockdrift {

struct Rung {
  World world = World::kPristine;
  bool root_cgroup = false;  // not in the agent's own cgroup
  friend bool operator==(const Rung&, const Rung&) = default;
};

// From the one with least of the host in it to the one with most.
inline constexpr Rung kRungs[] = {{World::kPristine, true},
                                  {World::kPristine},
                                  {World::kReplica},
                                  {World::kOwn},
                                  {World::kHost}};

// What a rung has that the one below has not. Security modules, capabilities
// and the root cgroup's programs follow the process everywhere: they act from
// the lowest rung on, as the kernel does.
enum class Layer : uint8_t {
  kKernel = 1,
  kCgroup = 2,
  kSysctls = 3,
  kNamespace = 4
};
Layer LayerOf(const Rung& rung);

// What one rung showed. A view: it owns nothing.
struct RungRecords {
  Rung rung = {};
  // Of the program's shape; null where the rung was not measured, and always
  // null for `against` where nobody is compared with.
  const Record* host = nullptr;
  const Record* against = nullptr;
};

struct RungCounts {
  size_t done = 0;     // cells DONE, on both where there are two
  size_t changed = 0;  // of these
};

struct LadderStep {
  Rung rung = {};  // on which the cells change first
  // More than one where rungs below, which would tell them apart, were not
  // measured for these cells. Ascending.
  std::vector<Layer> layers;
  std::vector<uint32_t> cells;  // ascending
  // Of the first of the cells: "bind: EACCES → ok".
  std::string change;
};

struct Climbed {
  std::vector<RungCounts> rungs;  // one a rung, in the order of the input
  std::vector<LadderStep> steps;  // from the lowest rung up
  size_t unchanged = 0;           // cells that were measured and never change
  size_t unmeasured = 0;  // cells that no rung, or only one, could compare
};

// Whether the facts say that no program is in force in the host's cgroup, so
// that it is as good as the root; false where they say nothing of it.
bool HasNoCgroupPrograms(const Facts& host);

// `rungs` in the order of kRungs. With somebody to compare with, a cell changes
// on the first rung on which the two hosts differ; without, on the first on
// which it is not as on the last measured rung below, so that the lowest says
// nothing by itself.
Climbed Climb(const Program& program, absl::Span<const uint32_t> cells,
              absl::Span<const RungRecords> rungs, bool compared);

// The facts in which two hosts differ and that have no rung of their own, each
// as "lsm = apparmor (the other host: none)": what follows the process for
// kKernel, the cgroup's programs for kCgroup, packet filters for kNamespace.
std::vector<std::string> Suspects(Layer layer, const Facts& host,
                                  const Facts& against);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PROOF_LADDER_H_
