#ifndef SOCKDRIFT_TESTS_MUTANTS_RUN_MUTANT_H_
#define SOCKDRIFT_TESTS_MUTANTS_RUN_MUTANT_H_

#include "absl/status/statusor.h"
#include "tests/mutants/mutant.h"

namespace sockdrift::mutants {

// Runs a command (argv, ended by a null) under the mutant, its children
// included, and gives its exit status. FAILED_PRECONDITION where this machine
// cannot make the mutant: no privilege, no cgroup2. The process must have one
// thread and not be used for anything else afterwards.
absl::StatusOr<int> RunMutant(const Mutant& mutant, char** command);

}  // namespace sockdrift::mutants

#endif  // SOCKDRIFT_TESTS_MUTANTS_RUN_MUTANT_H_
