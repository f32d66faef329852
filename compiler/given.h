// `given:`: the facts of a host under which something is said of it.
#ifndef SOCKDRIFT_COMPILER_GIVEN_H_
#define SOCKDRIFT_COMPILER_GIVEN_H_

#include <vector>

#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/plan/expectation.h"

namespace sockdrift {

// `{kernel: ">=6.3", net.ipv6.bindv6only: 0}`; null is no condition. What is
// wrong is reported.
std::vector<FactCondition> ReadGiven(const YamlNode* given, Report& report);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_GIVEN_H_
