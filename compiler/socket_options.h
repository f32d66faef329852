// `options:` of a socket step: a map of options, an axis of named rows, or a
// list of these, set in order right after the socket is made.
#ifndef SOCKDRIFT_COMPILER_SOCKET_OPTIONS_H_
#define SOCKDRIFT_COMPILER_SOCKET_OPTIONS_H_

#include <vector>

#include "compiler/plan_context.h"
#include "compiler/yaml_tree.h"
#include "core/plan/program.h"

namespace sockdrift {

// The setsockopt steps that follow `socket`; each is guarded so that it is
// made in the cells in which the option has a value.
std::vector<Step> ReadSocketOptions(const YamlNode& options, const Step& socket,
                                    PlanContext& context);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_SOCKET_OPTIONS_H_
