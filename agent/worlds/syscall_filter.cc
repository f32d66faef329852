#include "agent/worlds/syscall_filter.h"

#include <seccomp.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "agent/worlds/hosts.h"
#include "core/base/status_macros.h"
#include "core/net/option_name.h"
#include "core/plan/operation.h"
#include "core/plan/world_settings.h"

namespace sockdrift {
namespace {

using absl::string_view;

// The C library's memory and end, time where it is no vDSO call, the line that
// says why a process aborts.
constexpr string_view kAlways[] = {
    "brk",           "mmap",         "munmap",
    "mremap",        "madvise",      "exit",
    "exit_group",    "rt_sigreturn", "restart_syscall",
    "clock_gettime", "gettimeofday", "clock_nanosleep",
    "nanosleep",     "write",        "writev",
    "futex",         "getrandom",    "rt_sigprocmask",
    "getpid",        "gettid",       "tgkill",
    "poll",          "close",        "sched_yield",
};
// What the engine does between the calls of a plan: fences over sockets of its
// own, unread data thrown away, states looked up, how many descriptors it has.
constexpr string_view kEngine[] = {
    "socket",  "bind",    "getsockname", "getsockopt", "setsockopt",
    "connect", "sendto",  "recvfrom",    "fcntl",      "shutdown",
    "listen",  "accept4", "prlimit64",
};
constexpr string_view kCapabilities[] = {"capset", "capget"};
// Another user's ids, and what a change of ids undoes.
constexpr string_view kUsers[] = {"setresuid", "setresgid", "prctl"};
// A fresh namespace: made, its sysctls written, its links set up.
constexpr string_view kRenew[] = {
    "unshare", "openat",   "read",  "newfstatat", "access",
    "socket",  "recvfrom", "ioctl", "sendto",
};

// The namespaces of a plan's hosts.
constexpr string_view kHosts[] = {"setns"};

// The numbers of links are asked of a socket.
constexpr string_view kLinks[] = {"ioctl"};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
// What a sanitizer's runtime does of its own accord, such as asking a pipe
// whether memory can be read, or writing its report.
constexpr const char* kRuntime[] = {
    "sigaltstack", "pipe2", "pipe",     "read",       "open",       "openat",
    "readlink",    "prctl", "mprotect", "newfstatat", "getdents64", "lseek"};
#else
constexpr std::array<const char*, 0> kRuntime = {};
#endif

// One name of the operation table may be several calls, by architecture and C
// library.
struct Alias {
  string_view name;
  string_view also;
};
constexpr Alias kAliases[] = {
    {"poll", "ppoll"},
    {"accept4", "accept"},
    {"clone", "clone3"},
    {"wait4", "waitid"},
    {"newfstatat", "fstat"},
    {"newfstatat", "statx"},
    {"access", "faccessat"},
    {"fcntl", "fcntl64"},
    {"sendto", "send"},
    {"recvfrom", "recv"},
    {"clock_gettime", "clock_gettime64"},
    {"clock_nanosleep", "clock_nanosleep_time64"},
    {"futex", "futex_time64"},
    {"poll", "ppoll_time64"},
    {"mmap", "mmap2"},
    {"setresuid", "setresuid32"},
    {"setresgid", "setresgid32"},
};

struct Release {
  void operator()(void* context) const { ::seccomp_release(context); }
};

absl::Status Failed(int negative_errno, string_view what) {
  return absl::UnavailableError(absl::StrCat("the seccomp filter: ", what, ": ",
                                             std::strerror(-negative_errno)));
}

absl::Status Allow(void* context, const std::string& name) {
  const int number = ::seccomp_syscall_resolve_name(name.c_str());
  if (number == __NR_SCMP_ERROR) {
    return absl::InternalError(
        absl::StrCat("the seccomp filter: no system call is named ", name));
  }
  // Negative: a call of other architectures.
  if (number < 0) return absl::OkStatus();
  const int error =
      ::seccomp_rule_add(context, SCMP_ACT_ALLOW, number, /*arg_cnt=*/0);
  return error == 0 ? absl::OkStatus() : Failed(error, name);
}

bool AnyText(const Step& step, FieldId id, bool (*is)(const std::string&)) {
  const Scalar* scalar = step.Find(id);
  return scalar != nullptr &&
         std::any_of(scalar->texts.begin(), scalar->texts.end(),
                     [&](const std::optional<std::string>& text) {
                       return text.has_value() && is(*text);
                     });
}

// Whether a link's number must be asked for: the zone of an address, an option
// with a link.
bool NamesLinks(const Step& step) {
  const auto has_zone = [](const std::string& text) {
    return text.find('%') != std::string::npos;
  };
  const auto has_link = [](const std::string& name) {
    const OptionSpec* option = FindOption(name);
    return option != nullptr &&
           (option->kind == OptionKind::kLink ||
            option->kind == OptionKind::kLinkNetworkOrder ||
            option->kind == OptionKind::kMulticastLink);
  };
  return AnyText(step, FieldId::kTo, has_zone) ||
         AnyText(step, FieldId::kName, has_link);
}

}  // namespace

std::set<std::string> AllowedCalls(const Program& program) {
  std::set<std::string> calls;
  const auto allow = [&calls](absl::Span<const string_view> names) {
    for (const string_view name : names) calls.emplace(name);
  };
  allow(kAlways);
  allow(kEngine);
  for (const Step& step : program.steps) {
    allow(SpecOf(step.operation).system_calls);
    if (NamesLinks(step)) allow(kLinks);
  }
  if (!program.caps.empty()) allow(kCapabilities);
  if (!program.users.empty()) {
    allow(kCapabilities);
    allow(kUsers);
  }
  if (HasHosts(program)) {
    allow(kCapabilities);
    allow(kHosts);
  }
  if (RenewsNamespaces(program)) {
    allow(kCapabilities);
    allow(kRenew);
  }
  for (const Alias& alias : kAliases) {
    if (calls.count(std::string(alias.name)) > 0) calls.emplace(alias.also);
  }
  return calls;
}

absl::Status InstallSyscallFilter(const std::set<std::string>& calls) {
  const std::unique_ptr<void, Release> context(
      ::seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (context == nullptr) {
    return absl::UnavailableError(
        "the seccomp filter: this kernel does not offer what it needs");
  }
  // The 32-bit entry points of a 64-bit kernel are other calls: kill there too.
  int error = ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH,
                                 SCMP_ACT_KILL_PROCESS);
  // A tree instead of a list, for kernels that run the filter at every call.
  if (error == 0) {
    error = ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  }
  if (error != 0) return Failed(error, "its attributes");
  for (const std::string& name : calls) {
    SOCKDRIFT_RETURN_IF_ERROR(Allow(context.get(), name));
  }
  for (const char* name : kRuntime) {
    SOCKDRIFT_RETURN_IF_ERROR(Allow(context.get(), name));
  }
  error = ::seccomp_load(context.get());
  return error == 0 ? absl::OkStatus() : Failed(error, "loading it");
}

}  // namespace sockdrift
