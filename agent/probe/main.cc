// sockdrift-probe: runs plans of socket calls in a world of its own. Small,
// static and with one thread, because it makes namespaces and forks.

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/guest/guest.h"
#include "agent/job/tally_memory.h"
#include "agent/os/memory_file.h"
#include "agent/probe/boot.h"
#include "agent/probe/stream.h"
#include "agent/probe/worker.h"
#include "agent/worlds/trial.h"
#include "core/plan/world.h"

namespace sockdrift {
namespace {

constexpr int kUsageError = 2;
constexpr int kOwnFault = 5;
constexpr size_t kMaxJobBytes = size_t{256} << 20;

constexpr char kHelp[] =
    R"(sockdrift-probe: runs plans of socket calls in a world of its own.

It is started by sockdrift and sockdrift-agent; by hand it is of use with
--stream, where the host under test is a container or a virtual machine.

  sockdrift-probe --stream [--input FILE] [--output FILE]
      Reads jobs from standard input (or FILE) until its end, runs each in a
      process of its own and writes the facts of this kernel and the results
      to standard output (or FILE).
  sockdrift-probe --try WORLD
      Makes the world (replica, pristine, own or host) and ends. Exit code 0
      when it can be had, else 1 and the reason on standard output.
  sockdrift-probe --job-fd N --tally-fd M
      Runs the job in memory file N and notes what it sees in memory file M.
  sockdrift-probe --version
  sockdrift-probe --help

As process 1 (the init of a virtual machine) it mounts /proc, /sys and /dev
and powers the machine off at its end. In a machine that 'sockdrift boot' made
it runs the command that it was booted for.
)";

struct Arguments {
  bool stream = false;
  bool help = false;
  bool version = false;
  int job_fd = -1;
  int tally_fd = -1;
  std::string input;
  std::string output;
  std::string world;
};

// A sentence about what is wrong; empty when nothing is.
std::string Parse(const std::vector<std::string>& words, Arguments& parsed) {
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--stream") {
      parsed.stream = true;
    } else if (word == "--help" || word == "-h") {
      parsed.help = true;
    } else if (word == "--version") {
      parsed.version = true;
    } else if (word == "--job-fd" || word == "--tally-fd" ||
               word == "--input" || word == "--output" || word == "--try") {
      if (++i == words.size()) return absl::StrCat(word, " needs a value");
      int number = -1;
      if (word == "--input") {
        parsed.input = words[i];
      } else if (word == "--output") {
        parsed.output = words[i];
      } else if (word == "--try") {
        parsed.world = words[i];
      } else if (!absl::SimpleAtoi(words[i], &number) || number < 0) {
        return absl::StrCat(word, ": \"", words[i], "\" is no descriptor");
      } else {
        (word == "--job-fd" ? parsed.job_fd : parsed.tally_fd) = number;
      }
    } else {
      return absl::StrCat("unknown argument ", word);
    }
  }
  const bool worker = parsed.job_fd >= 0 && parsed.tally_fd >= 0;
  if ((parsed.job_fd >= 0) != (parsed.tally_fd >= 0)) {
    return "--job-fd and --tally-fd go together";
  }
  const int modes = (parsed.stream ? 1 : 0) + (worker ? 1 : 0) +
                    (parsed.world.empty() ? 0 : 1);
  if (modes != 1 && !parsed.help && !parsed.version) {
    return "one of --stream, --try and --job-fd is needed";
  }
  return "";
}

int Complain(absl::string_view what) {
  std::fprintf(stderr, "sockdrift-probe: %s\n", std::string(what).c_str());
  return kOwnFault;
}

int RunWorker(const Arguments& arguments) {
  absl::StatusOr<TallyMemory> memory =
      TallyMemory::Open(UniqueFd(arguments.tally_fd));
  if (!memory.ok()) return Complain(memory.status().message());
  const UniqueFd file(arguments.job_fd);
  const absl::StatusOr<std::string> bytes = ReadAll(file.get(), kMaxJobBytes);
  const absl::StatusOr<Job> job =
      bytes.ok() ? DecodeJob(*bytes) : absl::StatusOr<Job>(bytes.status());
  if (!job.ok()) {
    memory->tally().SetPhase(TallyPhase::kFailed,
                             std::string(job.status().message()));
    return kOwnFault;
  }
  Work(*job, memory->tally());
  return 0;
}

int RunTrial(const std::string& name) {
  const absl::StatusOr<World> world = ParseWorld(name);
  if (!world.ok()) {
    Complain(world.status().message());
    return kUsageError;
  }
  const WorldTrial trial = TryWorld(*world);
  const std::string text = EncodeTrial(trial);
  // By then the filter leaves standard output's buffer no way out but this.
  const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
  return trial.refused.empty() && written > 0 ? 0 : 1;
}

int Run(const Arguments& arguments) {
  if (arguments.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (arguments.version) {
    std::puts("sockdrift-probe " SOCKDRIFT_VERSION);
    return 0;
  }
  if (!arguments.world.empty()) return RunTrial(arguments.world);
  if (!arguments.stream) return RunWorker(arguments);
  const absl::Status streamed =
      RunStream({.input = arguments.input, .output = arguments.output});
  return streamed.ok() ? 0 : Complain(streamed.message());
}

}  // namespace
}  // namespace sockdrift

int main(int argc, char** argv) {
  using namespace sockdrift;
  const bool is_init = ::getpid() == 1;
  if (is_init && IsGuest()) {
    ServeAsGuest();
    PowerOff();
    return 0;
  }
  if (is_init) MountKernelFiles();
  Arguments arguments;
  const std::string wrong =
      Parse(std::vector<std::string>(argv + 1, argv + argc), arguments);
  int exit_code = 0;
  if (wrong.empty()) {
    exit_code = Run(arguments);
  } else {
    std::fprintf(stderr, "sockdrift-probe: %s\n%s", wrong.c_str(), kHelp);
    exit_code = kUsageError;
  }
  std::fflush(stdout);
  if (is_init) PowerOff();
  // What the seccomp filter of a worker leaves is just enough to end.
  ::_exit(exit_code);
}
