#include "agent/worlds/confinement.h"

#include <sched.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

constexpr rlim_t kDescriptors = 65536;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// A sanitizer reserves terabytes of it.
constexpr rlim_t kAddressSpace = RLIM_INFINITY;
#else
constexpr rlim_t kAddressSpace = rlim_t{4} << 30;  // bytes
#endif
constexpr rlim_t kCpuSeconds = 3600;

// Lowers a limit; never raises the hard one.
bool LimitTo(__rlimit_resource resource, rlim_t most) {
  rlimit limit;
  if (::getrlimit(resource, &limit) != 0) return false;
  limit.rlim_max = std::min(limit.rlim_max, most);
  limit.rlim_cur = std::min(limit.rlim_cur, limit.rlim_max);
  return ::setrlimit(resource, &limit) == 0;
}

bool RaiseDescriptors() {
  rlimit limit;
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (limit.rlim_max < kDescriptors) {
    const rlimit raised = {kDescriptors, kDescriptors};
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) return true;
  }
  limit.rlim_cur = std::min(limit.rlim_max, kDescriptors);
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

}  // namespace

absl::Status LimitProcess(std::vector<std::string>& notes) {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return absl::ErrnoToStatus(errno, "setting no_new_privs");
  }
  if (!LimitTo(RLIMIT_CORE, 0)) {
    return absl::ErrnoToStatus(errno, "forbidding core files");
  }
  const auto note = [&notes](absl::string_view what) {
    notes.push_back(absl::StrCat(what, ": ", std::strerror(errno)));
  };
  if (!RaiseDescriptors()) note("the limit of descriptors stays as it was");
  if (!LimitTo(RLIMIT_AS, kAddressSpace)) note("memory is not limited");
  if (!LimitTo(RLIMIT_CPU, kCpuSeconds)) note("CPU time is not limited");
  const absl::Status pinned = StayOnOneCpu();
  if (!pinned.ok()) notes.push_back(std::string(pinned.message()));
  return absl::OkStatus();
}

absl::Status YieldToAll() {
  const sched_param idle = {};
  if (::sched_setscheduler(0, SCHED_IDLE, &idle) == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(
      errno, "the probe runs at ordinary priority, SCHED_IDLE was refused");
}

absl::Status LimitAsAsked(uint32_t open_files, uint64_t memory_bytes) {
  if (open_files > 0 && !LimitTo(RLIMIT_NOFILE, open_files)) {
    return absl::ErrnoToStatus(errno, "limiting descriptors");
  }
  if (memory_bytes > 0 && !LimitTo(RLIMIT_AS, memory_bytes)) {
    return absl::ErrnoToStatus(errno, "limiting memory");
  }
  return absl::OkStatus();
}

absl::Status StayOnOneCpu() {
  const int cpu = ::sched_getcpu();
  cpu_set_t one;
  CPU_ZERO(&one);
  if (cpu >= 0 && cpu < CPU_SETSIZE) CPU_SET(cpu, &one);
  if (cpu < 0 || ::sched_setaffinity(0, sizeof(one), &one) != 0) {
    return absl::ErrnoToStatus(errno, "the probe is not kept on one CPU");
  }
  return absl::OkStatus();
}

void EndWithParent() { ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }

}  // namespace sockdrift
