#include "cli/named_file.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "atlas/embedded_atlas.h"
#include "cli/suggest.h"

namespace sockdrift {

bool IsAtlasOperand(absl::string_view operand) {
  return absl::StartsWith(operand, kAtlasOperand);
}

absl::StatusOr<BehaviourFile> ReadNamedFile(const std::string& operand) {
  absl::string_view name = operand;
  if (!absl::ConsumePrefix(&name, kAtlasOperand)) {
    return ReadBehaviourFile(operand);
  }
  const Atlas& atlas = BuiltInAtlas();
  const HostSection* entry = atlas.Find(name);
  if (entry != nullptr) return atlas.Load(*entry);
  const std::vector<std::string> names = atlas.Names();
  const std::string nearest = Nearest(name, names);
  return absl::NotFoundError(absl::StrCat(
      "the atlas has no entry '", name, "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
      "\n  it has ", absl::StrJoin(names, ", ")));
}

}  // namespace sockdrift
