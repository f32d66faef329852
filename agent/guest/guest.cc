#include "agent/guest/guest.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "agent/guest/command.h"
#include "agent/guest/host_share.h"
#include "agent/guest/machine.h"
#include "agent/guest/port.h"
#include "agent/os/text_file.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

std::vector<std::string> ReadTexts(const char* path) {
  const absl::StatusOr<std::string> bytes = ReadTextFile(path);
  if (!bytes.ok()) return {};
  std::vector<std::string> texts = absl::StrSplit(*bytes, '\0');
  texts.pop_back();  // behind the last zero byte
  return texts;
}

void TakeEnvironment() {
  ::clearenv();
  ::setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  ::setenv("HOME", "/", 1);
  for (std::string& text : ReadTexts(kGuestEnvironment)) {
    const size_t name = text.find('=');
    if (name == std::string::npos) continue;
    ::setenv(text.substr(0, name).c_str(), text.c_str() + name + 1, 1);
  }
}

absl::Status TakeWhatIsShared() {
  if (::access(kGuestNetwork, F_OK) == 0) {
    SOCKDRIFT_RETURN_IF_ERROR(BringHostNetworkUp());
  }
  const absl::StatusOr<std::string> folder = ReadTextFile(kGuestFolder);
  return folder.ok() ? EnterHostFiles(*folder) : absl::OkStatus();
}

}  // namespace

bool IsGuest() { return ::access(kGuestCommand, F_OK) == 0; }

void ServeAsGuest() {
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
  MountFileSystems();
  LoadModules(kGuestModules);
  BringLoopbackUp();
  TakeEnvironment();
  const absl::StatusOr<std::string> line = ReadTextFile(kGuestLine);
  std::optional<Port> port = Port::Open(line.value_or("ttyS1"));
  if (!port.has_value()) {
    std::fprintf(stderr, "sockdrift-probe: the line to the host, %s: %s\n",
                 line.value_or("ttyS1").c_str(), std::strerror(errno));
    return;
  }
  const std::vector<std::string> command = ReadTexts(kGuestCommand);
  utsname name = {};
  ::uname(&name);
  port->Send(LineMessageKind::kUp, name.release);
  port->Flush();
  const absl::Status shared = TakeWhatIsShared();
  if (!shared.ok()) {
    port->Send(LineMessageKind::kFailed, shared.message());
    port->Finish();
    return;
  }
  RunCommand(command, kGuestInput, *port);
}

}  // namespace sockdrift
