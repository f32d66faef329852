#include "boot/gvisor.h"

#include <poll.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agent/os/child_process.h"
#include "agent/os/pipe.h"
#include "boot/orphans.h"
#include "boot/outlet.h"
#include "boot/state_folder.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

using Clock = std::chrono::steady_clock;

// What runsc itself ends with when it could not run the command.
constexpr int kRunscFailed = 128;

// A pipe from the sandbox and where its bytes go. Never a descriptor of ours
// itself: given a file, runsc writes at offsets of its own.
class Stream {
 public:
  Stream(UniqueFd from, int to) : from_(std::move(from)), to_(to) {}

  int readable_fd() const {
    return from_.valid() && to_.waiting() == 0 ? from_.get() : -1;
  }
  int writable_fd() const { return to_.wanted_fd(); }
  bool empty() const { return to_.waiting() == 0; }
  void Take() {
    const bool open =
        Drain(from_, [this](absl::string_view bytes) { to_.Add(bytes); });
    if (!open) from_.reset();
  }
  bool Write() { return to_.Write(); }

 private:
  UniqueFd from_;
  Outlet to_;
};

class SandboxRun {
 public:
  SandboxRun(ChildProcess child, Stream output, Stream errors, int signals,
             absl::Duration limit)
      : child_(std::move(child)),
        output_(std::move(output)),
        errors_(std::move(errors)),
        signals_(signals),
        deadline_(Clock::now() + absl::ToChronoNanoseconds(limit)) {}

  GuestEnd Run() && {
    std::optional<ChildEnd> end;
    while (!end.has_value() || !output_.empty() || !errors_.empty()) {
      pollfd ready[] = {{output_.readable_fd(), POLLIN, 0},
                        {errors_.readable_fd(), POLLIN, 0},
                        {output_.writable_fd(), POLLOUT, 0},
                        {errors_.writable_fd(), POLLOUT, 0},
                        {end.has_value() ? -1 : child_.pidfd(), POLLIN, 0},
                        {signals_, POLLIN, 0}};
      ::poll(ready, 6, Patience());
      if (ready[5].revents != 0) return Interrupted();
      if ((ready[2].revents != 0 && !output_.Write()) ||
          (ready[3].revents != 0 && !errors_.Write())) {
        return Of(GuestEnd::Kind::kOutputGone);
      }
      // The end is asked for first: what was written before it is read then.
      if (!end.has_value()) end = child_.Ended();
      if (ready[0].revents != 0 || end.has_value()) output_.Take();
      if (ready[1].revents != 0 || end.has_value()) errors_.Take();
      if (!end.has_value() && Clock::now() >= deadline_) {
        return Of(GuestEnd::Kind::kTimedOut);
      }
    }
    return Concluded(*end);
  }

 private:
  int Patience() const {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline_ - Clock::now());
    return static_cast<int>(std::clamp<int64_t>(left.count(), 0, 3'600'000));
  }

  static GuestEnd Of(GuestEnd::Kind kind) {
    GuestEnd end;
    end.kind = kind;
    return end;
  }

  GuestEnd Interrupted() {
    signalfd_siginfo signal = {};
    const ssize_t size = ::read(signals_, &signal, sizeof(signal));
    GuestEnd end = Of(GuestEnd::Kind::kInterrupted);
    if (size == sizeof(signal)) end.status = static_cast<int>(signal.ssi_signo);
    return end;
  }

  static GuestEnd Concluded(const ChildEnd& ended) {
    if (ended.exit_code == kRunscFailed) {
      GuestEnd end = Of(GuestEnd::Kind::kFailed);
      end.message = "runsc could not run the command";
      return end;
    }
    GuestEnd end = Of(GuestEnd::Kind::kExited);
    end.status = ended.signal != 0 ? 128 + ended.signal : ended.exit_code;
    return end;
  }

  ChildProcess child_;
  Stream output_;
  Stream errors_;
  int signals_;
  Clock::time_point deadline_;
};

// What runsc makes for itself in $TMPDIR goes with its state when it is killed;
// the command is given this process's own.
void KeepTemporaryFiles(const StateFolder& state,
                        std::vector<std::string>& words) {
  const char* const own = std::getenv("TMPDIR");
  words.emplace_back("/usr/bin/env");
  if (own != nullptr) {
    words.push_back(absl::StrCat("TMPDIR=", own));
  } else {
    words.insert(words.end(), {"-u", "TMPDIR"});
  }
  ::setenv("TMPDIR", state.path().c_str(), 1);
}

}  // namespace

absl::StatusOr<GuestEnd> RunUnderGvisor(const KernelPlace& runsc,
                                        const std::vector<std::string>& command,
                                        const RelayFds& fds,
                                        absl::Duration limit, bool sockets) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const StateFolder state, StateFolder::Make());
  std::vector<std::string> words = {runsc.image,      "--root",
                                    state.path(),     "--platform=systrap",
                                    "--network=none", "--ignore-cgroups"};
  if (sockets) words.emplace_back("--host-uds=open");
  if (::geteuid() != 0) words.emplace_back("--rootless");
  words.insert(words.end(), {"do", "-quiet"});
  KeepTemporaryFiles(state, words);
  words.insert(words.end(), command.begin(), command.end());
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  // The sandbox and what serves its files end with runsc.
  absl::StatusOr<ChildProcess> child = ChildProcess::Start(
      EndingWithUs(std::move(words)), {{fds.input, STDIN_FILENO},
                                       {out.write.get(), STDOUT_FILENO},
                                       {err.write.get(), STDERR_FILENO}});
  if (!child.ok()) {
    return absl::FailedPreconditionError(child.status().message());
  }
  out.write.reset();
  err.write.reset();
  return SandboxRun(*std::move(child), Stream(std::move(out.read), fds.output),
                    Stream(std::move(err.read), fds.errors), fds.signals, limit)
      .Run();
}

}  // namespace sockdrift
