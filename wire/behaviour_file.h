// The behaviour file: records with facts and the programs they are of, in one
// self-contained file. Written by audit --save and export, read by diff,
// import and everything else that compares. docs/behaviour-file.md.
#ifndef SOCKDRIFT_WIRE_BEHAVIOUR_FILE_H_
#define SOCKDRIFT_WIRE_BEHAVIOUR_FILE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "core/base/digest.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"
#include "core/plan/world.h"

namespace sockdrift {

// One plan's record on one host.
struct BehaviourEntry {
  std::string plan;  // its name
  World world = World::kReplica;
  Digest measurement;
  Record record;                   // canonical
  std::vector<std::string> notes;  // about the world
};

// What one host showed.
struct HostBehaviour {
  std::string host;  // its name; "" where it is of no single host
  Facts facts;
  absl::Time taken;
  std::vector<BehaviourEntry> entries;
};

struct BehaviourFile {
  std::string made_by;  // "sockdrift 0.1.0"
  // Every program that an entry names by its measurement digest, once.
  std::vector<Program> programs;
  std::vector<HostBehaviour> hosts;

  // The program of an entry; null when the file lacks it (then it is corrupt,
  // and ReadBehaviourFile would have refused it).
  const Program* FindProgram(const Digest& measurement) const;
};

// Writes to a temporary file beside `path`, fsyncs it and renames it.
absl::Status WriteBehaviourFile(const BehaviourFile& file,
                                const std::string& path);
// NOT_FOUND, PERMISSION_DENIED; INVALID_ARGUMENT for a file that is none, is
// cut short or corrupt (each section carries its SHA-256); FAILED_PRECONDITION
// for one of another version.
absl::StatusOr<BehaviourFile> ReadBehaviourFile(const std::string& path);

std::string EncodeBehaviourFile(const BehaviourFile& file);
// Takes a baseline (baseline_file.h) too: it holds the same.
absl::StatusOr<BehaviourFile> DecodeBehaviourFile(absl::string_view bytes,
                                                  absl::string_view what);

}  // namespace sockdrift

#endif  // SOCKDRIFT_WIRE_BEHAVIOUR_FILE_H_
