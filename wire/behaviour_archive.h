// A behaviour file of many hosts of which few are wanted: hosts are known at
// once, records and programs are unpacked when they are asked for.
#ifndef SOCKDRIFT_WIRE_BEHAVIOUR_ARCHIVE_H_
#define SOCKDRIFT_WIRE_BEHAVIOUR_ARCHIVE_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/behaviour/canonical.h"
#include "wire/behaviour_file.h"
#include "wire/host_section.h"
#include "wire/sections.h"

namespace sockdrift {

class BehaviourArchive {
 public:
  // `bytes`, a behaviour file, must outlive the archive. Errors are those of
  // DecodeBehaviourFile, of what is read so far; `what` begins the messages.
  static absl::StatusOr<BehaviourArchive> Open(absl::string_view bytes,
                                               absl::string_view what);

  // In the file's order.
  const std::vector<HostSection>& hosts() const { return hosts_; }

  // NOT_FOUND where the file has none of that digest.
  absl::StatusOr<DecodedRecord> ReadRecord(const Digest& digest) const;
  absl::StatusOr<Program> ReadProgram(const Digest& measurement) const;

  // One of hosts() with all its records and their programs.
  absl::StatusOr<BehaviourFile> Load(const HostSection& host) const;

 private:
  explicit BehaviourArchive(absl::string_view what) : what_(what) {}
  absl::StatusOr<Section> Get(const Digest& digest) const;

  std::string what_;
  std::string made_by_;
  std::vector<HostSection> hosts_;
  absl::flat_hash_map<Digest, PackedSection> sections_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_BEHAVIOUR_ARCHIVE_H_
