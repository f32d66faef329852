#include "agent/facts/facts.h"

#include "agent/facts/host_root.h"
#include "agent/facts/sources.h"

namespace sockdrift {

void AddFact(absl::string_view name, absl::string_view value, Facts& facts) {
  std::string line = OneLine(value);
  if (!line.empty()) facts.insert_or_assign(std::string(name), line);
}

Facts ReadFacts(const FactsOptions& options) {
  HostRoot root(options.root);
  Facts facts;
  AddKernelFacts(root, options.from_kernel, facts);
  AddKernelConfigFacts(root, facts);
  AddSysctlFacts(root, facts);
  AddVirtualisationFacts(root, options.from_kernel, facts);
  AddContainerFacts(root, facts);
  AddSecurityFacts(root, facts);
  AddNetworkFacts(root, options.from_kernel, facts);
  AddCgroupFacts(root, options.from_kernel, facts);
  AddCniFacts(root, facts);
  return facts;
}

}  // namespace sockdrift
