// Known behaviours of kernels: which of them answer otherwise than others, in
// which cells, and since which commit. What is known stands in causes/*.yaml;
// docs/causes.md describes the form.
#ifndef SOCKDRIFT_CORE_CAUSES_CAUSE_H_
#define SOCKDRIFT_CORE_CAUSES_CAUSE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "core/plan/expectation.h"
#include "core/query/cell_pattern.h"

namespace sockdrift {

// "This observation's outcome is one of these": each a glob (`*`, `?`). The
// observation may be one as well: then it is so of some observation.
struct OutcomeTest {
  std::string observation;
  std::vector<std::string> outcomes;

  // Whether a program, and not a comparison alone, can be asked.
  bool NamesOneObservation() const;
  friend bool operator==(const OutcomeTest&, const OutcomeTest&) = default;
};

// How a kernel that the cause speaks of answers in some cells.
struct Symptom {
  CellPattern match;               // in these cells
  std::vector<OutcomeTest> shows;  // it answers all of this,
  // and others all of that. A test of the same observation here and there
  // speaks of the same one; where this is empty, others answer each otherwise.
  std::vector<OutcomeTest> others;
};

// Releases of one line of kernels: "6.1.168" to before "6.2".
struct KernelRange {
  std::string from;   // the first one; empty: the beginning
  std::string below;  // the first one that is none of them; empty: no end
  std::string note;   // a backport, or what was measured; may be empty
};

struct Cause {
  std::string id;      // "mapped-sockets-share-a-port"
  std::string title;   // what fits a line: "6.1.y lets two … share a port"
  std::string text;    // a few sentences
  std::string effect;  // what it does to people: "security", "availability"…
  std::string seen;    // on what its symptom was seen
  std::string file;    // where it stands
  std::vector<std::string> commits;     // "e537dd15d0d4 subject"; may be empty
  std::vector<std::string> references;  // documentation, issues
  std::vector<KernelRange> kernels;     // empty: whatever the kernel
  std::vector<FactCondition> given;     // settings, another kernel's kind
  std::vector<Symptom> symptoms;        // any of them
};

// The kernel's version as exactly as its facts tell: `kernel.upstream`, or, in
// files that lack it, what `uname -v` names (Debian's 6.1.192-2 calls itself
// 6.1.0), or the release. Empty where no fact says.
std::string KernelVersionOf(const Facts& facts);

// Whether a kernel of that version is one of those that the cause names.
bool NamesKernel(const Cause& cause, absl::string_view version);

// What is known of the conditions under `given:`. Releases of Linux are never
// met by what only calls itself by one (gVisor).
enum class GivenIs { kMet, kUnknown, kNotMet };
GivenIs JudgeGiven(const Cause& cause, const Facts& facts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_CAUSES_CAUSE_H_
