// A cell's calls as strace(1) prints them.
#ifndef SOCKDRIFT_REPRODUCE_STRACE_H_
#define SOCKDRIFT_REPRODUCE_STRACE_H_

#include <string>

#include "absl/status/statusor.h"
#include "reproduce/reproduce.h"
#include "reproduce/script.h"

namespace sockdrift {

// One line a call, `3<a>` for the descriptor of socket a, with the results that
// were recorded; without a record, or where a call is not observed, without.
// What is no single system call, and what is not reached, stands behind '#'.
absl::StatusOr<std::string> StraceOf(const CellToReproduce& cell,
                                     const Script& script);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_STRACE_H_
