// Audits as the kernel's own test tools read results: KTAP, version 1
// (Documentation/dev-tools/ktap.rst).
#ifndef SOCKDRIFT_CLI_KTAP_H_
#define SOCKDRIFT_CLI_KTAP_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/audit.h"

namespace sockdrift {

// One test a plan, with a subtest for each of its expectations. A rule that is
// broken and a plan whose cells could not all be executed are `not ok`; a rule
// that was not tested is a skip; what a claim turns out to be changes nothing.
std::string AuditKtap(const Audit& audit);

// A test that holds others.
struct KtapGroup {
  std::string name;
  std::string document;  // a KTAP document of its own; empty: it did not run
  std::string why;       // that it did not run, or not to its end
};
std::string KtapOf(const std::vector<KtapGroup>& groups);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_KTAP_H_
