#include "agent/worlds/hosts.h"

#include <fcntl.h>
#include <sched.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {

bool Hosts::Speaks(const Host& host, const std::string& family,
                   absl::Span<const uint16_t> coordinate) const {
  for (const Setting& setting : program_.settings) {
    if (setting.kind != SettingKind::kFamily || setting.host != host.name ||
        setting.key != family) {
      continue;
    }
    return TextAt(setting.value, program_, coordinate) != "no";
  }
  return family == "ipv4" ? host.ipv4 : host.ipv6;
}

absl::Status Hosts::Make(absl::Span<const uint16_t> coordinate,
                         absl::FunctionRef<absl::Status()> fresh,
                         absl::FunctionRef<absl::Status(const Host&)> set_up) {
  std::array<HostFamilies, kJoinedHosts> families;
  for (size_t i = 0; i < kJoinedHosts; ++i) {
    const Host& host = program_.hosts[i];
    families[i].ipv4 = Speaks(host, "ipv4", coordinate);
    families[i].ipv6 = Speaks(host, "ipv6", coordinate);
    SOCKDRIFT_RETURN_IF_ERROR(fresh());
    SOCKDRIFT_RETURN_IF_ERROR(KeepLinksOnOneCpu());
    namespaces_[i] =
        UniqueFd(::open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC));
    if (!namespaces_[i].valid()) {
      return absl::ErrnoToStatus(
          errno, absl::StrCat("keeping the namespace of host ", host.name));
    }
  }
  SOCKDRIFT_RETURN_IF_ERROR(Join(families));
  for (size_t i = kJoinedHosts; i-- > 0;) {
    SOCKDRIFT_RETURN_IF_ERROR(Enter(i));
    SOCKDRIFT_RETURN_IF_ERROR(AwaitHostLink());
    SOCKDRIFT_RETURN_IF_ERROR(SetUpHost(i, families));
    SOCKDRIFT_RETURN_IF_ERROR(set_up(program_.hosts[i]));
  }
  return absl::OkStatus();
}

absl::Status Hosts::Join(
    const std::array<HostFamilies, kJoinedHosts>& families) {
  SOCKDRIFT_RETURN_IF_ERROR(Enter(0));
  SOCKDRIFT_RETURN_IF_ERROR(MakeHostLink(namespaces_[1].get()));
  for (size_t i = 0; i < kJoinedHosts; ++i) {
    SOCKDRIFT_RETURN_IF_ERROR(Enter(i));
    SOCKDRIFT_RETURN_IF_ERROR(StartHostLink(families[i].ipv6));
  }
  return absl::OkStatus();
}

absl::Status Hosts::Enter(size_t host) const {
  if (::setns(namespaces_[host].get(), CLONE_NEWNET) == 0) {
    return absl::OkStatus();
  }
  return absl::ErrnoToStatus(errno,
                             absl::StrCat("entering the namespace of host ",
                                          program_.hosts[host].name));
}

}  // namespace sockdrift
