#include "agent/worlds/settings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/worlds/hosts.h"
#include "agent/worlds/hosts_file.h"
#include "agent/worlds/link_kinds.h"
#include "agent/worlds/links.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "core/plan/world_settings.h"

namespace sockdrift {

std::string CannotSetUp(const Program& program, World world) {
  if (program.hosts.size() > kJoinedHosts) {
    return absl::StrCat("the plan needs ", program.hosts.size(),
                        " network stacks, and this build joins two");
  }
  if (!IsFresh(world)) {
    if (HasHosts(program)) {
      return absl::StrCat(
          "the plan needs two network stacks of its own, which world ",
          WorldName(world), " is not; run it in replica or pristine");
    }
    if (LooksNamesUp(program)) {
      return absl::StrCat(
          "the plan looks names up in a hosts file of its own, which world ",
          WorldName(world), " has not; run it in replica or pristine");
    }
    if (!program.settings.empty()) {
      return absl::StrCat(
          "the plan changes its namespace, and nothing is "
          "changed in world ",
          WorldName(world), "; run it in replica or pristine");
    }
    if (program.isolation == Isolation::kCell) {
      return absl::StrCat(
          "the plan needs a fresh namespace for each cell, "
          "which world ",
          WorldName(world), " is not");
    }
  }
  return "";
}

namespace {

absl::Status RequireOfFirstNamespace(const Sysctls& wanted) {
  for (const auto& [name, value] : wanted) {
    const absl::StatusOr<std::string> got = ReadSysctl(name);
    if (!got.ok()) {
      return absl::FailedPreconditionError(
          absl::StrCat("there is no sysctl ", name, " here"));
    }
    if (*got == value) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "sysctl ", name, " stays ", *got, " where ", value,
        " is wanted: all network namespaces of this kernel show those of the "
        "first one, and no other's can be changed"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireSysctls(const Sysctls& wanted, SysctlOwner owner) {
  if (owner == SysctlOwner::kFirstNamespace) {
    return RequireOfFirstNamespace(wanted);
  }
  const SysctlCopy copy = WriteSysctls(wanted);
  if (!copy.absent.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("there is no sysctl ", copy.absent.front(), " here"));
  }
  // A setting of the whole machine is passed over by the copy.
  for (const auto& [name, value] : wanted) {
    const std::string got = ReadSysctl(name).value_or("unreadable");
    if (got == value) continue;
    std::string why = "it belongs to the whole machine";
    for (const SysctlMiss& miss : copy.missed) {
      if (miss.name == name) {
        why = miss.why.empty() ? "the kernel keeps another value" : miss.why;
      }
    }
    return absl::FailedPreconditionError(
        absl::StrCat("sysctl ", name, " stays ", got, " where ", value,
                     " is wanted: ", why));
  }
  return absl::OkStatus();
}

absl::Status ApplySettings(const Program& program,
                           absl::Span<const uint16_t> coordinate,
                           absl::string_view host, SysctlOwner owner) {
  const auto each = [&](SettingKind kind, const auto& apply) -> absl::Status {
    for (const Setting& setting : program.settings) {
      if (setting.kind != kind || setting.host != host) continue;
      const std::optional<std::string>& value =
          TextAt(setting.value, program, coordinate);
      if (value.has_value()) {
        SOCKDRIFT_RETURN_IF_ERROR(apply(setting.key, *value));
      }
    }
    return absl::OkStatus();
  };
  // A sysctl may be a link's, and must stand before the link has addresses.
  SOCKDRIFT_RETURN_IF_ERROR(each(SettingKind::kLink, AddLink));
  SOCKDRIFT_RETURN_IF_ERROR(each(SettingKind::kLink, RaiseLink));
  Sysctls sysctls;
  SOCKDRIFT_RETURN_IF_ERROR(each(
      SettingKind::kSysctl,
      [&sysctls](const std::string& key,
                 const std::string& value) -> absl::Status {
        SOCKDRIFT_ASSIGN_OR_RETURN(const std::string name, SysctlName(key));
        sysctls[name] = value;
        return absl::OkStatus();
      }));
  SOCKDRIFT_RETURN_IF_ERROR(RequireSysctls(sysctls, owner));
  return each(SettingKind::kAddress, AddAddress);
}

}  // namespace sockdrift
