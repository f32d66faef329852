// What the calls of a job may do, and as whom they are made.
#include <linux/capability.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/worlds/confinement.h"
#include "agent/worlds/job_world.h"
#include "agent/worlds/namespaces.h"
#include "agent/worlds/syscall_filter.h"
#include "agent/worlds/users.h"
#include "core/base/status_macros.h"
#include "core/net/capability_name.h"
#include "core/plan/world_settings.h"

namespace sockdrift {
namespace {

// A plan's word for "no capability" in an axis of them.
constexpr absl::string_view kNoCapability = "none";

CapabilityMask MaskOfNames(absl::Span<const absl::string_view> names) {
  CapabilityMask mask = 0;
  for (const absl::string_view name : names) {
    const std::optional<int> number = CapabilityNumber(name);
    if (number.has_value()) mask |= MaskOf(*number);
  }
  return mask;
}

}  // namespace

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

}  // namespace sockdrift
