// What differs between two hosts' behaviours, plan by plan, and which of their
// facts do.
#ifndef SOCKDRIFT_CLI_BEHAVIOUR_DIFF_H_
#define SOCKDRIFT_CLI_BEHAVIOUR_DIFF_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "core/divergence/align.h"
#include "core/divergence/fact_diff.h"
#include "core/divergence/fold.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// One side: a host's behaviours and the programs that they are of.
struct DiffSide {
  std::string operand;  // as the user wrote it
  BehaviourFile file;
  size_t host = 0;  // index into file.hosts

  const HostBehaviour& behaviour() const { return file.hosts[host]; }
};

// Takes the host out of a file: the only one, or the one that is named.
// INVALID_ARGUMENT when the file holds several and none is named, NOT_FOUND
// when it holds none of that name.
absl::StatusOr<DiffSide> TakeSide(BehaviourFile file, std::string operand,
                                  const std::string& host);

struct PlanDiff {
  std::string plan;
  World world = World::kReplica;
  const Program* program = nullptr;        // the left one; in DiffSide::file
  const Program* other_program = nullptr;  // the right one
  Comparison comparison;
  std::vector<Rule> rules;
};

struct BehaviourDiff {
  std::vector<PlanDiff> plans;      // those that both sides have, by name
  std::vector<std::string> only_a;  // "bind.conflict (pristine)"
  std::vector<std::string> only_b;
  std::vector<FactDiff> facts;

  size_t compared() const;   // cells
  size_t differing() const;  // cells
};

// `a` and `b` must outlive the result.
BehaviourDiff Compare(const DiffSide& a, const DiffSide& b);

// kFine, kFindings, or kCouldNotTell when no cell could be compared.
ExitCode ExitCodeOf(const BehaviourDiff& diff);

struct DiffPrint {
  bool list_cells = false;  // every differing cell too, not the rules alone
  size_t most_rules = 6;    // of a plan
};
std::string DiffText(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b, const DiffPrint& print,
                     const Console& console);

// The document "sockdrift.diff/1" of docs/json.md.
std::string DiffJson(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BEHAVIOUR_DIFF_H_
