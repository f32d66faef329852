// A mutant: one way in which a kernel's socket semantics are made wrong for a
// command and its children, to learn whether the catalogue notices.
#ifndef SOCKDRIFT_TESTS_MUTANTS_MUTANT_H_
#define SOCKDRIFT_TESTS_MUTANTS_MUTANT_H_

#include <linux/bpf.h>
#include <seccomp.h>

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "tests/mutants/intercepted_call.h"

namespace sockdrift::mutants {

// Nothing is changed: what the other mutants are compared with.
struct Nothing {};

// The command runs in a network namespace whose sysctls are set so: "net/…".
struct SysctlFlip {
  std::vector<std::pair<std::string, std::string>> values;
};

// System calls of one number, with these arguments.
struct CallPattern {
  int call;  // SCMP_SYS(…)
  std::vector<scmp_arg_cmp> arguments;
};

// Such a call is answered without being made.
struct Answer {
  CallPattern pattern;
  int error;  // 0: success is pretended
};

// Such a call is decided by a process of ours: nullopt lets the kernel go on
// with it, else the errno of the answer; 0 is success.
struct Interception {
  CallPattern pattern;
  std::optional<int> (*decide)(InterceptedCall&);
};

// A BPF program on the command's cgroup.
struct CgroupProgram {
  bpf_attach_type attach_type;
  bpf_prog_type program_type;
  std::vector<bpf_insn> instructions;
};

struct Mutant {
  absl::string_view name;
  absl::string_view what;  // what is wrong in it, one line
  // A kernel, product or incident in which it is or was so; empty where none
  // is known.
  absl::string_view seen_in;
  std::variant<Nothing, SysctlFlip, Answer, Interception, CgroupProgram> how;
};

const std::vector<Mutant>& Mutants();
// "sysctl", "seccomp", "notify", "bpf" or "none".
absl::string_view KindOf(const Mutant& mutant);

}  // namespace sockdrift::mutants

#endif  // SOCKDRIFT_TESTS_MUTANTS_MUTANT_H_
