#include "agent/worlds/job_world.h"

#include <linux/capability.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/worlds/hosts_file.h"
#include "agent/worlds/links.h"
#include "agent/worlds/namespaces.h"
#include "agent/worlds/ports.h"
#include "agent/worlds/pristine.h"
#include "agent/worlds/root_cgroup.h"
#include "agent/worlds/settings.h"
#include "agent/worlds/sysctl_scope.h"
#include "core/base/status_macros.h"
#include "core/plan/world_settings.h"

namespace sockdrift {
namespace {

std::string Dotted(const std::string& name) {
  return absl::StrReplaceAll(name, {{"/", "."}});
}

std::string Describe(const SysctlMiss& miss) {
  return absl::StrCat(Dotted(miss.name), ": wanted ", miss.wanted, ", got ",
                      miss.got, miss.why.empty() ? "" : " (", miss.why,
                      miss.why.empty() ? "" : ")");
}

// Those of the whole machine are absent from every fresh namespace, and rightly
// so; these from a user namespace's.
bool HiddenFromUserNamespaces(const std::string& name) {
  return absl::StartsWith(name, "net/ipv6/route/") ||
         absl::StartsWith(name, "net/core/xfrm_");
}

absl::Status Refused(const Job& job, absl::string_view why) {
  return absl::FailedPreconditionError(
      absl::StrCat("world ", WorldName(job.world), " cannot be had: ", why));
}

}  // namespace

absl::StatusOr<std::unique_ptr<JobWorld>> JobWorld::Enter(const Job& job) {
  std::unique_ptr<JobWorld> world(new JobWorld(job));
  absl::Status entered =
      IsFresh(job.world) ? world->EnterFresh() : world->EnterOwn();
  if (!entered.ok()) return Refused(job, std::string(entered.message()));
  world->capabilities_ = ReadCapabilities();
  return world;
}

absl::Status JobWorld::EnterFresh() {
  // While this process has the rights that it was started with.
  if (job_.root_cgroup) SOCKDRIFT_RETURN_IF_ERROR(EnterRootCgroup());
  if (!job_.netns.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(EnterNetwork(job_.netns));
  }
  const Sysctls wanted =
      job_.world == World::kReplica ? ReadNetworkSysctls() : PristineSysctls();
  const SysctlScope scope;
  SOCKDRIFT_ASSIGN_OR_RETURN(const FreshBy by, EnterFreshNetwork());
  if (scope.IsSharedWithFormer()) {
    sysctl_owner_ = SysctlOwner::kFirstNamespace;
  }
  by_user_namespace_ = by == FreshBy::kUserNamespace;
  SOCKDRIFT_RETURN_IF_ERROR(SetLinkUp("lo"));
  return CopyInto(wanted);
}

absl::Status JobWorld::CopyInto(const Sysctls& wanted) {
  SysctlCopy copy = WriteSysctls(wanted);
  for (const SysctlMiss& miss : copy.missed) {
    if (miss.error == EROFS) {
      return absl::FailedPreconditionError(
          absl::StrCat(Describe(miss),
                       ": /proc/sys is mounted read-only, as in an ordinary "
                       "container; mount it writable, or use world own"));
    }
    notes_.push_back(Describe(miss));
  }
  const auto hidden = std::count_if(copy.absent.begin(), copy.absent.end(),
                                    HiddenFromUserNamespaces);
  if (by_user_namespace_ && hidden > 0) {
    notes_.push_back(absl::StrCat(
        hidden,
        " sysctls of routes and IPsec keep the kernel's defaults: a "
        "user namespace hides them"));
  }
  base_sysctls_ = std::move(copy.written);
  return absl::OkStatus();
}

absl::Status JobWorld::EnterOwn() {
  if (job_.root_cgroup) {
    return absl::FailedPreconditionError(
        "nobody leaves the host's cgroup in it; that needs replica or "
        "pristine");
  }
  if (!job_.overrides.empty()) {
    return absl::FailedPreconditionError(
        "no sysctl is changed in it; overrides need replica or pristine");
  }
  if (!job_.netns.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(EnterNetwork(job_.netns));
  }
  const bool initial = InInitialNetwork();
  if (job_.world == World::kHost && !initial) {
    return absl::FailedPreconditionError(
        "this is not the host's initial network namespace; start it there, or "
        "use world own");
  }
  if (job_.world == World::kOwn && initial) {
    notes_.push_back("own is the host's initial network namespace here");
  }
  ReadPorts();
  ports_.in_use = ReadPortsInUse();
  return absl::OkStatus();
}

absl::Status JobWorld::SetUp() {
  const std::string cannot = CannotSetUp(job_.program, job_.world);
  if (!cannot.empty()) return absl::FailedPreconditionError(cannot);
  if (!IsFresh(job_.world)) return absl::OkStatus();
  if (sysctl_owner_ == SysctlOwner::kFirstNamespace &&
      ChangesSysctls(job_.program)) {
    return absl::FailedPreconditionError(
        "the plan changes a sysctl in the midst of a cell, and all network "
        "namespaces of this kernel show those of the first one");
  }
  if (LooksNamesUp(job_.program)) SOCKDRIFT_RETURN_IF_ERROR(MakePrivateEtc());
  // Settings that vary are applied when the namespace for them is made.
  if (SettingsVary(job_.program)) {
    ReadPorts();
    return absl::OkStatus();
  }
  return HasHosts(job_.program) ? MakeHosts({}) : ApplyPlan({}, "");
}

absl::Status JobWorld::ApplyPlan(absl::Span<const uint16_t> coordinate,
                                 const std::string& host) {
  SOCKDRIFT_RETURN_IF_ERROR(
      ApplySettings(job_.program, coordinate, host, sysctl_owner_));
  Sysctls overrides;
  for (const auto& [key, value] : job_.overrides) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::string name, SysctlName(key));
    overrides[name] = value;
  }
  SOCKDRIFT_RETURN_IF_ERROR(RequireSysctls(overrides, sysctl_owner_));
  ReadPorts();
  if (!LooksNamesUp(job_.program)) return absl::OkStatus();
  return ShowNames(HostsFile(job_.program, coordinate, host));
}

