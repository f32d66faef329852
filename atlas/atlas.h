// The atlas: behaviours of known systems. Measured entries are what a kernel
// did in the lab; documented ones are what its vendor's documents say.
// docs/atlas.md shows what is in it.
#ifndef SOCKDRIFT_ATLAS_ATLAS_H_
#define SOCKDRIFT_ATLAS_ATLAS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "wire/behaviour_archive.h"

namespace sockdrift {

// How an operand names an entry: "atlas:6.1".
inline constexpr char kAtlasOperand[] = "atlas:";

// What the atlas says of how it came by an entry stands among the entry's
// facts, so that it is in every file that the entry comes to.
namespace atlas_fact {
inline constexpr char kTitle[] = "atlas.title";      // "Debian's Linux 6.1.192"
inline constexpr char kPackage[] = "atlas.package";  // its name and version
inline constexpr char kCommand[] = "atlas.command";  // what measured it
// The entry that it is a variant of, and how: "ipv6.disable=1".
inline constexpr char kVariantOf[] = "atlas.variant_of";
inline constexpr char kAppended[] = "atlas.appended";
}  // namespace atlas_fact

class Atlas {
 public:
  // `bytes` (a behaviour file, a host an entry) must outlive it. Errors are
  // those of BehaviourArchive::Open.
  static absl::StatusOr<Atlas> Open(absl::string_view bytes,
                                    absl::string_view what);

  // Kernels by release, variants after what they are variants of, then other
  // systems by name, documented ones last. A host's name is the entry's.
  const std::vector<HostSection>& entries() const { return archive_.hosts(); }
  // Null where there is none of that name.
  const HostSection* Find(absl::string_view name) const;
  std::vector<std::string> Names() const;

  const BehaviourArchive& archive() const { return archive_; }
  // The entry as a behaviour file of one host.
  absl::StatusOr<BehaviourFile> Load(const HostSection& entry) const {
    return archive_.Load(entry);
  }

 private:
  explicit Atlas(BehaviourArchive archive) : archive_(std::move(archive)) {}

  BehaviourArchive archive_;
};

// The fact, or "".
std::string FactOf(const HostSection& entry, absl::string_view name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_ATLAS_H_
