#include "atlas/atlas.h"

#include <utility>

#include "core/base/status_macros.h"

namespace sockdrift {

absl::StatusOr<Atlas> Atlas::Open(absl::string_view bytes,
                                  absl::string_view what) {
  SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourArchive archive,
                             BehaviourArchive::Open(bytes, what));
  return Atlas(std::move(archive));
}

const HostSection* Atlas::Find(absl::string_view name) const {
  for (const HostSection& entry : entries()) {
    if (entry.host == name) return &entry;
  }
  return nullptr;
}

std::vector<std::string> Atlas::Names() const {
  std::vector<std::string> names;
  for (const HostSection& entry : entries()) names.push_back(entry.host);
  return names;
}

std::string FactOf(const HostSection& entry, absl::string_view name) {
  const auto found = entry.facts.find(std::string(name));
  return found == entry.facts.end() ? "" : found->second;
}

}  // namespace sockdrift
