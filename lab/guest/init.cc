// The first process of a guest of the lab: brings the machine up as far as
// sockets need it, runs one command and hands back what it wrote and how it
// ended. The guest's memory holds this program, the kernel's few modules and
// the command, and nothing else.
#include <fcntl.h>
#include <signal.h>
#include <sys/reboot.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <vector>

#include "agent/os/unique_fd.h"
#include "lab/guest/command.h"
#include "lab/guest/machine.h"
#include "lab/guest/port.h"

namespace sockdrift::lab {
namespace {

// Texts that each end with a zero byte.
std::vector<std::string> ReadTexts(const char* path) {
  std::vector<std::string> texts(1);
  UniqueFd file(open(path, O_RDONLY | O_CLOEXEC));
  char buffer[4096];
  for (ssize_t got; (got = read(file.get(), buffer, sizeof(buffer))) > 0;) {
    for (ssize_t i = 0; i < got; ++i) {
      if (buffer[i] == '\0') {
        texts.emplace_back();
      } else {
        texts.back().push_back(buffer[i]);
      }
    }
  }
  texts.pop_back();
  return texts;
}

void Serve() {
  MountFileSystems();
  UniqueFd announcements = OpenAnnouncements();
  LoadModules("/lab/modules");
  BringLoopbackUp();
  setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
  setenv("HOME", "/", 1);
  UniqueFd fd = OpenPort(announcements);
  if (!fd.valid()) return;
  Port port(fd.get());
  utsname name = {};
  uname(&name);
  port.Greet(name.release);
  std::vector<std::string> arguments = ReadTexts("/lab/command");
  if (arguments.empty()) {
    port.Send(Frame::kFailed, std::string("the guest was given no command"));
  } else {
    RunCommand(arguments, port);
  }
  port.AwaitHangUp();
}

}  // namespace
}  // namespace sockdrift::lab

int main() {
  if (getpid() != 1) return 2;  // it would switch the machine off
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  sigprocmask(SIG_BLOCK, &child_ended, nullptr);
  signal(SIGPIPE, SIG_IGN);
  sockdrift::lab::Serve();
  sync();
  reboot(RB_POWER_OFF);
  return 1;
}
