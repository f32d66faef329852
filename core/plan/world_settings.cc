#include "core/plan/world_settings.h"

#include <algorithm>

namespace sockdrift {

bool SettingsVary(const Program& program) {
  return std::any_of(
      program.settings.begin(), program.settings.end(),
      [](const Setting& setting) { return !setting.value.constant(); });
}

bool ChangesSysctls(const Program& program) {
  return std::any_of(
      program.steps.begin(), program.steps.end(),
      [](const Step& step) { return step.operation == Operation::kSysctl; });
}

bool RenewsNamespaces(const Program& program) {
  return program.isolation == Isolation::kCell || SettingsVary(program);
}

}  // namespace sockdrift
