#include "agent/probe/stream.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <ctime>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/facts/facts.h"
#include "agent/job/tally_memory.h"
#include "agent/os/unique_fd.h"
#include "agent/probe/worker.h"
#include "agent/supervise/conclude.h"
#include "agent/supervise/frames.h"
#include "agent/supervise/standstill.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

using Clock = std::chrono::steady_clock;

absl::StatusOr<UniqueFd> OpenEnd(const std::string& path, int standard,
                                 int flags) {
  UniqueFd fd(path.empty() ? ::fcntl(standard, F_DUPFD_CLOEXEC, 3)
                           : ::open(path.c_str(), flags | O_CLOEXEC, 0644));
  if (!fd.valid()) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("opening ", path.empty() ? "a stream" : path));
  }
  // A serial line would change bytes on their way.
  termios line;
  if (::tcgetattr(fd.get(), &line) == 0) {
    ::cfmakeraw(&line);
    ::tcsetattr(fd.get(), TCSANOW, &line);
  }
  return fd;
}

absl::Status Write(const UniqueFd& fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::write(fd.get(), bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return absl::ErrnoToStatus(errno, "writing results");
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return absl::OkStatus();
}

// One frame more, or nullopt at the end of the input.
absl::StatusOr<std::optional<Frame>> ReadFrame(const UniqueFd& fd,
                                               FrameReader& reader) {
  for (;;) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::optional<Frame> frame, reader.Next());
    if (frame.has_value()) {
      if (frame->kind == FrameKind::kEnd) return std::nullopt;
      return frame;
    }
    char buffer[65536];
    const ssize_t size = ::read(fd.get(), buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return absl::ErrnoToStatus(errno, "reading jobs");
    if (size == 0) {
      const std::string cut = reader.WhyCut();
      if (cut.empty()) return std::nullopt;
      return absl::DataLossError(absl::StrCat("the jobs: ", cut));
    }
    reader.Feed(absl::string_view(buffer, static_cast<size_t>(size)));
  }
}

// Waits for a child's end and kills it when it stands still; SIGCHLD must be
// blocked. The ends of orphans that this process, as init, is given are taken
// on the way.
ChildEnd AwaitChild(pid_t child, const Job& job, const Tally& tally,
                    bool& stood_still) {
  sigset_t ended;
  ::sigemptyset(&ended);
  ::sigaddset(&ended, SIGCHLD);
  Standstill standstill(job);
  for (;;) {
    int status = 0;
    pid_t pid;
    while ((pid = ::waitpid(-1, &status, WNOHANG)) > 0) {
      if (pid != child) continue;
      ::kill(-child, SIGKILL);
      return WIFSIGNALED(status) ? ChildEnd{WTERMSIG(status), 0}
                                 : ChildEnd{0, WEXITSTATUS(status)};
    }
    const timespec tick = {0, 50'000'000};
    ::sigtimedwait(&ended, nullptr, &tick);
    if (!stood_still && standstill.Seen(tally.finished(), Clock::now())) {
      stood_still = true;
      ::kill(-child, SIGKILL);
    }
  }
}

absl::StatusOr<ProbeResult> RunInChild(const Job& job) {
  SOCKDRIFT_ASSIGN_OR_RETURN(TallyMemory memory, TallyMemory::Make(job));
  const Clock::time_point started = Clock::now();
  const pid_t child = ::fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "making a process");
  if (child == 0) {
    ::setpgid(0, 0);
    Work(job, memory.tally());
    ::_exit(0);
  }
  // On both sides, so that neither has to wait for the other.
  ::setpgid(child, child);
  bool stood_still = false;
  const ChildEnd end = AwaitChild(child, job, memory.tally(), stood_still);
  std::optional<Killing> killed;
  if (stood_still) {
    killed = Killing{ProbeEnd::kTimedOut, Standstill(job).Describe()};
  }
  return Conclude(job, memory.tally(), end, killed,
                  absl::FromChrono(Clock::now() - started));
}

// A job that cannot be read is the sender's fault or that of another version:
// its result says so, and others go on.
ProbeResult RunPayload(const std::string& payload) {
  const absl::StatusOr<Job> job = DecodeJob(payload);
  absl::StatusOr<ProbeResult> result =
      job.ok() ? RunInChild(*job) : absl::StatusOr<ProbeResult>(job.status());
  if (result.ok()) return *std::move(result);
  ProbeResult failed;
  failed.end = ProbeEnd::kFailed;
  failed.message = std::string(result.status().message());
  return failed;
}

}  // namespace

absl::Status RunStream(const StreamEnds& ends) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd input,
                             OpenEnd(ends.input, STDIN_FILENO, O_RDONLY));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const UniqueFd output,
      OpenEnd(ends.output, STDOUT_FILENO, O_WRONLY | O_CREAT | O_NOCTTY));
  sigset_t ended;
  ::sigemptyset(&ended);
  ::sigaddset(&ended, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &ended, nullptr);
  SOCKDRIFT_RETURN_IF_ERROR(Write(
      output,
      absl::StrCat(kStreamMagic, EncodeFrame(FrameKind::kFacts,
                                             EncodeFacts(ReadFacts({}))))));
  FrameReader reader;
  for (uint64_t number = 0;; ++number) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::optional<Frame> frame,
                               ReadFrame(input, reader));
    if (!frame.has_value()) break;
    if (frame->kind != FrameKind::kJob) {
      return absl::InvalidArgumentError("the jobs: a frame that is no job");
    }
    const IndexedResult result = {number, RunPayload(frame->payload)};
    SOCKDRIFT_RETURN_IF_ERROR(
        Write(output, EncodeFrame(FrameKind::kResult, EncodeResult(result))));
  }
  return Write(output, EncodeFrame(FrameKind::kEnd, ""));
}

}  // namespace sockdrift
