#include "agent/worlds/users.h"

#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

constexpr unsigned kFirstUser = 65530;
constexpr unsigned kSecondUser = 65531;
constexpr auto kSame = static_cast<unsigned>(-1);

}  // namespace

std::optional<Ids> IdsOfUser(absl::string_view user) {
  if (user == "u1") return Ids{kFirstUser, kFirstUser};
  if (user == "u2") return Ids{kSecondUser, kSecondUser};
  return std::nullopt;
}

Ids EffectiveIds() { return {::geteuid(), ::getegid()}; }

absl::Status SetEffectiveIds(const Ids& ids) {
  if (::setresgid(kSame, ids.gid, kSame) != 0 ||
      ::setresuid(kSame, ids.uid, kSame) != 0) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("changing to uid ", ids.uid, " and gid ", ids.gid));
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
