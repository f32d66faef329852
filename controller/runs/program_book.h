// The programs and plans that the controller knows: those of the catalogue,
// those that runs brought and those of imported files.
#ifndef SOCKDRIFT_CONTROLLER_RUNS_PROGRAM_BOOK_H_
#define SOCKDRIFT_CONTROLLER_RUNS_PROGRAM_BOOK_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "compiler/compile.h"
#include "controller/store/store.h"
#include "core/base/mutex.h"
#include "core/plan/cells.h"
#include "core/plan/program.h"
#include "sockdrift/v1/plan.pb.h"

namespace sockdrift {

struct KnownProgram {
  explicit KnownProgram(Program decoded)
      : program(std::move(decoded)), cells(program) {}
  Program program;
  CellSpace cells;
  Digest measurement;
  v1::Program wire;  // as agents are sent it: compressed once for all
};

// Thread-safe.
class ProgramBook {
 public:
  // `store` must outlive the book.
  explicit ProgramBook(Store& store) : store_(store) {}

  // Reads the plans' names from the store.
  absl::Status Load();
  // Takes a compiled plan up and says what is to be stored for it.
  // RESOURCE_EXHAUSTED when the program is larger than a message can carry.
  absl::StatusOr<std::vector<Change>> Add(const CompiledPlan& plan,
                                          absl::string_view yaml);
  // A program without its plan's file: of an imported behaviour file.
  absl::StatusOr<std::vector<Change>> Add(const Program& program,
                                          absl::string_view plan);

  // Decoded, from memory or the store.
  absl::StatusOr<std::shared_ptr<const KnownProgram>> Find(
      const Digest& measurement);
  // The plan's name; the digest's short form where it has none.
  std::string PlanName(const Digest& measurement);

 private:
  absl::StatusOr<std::vector<Change>> Insert(const Program& program,
                                             PlanRow plan);

  Store& store_;
  Mutex mutex_;
  std::map<Digest, std::shared_ptr<const KnownProgram>> programs_
      ABSL_GUARDED_BY(mutex_);
  std::map<Digest, std::string> names_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_RUNS_PROGRAM_BOOK_H_
