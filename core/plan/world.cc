#include "core/plan/world.h"

#include "absl/strings/str_cat.h"

namespace sockdrift {

absl::string_view WorldName(World world) {
  switch (world) {
    case World::kReplica:
      return "replica";
    case World::kPristine:
      return "pristine";
    case World::kOwn:
      return "own";
    case World::kHost:
      return "host";
  }
  return "unknown";
}

absl::StatusOr<World> ParseWorld(absl::string_view name) {
  for (World world :
       {World::kReplica, World::kPristine, World::kOwn, World::kHost}) {
    if (name == WorldName(world)) return world;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", name, "\" is no world: replica, pristine, own and host are"));
}

}  // namespace sockdrift
