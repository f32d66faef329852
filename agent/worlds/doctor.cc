#include "agent/worlds/doctor.h"

#include <linux/capability.h>
#include <poll.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/os/child_process.h"
#include "agent/os/find_probe.h"
#include "agent/os/pipe.h"
#include "agent/worlds/trial.h"
#include "agent/worlds/users.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// Much more than making a world takes where a hundred agents start at once on
// two cores: a trial that is given up costs the host its world.
constexpr int kPatienceMs = 120'000;

struct NeededBySome {
  int number;
  absl::string_view name;
};
// What plans of the catalogue ask for with `caps`.
constexpr NeededBySome kNeededBySome[] = {
    {CAP_NET_BIND_SERVICE, "CAP_NET_BIND_SERVICE"},
    {CAP_NET_RAW, "CAP_NET_RAW"},
    {CAP_NET_ADMIN, "CAP_NET_ADMIN"},
};

absl::StatusOr<WorldTrial> Try(const std::string& probe, World world) {
  SOCKDRIFT_ASSIGN_OR_RETURN(Pipe out, MakePipe());
  SOCKDRIFT_ASSIGN_OR_RETURN(
      ChildProcess child,
      ChildProcess::Start({probe, "--try", std::string(WorldName(world))},
                          {{out.write.get(), STDOUT_FILENO}}));
  pollfd ended = {child.pidfd(), POLLIN, 0};
  ::poll(&ended, 1, kPatienceMs);
  const std::optional<ChildEnd> end = child.Ended();
  if (!end.has_value()) {
    return absl::DeadlineExceededError(
        "a probe that tried to make it hung and was killed");
  }
  if (end->signal != 0) {
    return absl::InternalError(absl::StrCat(
        "a probe that tried to make it was killed by signal ", end->signal));
  }
  std::string text;
  Drain(out.read, [&text](absl::string_view bytes) {
    text.append(bytes.data(), bytes.size());
  });
  return DecodeTrial(text);
}

std::vector<std::string> LostWithout(World world) {
  switch (world) {
    case World::kReplica:
      return {"audits need another world, named with --world",
              "plans that change their namespace or make several (settings, "
              "links, `isolation: cell`, `hosts`) are SKIP in every world but "
              "pristine"};
    case World::kPristine:
      return {"hosts cannot be compared without their settings"};
    case World::kOwn:
    case World::kHost:
      break;
  }
  return {};
}

std::vector<std::string> CostsOf(World world, const WorldTrial& trial) {
  std::vector<std::string> costs;
  for (const NeededBySome& needed : kNeededBySome) {
    if ((trial.capabilities & MaskOf(needed.number)) != 0) continue;
    costs.push_back(
        absl::StrCat("without ", needed.name, ", cells that need it are SKIP"));
  }
  if ((trial.capabilities & kToChangeUser) != kToChangeUser) {
    costs.push_back(
        "without CAP_SETUID and CAP_SETGID, cells with calls of other users "
        "are SKIP");
  } else if (trial.by_user_namespace) {
    costs.push_back(
        "made by a user namespace, which has one uid: cells with calls of "
        "other users are SKIP");
  }
  if (trial.by_user_namespace) {
    costs.push_back(
        "made by a user namespace: another namespace than one's own cannot be "
        "replicated (--netns)");
  }
  if (!IsFresh(world)) {
    costs.push_back(
        "plans that change their namespace or make several (settings, links, "
        "`isolation: cell`, `hosts`) are SKIP; ports that others use are left "
        "alone");
  }
  costs.insert(costs.end(), trial.notes.begin(), trial.notes.end());
  return costs;
}

}  // namespace

absl::StatusOr<std::vector<WorldAvailability>> Examine(
    const std::string& probe) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string executable, FindProbe(probe));
  std::vector<WorldAvailability> worlds;
  for (const World world :
       {World::kReplica, World::kPristine, World::kOwn, World::kHost}) {
    WorldAvailability found;
    found.world = world;
    absl::StatusOr<WorldTrial> trial = Try(executable, world);
    if (!trial.ok()) {
      found.reason = std::string(trial.status().message());
    } else if (!trial->refused.empty()) {
      found.reason = std::move(trial->refused);
    } else {
      found.available = true;
    }
    found.costs = found.available ? CostsOf(world, *trial) : LostWithout(world);
    worlds.push_back(std::move(found));
  }
  return worlds;
}

}  // namespace sockdrift
