#include "cli/ask_probes.h"

#include <unistd.h>

#include "absl/strings/str_cat.h"
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

std::string SecondsSince(absl::Time begin) {
  return absl::StrCat(absl::ToInt64Seconds(absl::Now() - begin), " s");
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
    console.Progress(absl::StrCat(total == 0 ? 100 : 100 * finished / total,
                                  "% of ", WithCommas(total), " cell runs, ",
                                  ended, " of ", jobs.size(), " plans, ",
                                  SecondsSince(begin)));
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
    console.Progress(
        absl::StrCat(finished, " of ", total, " plans, ", SecondsSince(begin)));
  };
  // The shell splits the command as its author quoted it.
  SOCKDRIFT_ASSIGN_OR_RETURN(
      ViaResult via,
      RunVia({"/bin/sh", "-c", absl::StrCat("exec ", settings.via, " \"$@\""),
              "sh", probe, "--stream"},
             jobs, options));
  if (via.facts.empty() && !via.end.ok()) {
    return absl::UnavailableError(absl::StrCat(
        "--via '", settings.via, "' gave no answer: ",
        std::string(via.end.message()), "\n  it must start ", probe,
        " --stream, with standard input and output carried over"));
  }
  ProbeAnswers answers;
  answers.host = settings.via;
  answers.facts = std::move(via.facts);
  for (size_t i = 0; i < jobs.size(); ++i) {
    answers.results.push_back(
        via.results[i].ok() ? *std::move(via.results[i])
                            : NothingOf(jobs[i], via.results[i].status()));
  }
  return answers;
}

}  // namespace sockdrift
