#include "cli/boot_audit.h"

#include <unistd.h>

#include <atomic>
#include <climits>
#include <map>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "agent/os/find_probe.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

std::string OwnExecutable() {
  char path[PATH_MAX];
  const ssize_t size = ::readlink("/proc/self/exe", path, sizeof(path));
  return size > 0 ? std::string(path, static_cast<size_t>(size)) : "sockdrift";
}

// How far each of several kernels is, on the one line of a terminal.
class Progress {
 public:
  explicit Progress(Console& console) : console_(console) {}

  void Tell(const std::string& kernel, absl::string_view how_far) {
    const absl::MutexLock lock(&mutex_);
    if (how_far.empty()) {
      lines_.erase(kernel);
    } else {
      lines_[kernel] = std::string(how_far);
    }
    console_.Progress(absl::StrJoin(lines_, "; ", absl::PairFormatter(": ")));
  }

 private:
  absl::Mutex mutex_;
  Console& console_;
  std::map<std::string, std::string> lines_;
};

absl::StatusOr<Audit> AuditKernel(const KernelPlace& kernel,
                                  const std::string& word,
                                  std::vector<CompiledPlan> plans,
                                  const BootAuditSettings& settings,
                                  Progress& progress) {
  AuditSettings audit;
  audit.world = settings.world;
  audit.cells = settings.cells;
  SOCKDRIFT_ASSIGN_OR_RETURN(audit.probe, ProbeFor(kernel, settings.probe));
  audit.launcher.host = kernel.name + settings.host_suffix;
  audit.launcher.command = {OwnExecutable(), "boot", word, "--probe",
                            audit.probe};
  audit.launcher.command.insert(audit.launcher.command.end(),
                                settings.boot_options.begin(),
                                settings.boot_options.end());
  audit.launcher.command.emplace_back("--");
  audit.progress = [&](absl::string_view how_far) {
    progress.Tell(kernel.name, how_far);
  };
  // Everything is told by way of `progress`.
  Console silent(ColorWhen::kNever);
  return RunAudit(std::move(plans), audit, silent);
}

}  // namespace

absl::StatusOr<std::string> ProbeFor(const KernelPlace& kernel,
                                     const std::string& wanted) {
  if (kernel.arch == kArchHere) return FindProbe(wanted);
  return FindForeignProbe(wanted,
                          kernel.arch == Arch::kArm64 ? "arm64" : "amd64");
}

std::vector<BootedAudit> AuditKernels(const std::vector<KernelPlace>& kernels,
                                      const std::vector<std::string>& words,
                                      const std::vector<CompiledPlan>& plans,
                                      const BootAuditSettings& settings,
                                      Console& console) {
  std::vector<BootedAudit> audits;
  for (const KernelPlace& kernel : kernels) {
    audits.push_back({kernel, absl::UnavailableError("it was not booted")});
  }
  Progress progress(console);
  std::atomic<size_t> next = 0;
  const auto work = [&] {
    for (size_t i; (i = next.fetch_add(1)) < kernels.size();) {
      audits[i].audit =
          AuditKernel(kernels[i], words[i], plans, settings, progress);
    }
  };
  std::vector<std::thread> workers;
  const size_t parallel = static_cast<size_t>(settings.parallel);
  for (size_t i = 1; i < std::min(parallel, kernels.size()); ++i) {
    workers.emplace_back(work);
  }
  work();
  for (std::thread& worker : workers) worker.join();
  console.Progress("");
  return audits;
}

}  // namespace sockdrift
