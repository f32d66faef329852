// What a program's settings mean for the namespaces that its cells run in.
#ifndef SOCKDRIFT_CORE_PLAN_WORLD_SETTINGS_H_
#define SOCKDRIFT_CORE_PLAN_WORLD_SETTINGS_H_

#include "core/plan/program.h"

namespace sockdrift {

// Whether a setting has other values in other cells.
bool SettingsVary(const Program& program);

// Whether some sysctl is changed in the midst of a cell.
bool ChangesSysctls(const Program& program);

// Whether namespaces are made while cells run: one a cell, or one for each
// combination of the settings' values.
bool RenewsNamespaces(const Program& program);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_WORLD_SETTINGS_H_