absl::Status JobWorld::ShowNames(const std::string& hosts_file) {
  if (hosts_file == shown_names_) return absl::OkStatus();
  SOCKDRIFT_RETURN_IF_ERROR(WriteHostsFile(hosts_file));
  shown_names_ = hosts_file;
  return absl::OkStatus();
}

void JobWorld::ReadPorts() {
  std::vector<uint16_t> in_use = std::move(ports_.in_use);
  ports_ = ReadPortRules();
  ports_.in_use = std::move(in_use);
  if (!IsFresh(job_.world)) {
    ports_.first = job_.first_port;
    ports_.last = job_.last_port;
  }
}

absl::Status JobWorld::RenewFor(absl::Span<const uint16_t> coordinate) {
  return With(kToRenew, [&] { return MakeAnother(coordinate); });
}

template <typename Change>
int JobWorld::AsAdministrator(Change change) {
  CapabilitySets sets = capabilities_;
  sets.effective |= MaskOf(CAP_NET_ADMIN);
  if (!SetCapabilities(sets).ok()) return -EPERM;
  const int error = change();
  // Calls under test must not run with more than the plan says.
  if (!SetCapabilities(capabilities_).ok()) ::abort();
  return -error;
}

int JobWorld::ChangeSysctl(const std::string& key, const std::string& value) {
  const absl::StatusOr<std::string> name = SysctlName(key);
  if (!name.ok()) return -ENOENT;
  const int result =
      AsAdministrator([&] { return TryWriteSysctl(*name, value); });
  ReadPorts();
  return result;
}

int JobWorld::ChangeAddress(const std::string& link, const std::string& address,
                            bool add) {
  return AsAdministrator(
      [&] { return sockdrift::ChangeAddress(link, address, add); });
}

int JobWorld::ChangeLink(const std::string& link, bool up) {
  return AsAdministrator([&] { return sockdrift::ChangeLink(link, up); });
}

absl::Status JobWorld::MakeAnother(absl::Span<const uint16_t> coordinate) {
  if (HasHosts(job_.program)) return MakeHosts(coordinate);
  SOCKDRIFT_RETURN_IF_ERROR(LeaveForFresh());
  return ApplyPlan(coordinate, "");
}

absl::Status JobWorld::LeaveForFresh() {
  if (::unshare(CLONE_NEWNET) != 0) {
    return absl::ErrnoToStatus(errno, "making a network namespace");
  }
  SOCKDRIFT_RETURN_IF_ERROR(SetLinkUp("lo"));
  for (const auto& [name, value] : base_sysctls_) {
    SOCKDRIFT_RETURN_IF_ERROR(WriteSysctl(name, value));
  }
  return absl::OkStatus();
}

absl::Status JobWorld::MakeHosts(absl::Span<const uint16_t> coordinate) {
  std::vector<PortRules> rules;
  const auto set_up = [&](const Host& host) -> absl::Status {
    SOCKDRIFT_RETURN_IF_ERROR(ApplyPlan(coordinate, host.name));
    rules.push_back(ports_);
    return absl::OkStatus();
  };
  SOCKDRIFT_RETURN_IF_ERROR(hosts_.Make(
      coordinate, [this] { return LeaveForFresh(); }, set_up));
  host_names_.clear();
  for (const Host& host : job_.program.hosts) {
    host_names_.push_back(HostsFile(job_.program, coordinate, host.name));
  }
  ports_ = RulesOfBoth(rules[0], rules[1]);
  return absl::OkStatus();
}

absl::Status JobWorld::UseHost(size_t host) {
  absl::Status entered =
      With(MaskOf(CAP_SYS_ADMIN), [&] { return hosts_.Enter(host); });
  if (!entered.ok() || !LooksNamesUp(job_.program)) return entered;
  return ShowNames(host_names_[host]);
}

}  // namespace sockdrift
