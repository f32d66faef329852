#include "agent/worlds/hosts_file.h"

#include <fcntl.h>
#include <nss.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "agent/os/unique_fd.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

constexpr char kHostsPath[] = "/etc/hosts";
// Without it the C library stops at a name's first line (host.conf(5)).
constexpr char kHostConfPath[] = "/etc/host.conf";
constexpr absl::string_view kHostConf = "multi on\n";

absl::Status Refused(absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("the plan looks names up in a hosts file of its own, and ",
                   what, " was refused (", std::strerror(errno), ")"));
}

absl::Status WriteAnew(const char* path, absl::string_view text) {
  const UniqueFd fd(
      ::open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (!fd.valid() || ::write(fd.get(), text.data(), text.size()) !=
                         static_cast<ssize_t>(text.size())) {
    return absl::ErrnoToStatus(errno, absl::StrCat("writing ", path));
  }
  return absl::OkStatus();
}

}  // namespace

bool LooksNamesUp(const Program& program) {
  return std::any_of(
      program.steps.begin(), program.steps.end(),
      [](const Step& step) { return step.operation == Operation::kResolve; });
}

std::string HostsFile(const Program& program,
                      absl::Span<const uint16_t> coordinate,
                      absl::string_view host) {
  std::string text;
  for (const Setting& setting : program.settings) {
    if (setting.kind != SettingKind::kName || setting.host != host) continue;
    const std::optional<std::string>& address =
        TextAt(setting.value, program, coordinate);
    if (!address.has_value()) continue;
    absl::StrAppend(&text, *address, " ", setting.key, "\n");
  }
  return text;
}

absl::Status MakePrivateEtc() {
  if (::unshare(CLONE_NEWNS) != 0) return Refused("a mount namespace");
  if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) {
    return Refused("keeping mounts to itself");
  }
  if (::mount("tmpfs", "/etc", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC,
              "size=1m,mode=0755") != 0) {
    return Refused("a file system on /etc");
  }
  SOCKDRIFT_RETURN_IF_ERROR(WriteAnew(kHostConfPath, kHostConf));
  SOCKDRIFT_RETURN_IF_ERROR(WriteAnew(kHostsPath, ""));
  // The probe may have another uid by the time it writes it.
  if (::chmod(kHostsPath, 0666) != 0) return Refused("its file's mode");
  if (::__nss_configure_lookup("hosts", "files") != 0) {
    return Refused("the C library's service \"files\"");
  }
  return absl::OkStatus();
}

absl::Status WriteHostsFile(absl::string_view text) {
  return WriteAnew(kHostsPath, text);
}

}  // namespace sockdrift
