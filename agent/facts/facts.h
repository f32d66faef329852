// What is known of this host, read below a root folder so that tests can use
// fixtures. docs/facts.md lists every name with its meaning.
#ifndef SOCKDRIFT_AGENT_FACTS_FACTS_H_
#define SOCKDRIFT_AGENT_FACTS_FACTS_H_

#include <string>

#include "core/plan/expectation.h"

namespace sockdrift {

struct FactsOptions {
  std::string root = "/";
  // Facts that only a system call tells (uname, capabilities, arch) are taken
  // from the running kernel when true, else from files below the root.
  bool from_kernel = true;
};

// Never fails: what cannot be read is left out. Values are single lines in
// which every run of blanks is one space; none is empty or a secret.
// The network's facts are those of the calling thread's namespace.
Facts ReadFacts(const FactsOptions& options);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_FACTS_FACTS_H_
