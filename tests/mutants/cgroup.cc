#include "tests/mutants/cgroup.h"

#include <fcntl.h>
#include <linux/bpf.h>
#include <mntent.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"

namespace sockdrift::mutants {
namespace {

int Bpf(bpf_cmd command, bpf_attr& attributes) {
  return static_cast<int>(
      ::syscall(SYS_bpf, command, &attributes, sizeof(attributes)));
}

struct EndMounts {
  void operator()(FILE* mounts) const { ::endmntent(mounts); }
};

std::string MountOfCgroup2() {
  const std::unique_ptr<FILE, EndMounts> mounts(
      ::setmntent("/proc/self/mounts", "r"));
  if (mounts == nullptr) return "";
  while (const mntent* mount = ::getmntent(mounts.get())) {
    if (std::strcmp(mount->mnt_type, "cgroup2") == 0) return mount->mnt_dir;
  }
  return "";
}

}  // namespace

std::vector<bpf_insn> RefuseAlways() {
  return {{BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, 0},
          {BPF_JMP | BPF_EXIT, 0, 0, 0, 0}};
}

absl::StatusOr<Cgroup> Cgroup::Make() {
  const std::string mount = MountOfCgroup2();
  if (mount.empty()) {
    return absl::FailedPreconditionError("no cgroup2 is mounted here");
  }
  std::string path = absl::StrCat(mount, "/sockdrift-mutant-", ::getpid());
  if (::mkdir(path.c_str(), 0755) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(path, ": ", std::strerror(errno)));
  }
  return Cgroup(std::move(path));
}

Cgroup::~Cgroup() {
  if (!path_.empty()) ::rmdir(path_.c_str());
}

absl::StatusOr<UniqueFd> Cgroup::Attach(const CgroupProgram& program) const {
  bpf_attr load = {};
  load.prog_type = program.program_type;
  load.expected_attach_type = program.attach_type;
  load.insns = reinterpret_cast<uint64_t>(program.instructions.data());
  load.insn_cnt = static_cast<uint32_t>(program.instructions.size());
  load.license = reinterpret_cast<uint64_t>("");
  char log[4096] = "";
  load.log_buf = reinterpret_cast<uint64_t>(log);
  load.log_size = sizeof(log);
  load.log_level = 1;
  const UniqueFd loaded(Bpf(BPF_PROG_LOAD, load));
  if (!loaded.valid()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "loading a BPF program: ", std::strerror(errno), "\n", log));
  }
  const UniqueFd cgroup(
      ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  bpf_attr attach = {};
  attach.link_create.prog_fd = static_cast<uint32_t>(loaded.get());
  attach.link_create.target_fd = static_cast<uint32_t>(cgroup.get());
  attach.link_create.attach_type = program.attach_type;
  UniqueFd link(Bpf(BPF_LINK_CREATE, attach));
  if (!link.valid()) {
    return absl::FailedPreconditionError(
        absl::StrCat("attaching a BPF program: ", std::strerror(errno)));
  }
  return link;
}

absl::Status Cgroup::Join() const {
  const UniqueFd processes(
      ::open((path_ + "/cgroup.procs").c_str(), O_WRONLY | O_CLOEXEC));
  // 0 is the writer itself.
  if (::write(processes.get(), "0", 1) != 1) {
    return absl::ErrnoToStatus(errno, "joining a cgroup");
  }
  return absl::OkStatus();
}

}  // namespace sockdrift::mutants
