// What the parts of the compiler share while one plan is compiled.
#ifndef SOCKDRIFT_COMPILER_PLAN_CONTEXT_H_
#define SOCKDRIFT_COMPILER_PLAN_CONTEXT_H_

#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/axes.h"
#include "compiler/compile.h"
#include "compiler/report.h"
#include "compiler/scope.h"
#include "core/plan/operation.h"

namespace sockdrift {

// What can be written under an observation's name.
struct ObservationSource {
  size_t step;  // index into Program::steps
  Operation operation;
};

struct PlanContext {
  explicit PlanContext(Report& the_report) : report(the_report) {}

  Report& report;
  CompiledPlan plan;
  const ClaimBook* claims = nullptr;  // that may be named; null: any
  AxisTable axes;
  Scope scope;
  Scope processes = Scope("has ended");  // names that `fork` makes
  // By index of Program::observations.
  std::vector<std::vector<ObservationSource>> sources;
  // Names that the plan declares and that some step must use.
  std::map<std::string, const YamlNode*> unused_ports;
  std::map<std::string, const YamlNode*> unused_users;
  // Steps that the compiler has written out; places in messages point here.
  std::deque<YamlNode> written_out;

  std::vector<std::string> PortNames() const {
    std::vector<std::string> names;
    for (const PortName& port : plan.program.ports) names.push_back(port.name);
    return names;
  }
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_PLAN_CONTEXT_H_
