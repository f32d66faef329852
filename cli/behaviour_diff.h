// What differs between two hosts' behaviours, plan by plan, and which of their
// facts do.
#ifndef SOCKDRIFT_CLI_BEHAVIOUR_DIFF_H_
#define SOCKDRIFT_CLI_BEHAVIOUR_DIFF_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "core/causes/match.h"
#include "core/divergence/align.h"
#include "core/divergence/fact_diff.h"
#include "core/divergence/fold.h"
#include "core/query/cell_query.h"
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
  CauseMatches causes;
};

struct BehaviourDiff {
  std::vector<PlanDiff> plans;      // those that both sides have, by name
  std::vector<std::string> only_a;  // "bind.conflict (pristine)"
  std::vector<std::string> only_b;
  std::vector<FactDiff> facts;
  CauseSummary causes;  // of all plans' differing cells
  // Of a query: how many of the compared cells meet it.
  std::optional<size_t> matching;

  size_t compared() const;   // cells
  size_t differing() const;  // cells
};

// `a`, `b` and `causes` must outlive the result. With a query the cells that
// it asks about are compared, and those that differ and meet it are the
// differing ones.
BehaviourDiff Compare(const DiffSide& a, const DiffSide& b,
                      absl::Span<const Cause> causes,
                      const CellQuery* where = nullptr);

// kFine, kFindings, or kCouldNotTell when no cell could be compared, or none
// meets the query.
ExitCode ExitCodeOf(const BehaviourDiff& diff);

struct DiffPrint {
  bool list_cells = false;  // every differing cell too, not the rules alone
  // Of a plan, with no limit of lines; 0: what fits a screen of 50 lines.
  size_t most_rules = 0;
};
std::string DiffText(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b, const DiffPrint& print,
                     const Console& console);

// The document "sockdrift.diff/1" of docs/json.md.
std::string DiffJson(const BehaviourDiff& diff, const DiffSide& a,
                     const DiffSide& b);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_BEHAVIOUR_DIFF_H_
