#include "agent/supervise/run_via.h"

#include <poll.h>
#include <unistd.h>

#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/os/child_process.h"
#include "agent/os/memory_file.h"
#include "agent/os/pipe.h"
#include "agent/os/unique_fd.h"
#include "agent/supervise/frames.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kTickMs = 50;
// How long a program that was asked to end may take to put things in order.
constexpr std::chrono::seconds kGrace(5);
// How much of a program's last words a message quotes.
constexpr size_t kLastWords = 2000;

// Puts frames to their places.
class Collector {
 public:
  explicit Collector(size_t jobs) {
    result_.results.assign(jobs, absl::UnavailableError("no result came"));
  }

  void Feed(absl::string_view bytes) {
    if (!result_.end.ok()) return;
    reader_.Feed(bytes);
    for (;;) {
      absl::StatusOr<std::optional<Frame>> frame = reader_.Next();
      if (!frame.ok()) return Fail(frame.status());
      if (!frame->has_value()) return;
      const absl::Status taken = Take(**frame);
      if (!taken.ok()) return Fail(taken);
    }
  }

  void Fail(absl::Status status) {
    if (result_.end.ok()) result_.end = std::move(status);
  }

  size_t finished() const { return finished_; }
  std::string WhyCut() const { return reader_.WhyCut(); }

  ViaResult Take() && {
    for (absl::StatusOr<ProbeResult>& result : result_.results) {
      if (result.ok() || result_.end.ok()) continue;
      result = result_.end;
    }
    return std::move(result_);
  }

 private:
  absl::Status Take(const Frame& frame) {
    switch (frame.kind) {
      case FrameKind::kFacts: {
        SOCKDRIFT_ASSIGN_OR_RETURN(result_.facts, DecodeFacts(frame.payload));
        return absl::OkStatus();
      }
      case FrameKind::kResult: {
        SOCKDRIFT_ASSIGN_OR_RETURN(IndexedResult result,
                                   DecodeResult(frame.payload));
        if (result.job >= result_.results.size()) {
          return absl::DataLossError("a result of a job that was never sent");
        }
        result_.results[result.job] = std::move(result.result);
        ++finished_;
        return absl::OkStatus();
      }
      case FrameKind::kEnd:
        return absl::OkStatus();
      case FrameKind::kJob:
        break;
    }
    return absl::DataLossError("a job where results were expected");
  }

  FrameReader reader_;
  ViaResult result_;
  size_t finished_ = 0;
};

class ViaRun {
 public:
  ViaRun(ChildProcess child, UniqueFd out, UniqueFd err,
         const ViaOptions& options, size_t jobs)
      : child_(std::move(child)),
        out_(std::move(out)),
        err_(std::move(err)),
        options_(options),
        jobs_(jobs),
        collector_(jobs) {}

  ViaResult Run() && {
    const Clock::time_point started = Clock::now();
    std::optional<ChildEnd> end;
    for (;;) {
      pollfd ready[] = {{open_ ? out_.get() : -1, POLLIN, 0},
                        {child_.pidfd(), POLLIN, 0}};
      ::poll(ready, std::size(ready), kTickMs);
      // The end is asked for first: what was written before it is then read
      // after it. Its pipes' ends are not waited for, because somebody else
      // may hold them open for good.
      end = child_.Ended();
      TakeOutput();
      if (end.has_value()) return Finish(*end);
      CheckTime(started);
    }
  }

 private:
  void TakeOutput() {
    const size_t before = collector_.finished();
    if (open_) {
      open_ = Drain(
          out_, [this](absl::string_view bytes) { collector_.Feed(bytes); });
    }
    Drain(err_, [this](absl::string_view bytes) {
      words_.append(bytes.data(), bytes.size());
      if (words_.size() > kLastWords) {
        words_.erase(0, words_.size() - kLastWords);
      }
    });
    if (options_.progress && collector_.finished() != before) {
      options_.progress(collector_.finished(), jobs_);
    }
  }

  void CheckTime(Clock::time_point started) {
    if (options_.deadline > absl::ZeroDuration() &&
        absl::FromChrono(Clock::now() - started) >= options_.deadline) {
      collector_.Fail(absl::DeadlineExceededError(
          absl::StrCat("killed at its deadline of ",
                       absl::FormatDuration(options_.deadline))));
      AskToEnd();
    } else if (options_.cancelled && options_.cancelled()) {
      collector_.Fail(absl::CancelledError("cancelled"));
      AskToEnd();
    }
  }

  // It may have a guest or a container to take down.
  void AskToEnd() {
    const Clock::time_point now = Clock::now();
    if (!asked_.has_value()) {
      asked_ = now;
      child_.Terminate();
    } else if (now - *asked_ >= kGrace) {
      child_.Kill();
    }
  }

  ViaResult Finish(const ChildEnd& end) {
    const std::string cut = collector_.WhyCut();
    if (!cut.empty()) {
      std::string how = end.signal != 0
                            ? absl::StrCat("killed by signal ", end.signal)
                            : absl::StrCat("exit code ", end.exit_code);
      const absl::string_view words = absl::StripAsciiWhitespace(words_);
      collector_.Fail(absl::DataLossError(
          absl::StrCat("the probe that was started elsewhere: ", cut, " (", how,
                       words.empty() ? ")" : "); it said: ", words)));
    }
    ViaResult result = std::move(collector_).Take();
    result.exit_code = end.exit_code;
    result.words = std::string(absl::StripAsciiWhitespace(words_));
    return result;
  }

  ChildProcess child_;
  UniqueFd out_;
  UniqueFd err_;
  const ViaOptions& options_;
  size_t jobs_;
  Collector collector_;
  std::string words_;
  std::optional<Clock::time_point> asked_;  // to end
  bool open_ = true;
};

}  // namespace

std::string EncodeJobStream(const std::vector<Job>& jobs) {
  std::string stream(kStreamMagic);
  for (const Job& job : jobs) {
    stream += EncodeFrame(FrameKind::kJob, EncodeJob(job));
  }
  return stream + EncodeFrame(FrameKind::kEnd, "");
}

ViaResult DecodeResultStream(absl::string_view bytes, size_t jobs) {
  Collector collector(jobs);
  collector.Feed(bytes);
  const std::string cut = collector.WhyCut();
  if (!cut.empty()) {
    collector.Fail(absl::DataLossError(absl::StrCat("the probe: ", cut)));
  }
  return std::move(collector).Take();
}

absl::StatusOr<ViaResult> RunVia(const std::vector<std::string>& command,
                                 const std::vector<Job>& jobs,
                                 const ViaOptions& options) {
  if (command.empty()) {
    return absl::InvalidArgumentError("no command to start a probe with");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const UniqueFd input,
                             MakeMemoryFile(EncodeJobStream(jobs)));
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe err, MakePipe());
  SOCKDRIFT_ASSIGN_OR_RETURN(
      ChildProcess child,
      ChildProcess::Start(command, {{input.get(), STDIN_FILENO},
                                    {out.write.get(), STDOUT_FILENO},
                                    {err.write.get(), STDERR_FILENO}}));
  out.write.reset();
  err.write.reset();
  return ViaRun(std::move(child), std::move(out.read), std::move(err.read),
                options, jobs.size())
      .Run();
}

}  // namespace sockdrift
