// A cgroup with BPF programs on its sockets: bpf(2), cgroups(7).
#ifndef SOCKDRIFT_TESTS_MUTANTS_CGROUP_H_
#define SOCKDRIFT_TESTS_MUTANTS_CGROUP_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/os/unique_fd.h"
#include "tests/mutants/mutant.h"

namespace sockdrift::mutants {

// The instructions of a program that refuses (EPERM) whatever it is asked.
std::vector<bpf_insn> RefuseAlways();

// Gone when it ends; its processes must have ended before.
class Cgroup {
 public:
  // FAILED_PRECONDITION where no cgroup2 is mounted or may be written.
  static absl::StatusOr<Cgroup> Make();
  Cgroup(Cgroup&& other) noexcept : path_(std::exchange(other.path_, "")) {}
  Cgroup& operator=(Cgroup&&) = delete;
  Cgroup(const Cgroup&) = delete;
  Cgroup& operator=(const Cgroup&) = delete;
  ~Cgroup();

  // Attached for as long as the descriptor is open.
  absl::StatusOr<UniqueFd> Attach(const CgroupProgram& program) const;
  // Moves this process into it.
  absl::Status Join() const;
  const std::string& path() const { return path_; }

 private:
  explicit Cgroup(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace sockdrift::mutants

#endif  // SOCKDRIFT_TESTS_MUTANTS_CGROUP_H_
