// From a plan's YAML to a program and its expectations, with all errors at
// once. yaml-cpp is used in this folder only.
#ifndef SOCKDRIFT_COMPILER_COMPILE_H_
#define SOCKDRIFT_COMPILER_COMPILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"

namespace sockdrift {

// Where and what, and what would be right.
struct Diagnostic {
  std::string file;
  int line = 0;       // 1-based; 0 where it has no place
  int column = 0;     // 1-based
  std::string field;  // "steps[3].bind.to"
  std::string message;

  // "plans/x.yaml:12:9: steps[3].bind.to: …"
  std::string ToString() const;
};

struct CompiledPlan {
  std::string name;       // "bind.conflict"
  std::string file;       // where it stands: "plans/bind/conflict.yaml"
  bool built_in = false;  // it came with this program
  std::string title;
  std::string about;
  std::vector<std::string> sources;
  Program program;
  std::vector<Expectation> expectations;
};

struct CompileResult {
  // Meaningful only without diagnostics.
  CompiledPlan plan;
  std::vector<Diagnostic> diagnostics;  // in the order of their places
  bool ok() const { return diagnostics.empty(); }
};

class ClaimBook;

// Never fails otherwise than by diagnostics. `file` is its name in them. A
// claim that is not among `claims` is an error; null: any may be named.
CompileResult CompilePlan(absl::string_view yaml, absl::string_view file,
                          const ClaimBook* claims = nullptr);

// A cell's steps as the system calls in order, one a line, spelled as strace
// would: `bind(server, {AF_INET, 127.0.0.1:A})   → bind`.
std::vector<std::string> DescribeCell(const Program& program, uint32_t cell);

// One step of it. The text depends on the axes of the step's fields alone.
std::string DescribeStep(const Program& program, size_t step,
                         absl::Span<const uint16_t> coordinate);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_COMPILE_H_
