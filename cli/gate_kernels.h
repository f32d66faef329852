// Kernels as candidates of a gate: booted for it, and booted again for what
// fails.
#ifndef SOCKDRIFT_CLI_GATE_KERNELS_H_
#define SOCKDRIFT_CLI_GATE_KERNELS_H_

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "boot/kernel.h"
#include "cli/console.h"
#include "cli/gate_options.h"
#include "core/gate/judge.h"
#include "gate/report/again.h"
#include "gate/report/file_side.h"

namespace sockdrift {

class GateKernels {
 public:
  // Both must outlive it.
  GateKernels(const GateOptions& options, Console& console)
      : options_(options), console_(console) {}

  // Finds all of them, before any is booted. NOT_FOUND, INVALID_ARGUMENT.
  absl::Status Find();

  // Runs the baseline's plans on each, in the baseline's worlds, and adds what
  // they showed. One that cannot be booted is a candidate that cannot be
  // judged.
  absl::Status AddTo(FileSide& candidates, const GateSide& baseline);

  // Runs the failing cells of these candidates again, in guests booted anew,
  // and says in lines what became of them. A cell that does something else is
  // UNSTABLE from now on; the records are this object's.
  std::vector<std::string> RunAgain(const Judgement& judgement,
                                    GateSide& candidates);

 private:
  struct Candidate {
    std::string word;
    KernelPlace place;
    size_t host = 0;  // index into the candidates
  };

  using FailingCells = std::map<std::string, std::vector<uint32_t>>;

  void RunAgainIn(World world, const FailingCells& cells,
                  const Candidate& kernel, GateHost& host, AgainTally& tally);

  const GateOptions& options_;
  Console& console_;
  std::vector<Candidate> kernels_;
  std::deque<Record> merged_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_GATE_KERNELS_H_
