#include "agent/worlds/job_world.h"

#include <linux/capability.h>
#include <sched.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "agent/worlds/confinement.h"
#include "agent/worlds/hosts_file.h"
#include "agent/worlds/links.h"
#include "agent/worlds/namespaces.h"
#include "agent/worlds/ports.h"
#include "agent/worlds/pristine.h"
#include "agent/worlds/settings.h"
#include "agent/worlds/syscall_filter.h"
#include "agent/worlds/users.h"
#include "core/base/status_macros.h"
#include "core/net/capability_name.h"
#include "core/plan/world_settings.h"

namespace sockdrift {
namespace {

constexpr CapabilityMask kToRenew =
    MaskOf(CAP_SYS_ADMIN) | MaskOf(CAP_NET_ADMIN);

// A plan's word for "no capability" in an axis of them.
constexpr absl::string_view kNoCapability = "none";

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

CapabilityMask MaskOfNames(absl::Span<const absl::string_view> names) {
  CapabilityMask mask = 0;
  for (const absl::string_view name : names) {
    const std::optional<int> number = CapabilityNumber(name);
    if (number.has_value()) mask |= MaskOf(*number);
  }
  return mask;
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
  if (!job_.netns.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(EnterNetwork(job_.netns));
  }
  const Sysctls wanted =
      job_.world == World::kReplica ? ReadNetworkSysctls() : PristineSysctls();
  SOCKDRIFT_ASSIGN_OR_RETURN(const FreshBy by, EnterFreshNetwork());
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
  SOCKDRIFT_RETURN_IF_ERROR(ApplySettings(job_.program, coordinate, host));
  Sysctls overrides;
  for (const auto& [key, value] : job_.overrides) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::string name, SysctlName(key));
    overrides[name] = value;
  }
  SOCKDRIFT_RETURN_IF_ERROR(RequireSysctls(overrides));
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

CapabilityMask JobWorld::NeededCapabilities() const {
  CapabilityMask needed = 0;
  for (const Scalar& scalar : job_.program.caps) {
    for (const std::optional<std::string>& text : scalar.texts) {
      if (text.has_value()) needed |= MaskOfNames({absl::string_view(*text)});
    }
  }
  if (RenewsNamespaces(job_.program)) needed |= kToRenew;
  if (!job_.program.users.empty()) needed |= kToChangeUser;
  if (HasHosts(job_.program)) needed |= MaskOf(CAP_SYS_ADMIN);
  return needed;
}

absl::Status JobWorld::Confine() {
  SOCKDRIFT_RETURN_IF_ERROR(LimitProcess(notes_));
  const absl::Status yields = job_.background ? YieldToAll() : absl::OkStatus();
  if (!yields.ok()) notes_.push_back(std::string(yields.message()));
  SOCKDRIFT_RETURN_IF_ERROR(
      LimitAsAsked(job_.max_open_files, job_.max_memory_bytes));
  const absl::Status left = LeaveRoot();
  if (!left.ok()) notes_.push_back(std::string(left.message()));
  EndWithParent();
  own_ids_ = EffectiveIds();
  capabilities_.permitted = ReadCapabilities().permitted & NeededCapabilities();
  capabilities_.effective = 0;
  SOCKDRIFT_RETURN_IF_ERROR(SetCapabilities(capabilities_));
  absl::Status filtered = InstallSyscallFilter(AllowedCalls(job_.program));
  if (absl::IsUnavailable(filtered)) {
    notes_.push_back(std::string(filtered.message()));
    return absl::OkStatus();
  }
  return filtered;
}

std::string JobWorld::CannotHaveCaps(absl::Span<const absl::string_view> caps) {
  std::vector<absl::string_view> missing;
  for (const absl::string_view cap : caps) {
    if (cap == kNoCapability) continue;
    if (!CapabilityNumber(cap).has_value()) {
      return absl::StrCat("there is no capability named ", cap);
    }
    if ((capabilities_.permitted & MaskOfNames({cap})) == 0) {
      missing.push_back(cap);
    }
  }
  if (missing.empty()) return "";
  return absl::StrCat("the plan needs ", absl::StrJoin(missing, ", "),
                      ", which this probe was not given");
}

absl::Status JobWorld::UseCaps(absl::Span<const absl::string_view> caps) {
  const CapabilityMask wanted = MaskOfNames(caps);
  if (wanted == capabilities_.effective) return absl::OkStatus();
  CapabilitySets sets = capabilities_;
  sets.effective = wanted;
  SOCKDRIFT_RETURN_IF_ERROR(SetCapabilities(sets));
  capabilities_ = sets;
  return absl::OkStatus();
}

std::string JobWorld::CannotHaveUser(absl::string_view user) {
  const std::optional<Ids> ids = IdsOfUser(user);
  if (!ids.has_value()) return absl::StrCat("there is no user named ", user);
  const auto refuse = [user](absl::string_view why) {
    return absl::StrCat("the plan needs calls made as another user (", user,
                        "), ", why);
  };
  if ((capabilities_.permitted & kToChangeUser) != kToChangeUser) {
    return refuse(
        "which takes CAP_SETUID and CAP_SETGID: run the probe as root");
  }
  if (ids->uid == own_ids_.uid) {
    return refuse(absl::StrCat("whose uid ", ids->uid,
                               " is what this probe runs as: run it as root"));
  }
  const absl::Status tried = UseUser(user);
  const absl::Status back = UseUser("");
  if (tried.ok() && back.ok()) return "";
  return refuse(by_user_namespace_
                    ? std::string("and the user namespace that this probe "
                                  "made for itself has one uid only: run the "
                                  "probe as root with CAP_SYS_ADMIN")
                    : absl::StrCat("and that cannot be: ",
                                   (tried.ok() ? back : tried).message()));
}

absl::Status JobWorld::With(CapabilityMask effective,
                            absl::FunctionRef<absl::Status()> act) {
  SOCKDRIFT_RETURN_IF_ERROR(
      SetCapabilities({.effective = effective & capabilities_.permitted,
                       .permitted = capabilities_.permitted}));
  absl::Status done = act();
  // Whatever came of it, no call under test runs with these.
  SOCKDRIFT_RETURN_IF_ERROR(SetCapabilities(capabilities_));
  return done;
}

absl::Status JobWorld::UseUser(absl::string_view user) {
  const Ids ids = IdsOfUser(user).value_or(own_ids_);
  absl::Status changed =
      With(kToChangeUser, [&] { return SetEffectiveIds(ids); });
  EndWithParent();
  return changed;
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
