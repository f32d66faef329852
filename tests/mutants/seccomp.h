// System calls answered in the kernel's stead: seccomp(2), seccomp_unotify(2).
#ifndef SOCKDRIFT_TESTS_MUTANTS_SECCOMP_H_
#define SOCKDRIFT_TESTS_MUTANTS_SECCOMP_H_

#include <sys/types.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/os/unique_fd.h"
#include "tests/mutants/mutant.h"

namespace sockdrift::mutants {

// For this process and its children, for good.
absl::Status InstallAnswer(const Answer& answer);

// A process whose calls are decided and the one that decides: made before the
// fork, one end used on each side of it.
class NotifyPair {
 public:
  static absl::StatusOr<NotifyPair> Make();

  // On the child's side: installs the filter and hands it over.
  absl::Status InstallAndSend(const Interception& interception);
  // On the parent's side: decides until the child has ended. It gives up all
  // capabilities but the one to look into the child.
  absl::Status Serve(const Interception& interception, pid_t child);

 private:
  UniqueFd ends_[2];
};

}  // namespace sockdrift::mutants

#endif  // SOCKDRIFT_TESTS_MUTANTS_SECCOMP_H_
