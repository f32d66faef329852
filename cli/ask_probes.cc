#include "cli/ask_probes.h"

#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "agent/facts/facts.h"
#include "agent/os/find_probe.h"
#include "agent/supervise/run_via.h"
#include "cli/interrupt.h"
#include "core/base/status_macros.h"
#include "core/divergence/render.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

std::string HostName() {
  char name[256] = {};
  if (gethostname(name, sizeof(name) - 1) != 0) return "localhost";
  return name;
}

// A job of which nothing came back: every cell is MISS.
ProbeResult NothingOf(const Job& job, const absl::Status& why) {
  const size_t cells = CellSpace(job.program).size();
  ProbeResult result;
  result.end = ProbeEnd::kFailed;
  result.message = std::string(why.message());
  result.record.reasons = {result.message.empty() ? "no answer came"
                                                  : result.message};
  result.record.status.assign(cells, CellStatus::kMiss);
  result.record.reason.assign(cells, 1);
  result.record.columns.assign(job.program.observations.size(),
                               std::vector<uint32_t>(cells, kNotObserved));
  return result;
}

void Tell(const AuditSettings& settings, Console& console,
          absl::string_view how_far) {
  settings.progress ? settings.progress(how_far) : console.Progress(how_far);
}

std::string SecondsSince(absl::Time begin) {
  return absl::StrCat(absl::ToInt64Seconds(absl::Now() - begin), " s");
}

std::vector<std::string> CommandOf(const AuditSettings& settings) {
  if (!settings.launcher.command.empty()) return settings.launcher.command;
  // The shell splits the command as its author quoted it.
  return {"/bin/sh", "-c", absl::StrCat("exec ", settings.via, " \"$@\""),
          "sh"};
}

// What a program of ours said on standard error, without its own name.
std::string Words(const ViaResult& via) {
  absl::string_view words = via.words;
  absl::ConsumePrefix(&words, "sockdrift: error: ");
  return std::string(words.empty() ? via.end.message() : words);
}

// The lines of what a program of ours said that are no errors of its own.
std::vector<std::string> Remarks(absl::string_view words) {
  std::vector<std::string> remarks;
  for (absl::string_view line : absl::StrSplit(words, '\n')) {
    if (absl::ConsumePrefix(&line, "sockdrift: ") &&
        !absl::StartsWith(line, "error: ")) {
      remarks.emplace_back(line);
    }
  }
  return remarks;
}

std::string FirstLine(absl::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

absl::Status NoAnswer(const AuditSettings& settings, const ViaResult& via,
                      const std::string& probe) {
  if (!settings.launcher.command.empty()) {
    const bool misused = via.exit_code == static_cast<int>(ExitCode::kInvalid);
    return absl::Status(misused ? absl::StatusCode::kInvalidArgument
                                : absl::StatusCode::kUnavailable,
                        Words(via));
  }
  return absl::UnavailableError(
      absl::StrCat("--via '", settings.via, "' gave no answer: ",
                   std::string(via.end.message()), "\n  it must start ", probe,
                   " --stream, with standard input and output carried over"));
}

}  // namespace

absl::StatusOr<ProbeAnswers> AskHere(const std::vector<Job>& jobs,
                                     const AuditSettings& settings,
                                     Console& console) {
  ProbeAnswers answers;
  answers.host = HostName();
  if (settings.netns.empty()) {
    answers.facts = ReadFacts(FactsOptions{});
  } else {
    SOCKDRIFT_ASSIGN_OR_RETURN(answers.facts, ReadFactsIn(settings.netns));
  }
  const absl::Time begin = absl::Now();
  size_t ended = 0;
  SuperviseOptions options;
  options.probe = settings.probe;
  options.cancelled = Interrupted;
  options.progress = [&](uint64_t finished, uint64_t total) {
    Tell(settings, console,
         absl::StrCat(total == 0 ? 100 : 100 * finished / total, "% of ",
                      WithCommas(total), " cell runs, ", ended, " of ",
                      jobs.size(), " plans, ", SecondsSince(begin)));
  };
  std::vector<absl::StatusOr<ProbeResult>> results =
      RunJobs(jobs, options, settings.parallel,
              [&](size_t, const absl::StatusOr<ProbeResult>&) { ++ended; });
  for (absl::StatusOr<ProbeResult>& result : results) {
    SOCKDRIFT_ASSIGN_OR_RETURN(ProbeResult taken, std::move(result));
    answers.results.push_back(std::move(taken));
  }
  return answers;
}

absl::StatusOr<ProbeAnswers> AskElsewhere(const std::vector<Job>& jobs,
                                          const AuditSettings& settings,
                                          Console& console) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string probe,
                             FindProbe(settings.probe));
  const absl::Time begin = absl::Now();
  ViaOptions options;
  options.cancelled = Interrupted;
  options.progress = [&](size_t finished, size_t total) {
    Tell(
        settings, console,
        absl::StrCat(finished, " of ", total, " plans, ", SecondsSince(begin)));
  };
  std::vector<std::string> command = CommandOf(settings);
  command.insert(command.end(), {probe, "--stream"});
  SOCKDRIFT_ASSIGN_OR_RETURN(ViaResult via, RunVia(command, jobs, options));
  if (via.facts.empty() && !via.end.ok()) {
    return NoAnswer(settings, via, probe);
  }
  ProbeAnswers answers;
  const bool launched = !settings.launcher.command.empty();
  answers.host = launched ? settings.launcher.host : settings.via;
  if (launched && !via.end.ok()) {
    answers.trouble = Words(via);
    via.end = absl::Status(via.end.code(), FirstLine(answers.trouble));
  }
  if (launched) answers.remarks = Remarks(via.words);
  answers.facts = std::move(via.facts);
  for (size_t i = 0; i < jobs.size(); ++i) {
    answers.results.push_back(
        via.results[i].ok()
            ? *std::move(via.results[i])
            : NothingOf(jobs[i],
                        via.end.ok() ? via.results[i].status() : via.end));
  }
  return answers;
}

}  // namespace sockdrift
