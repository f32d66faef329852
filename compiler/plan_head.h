// What stands before a plan's axes and steps: its name and prose, how it runs,
// capabilities, users, hosts, ports and what its world gets.
#ifndef SOCKDRIFT_COMPILER_PLAN_HEAD_H_
#define SOCKDRIFT_COMPILER_PLAN_HEAD_H_

#include "compiler/map_reader.h"
#include "compiler/plan_context.h"

namespace sockdrift {

// Needs the axes: capabilities and settings may use them.
void ReadPlanHead(MapReader& plan, PlanContext& context);

// `world:` and `hosts:`.
void ReadHosts(const YamlNode* hosts, PlanContext& context);
void ReadWorld(const YamlNode& world, const std::string& host,
               PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_PLAN_HEAD_H_
