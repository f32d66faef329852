// A host in a behaviour file: its facts, and which records are its.
#ifndef SOCKDRIFT_WIRE_HOST_SECTION_H_
#define SOCKDRIFT_WIRE_HOST_SECTION_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/digest.h"
#include "core/plan/expectation.h"
#include "core/plan/world.h"
#include "wire/behaviour_file.h"

namespace sockdrift {

// As HostBehaviour (behaviour_file.h), with records by their digests.
struct HostSection {
  struct Entry {
    std::string plan;
    World world = World::kReplica;
    Digest record;
    std::vector<std::string> notes;
  };
  std::string host;
  Facts facts;
  absl::Time taken;
  std::vector<Entry> entries;
};

std::string EncodeHost(const HostBehaviour& host);
// INVALID_ARGUMENT for bytes that EncodeHost would not have written.
absl::StatusOr<HostSection> DecodeHost(absl::string_view bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_HOST_SECTION_H_
