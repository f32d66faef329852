#include "tests/agent/engine/netns_run.h"

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "agent/job/tally.h"
#include "agent/os/unique_fd.h"
#include "agent/worlds/confinement.h"
#include "core/plan/cells.h"

namespace sockdrift::testing {
namespace {

// Memory that a child shares with us.
class SharedMemory {
 public:
  explicit SharedMemory(size_t size)
      : size_(size),
        base_(::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_ANONYMOUS, -1, 0)) {}
  ~SharedMemory() { ::munmap(base_, size_); }
  SharedMemory(const SharedMemory&) = delete;
  SharedMemory& operator=(const SharedMemory&) = delete;

  absl::Span<uint8_t> bytes() { return {static_cast<uint8_t*>(base_), size_}; }

 private:
  size_t size_;
  void* base_;
};

}  // namespace

std::string PlainWorld::CannotHaveCaps(
    absl::Span<const absl::string_view> caps) {
  for (absl::string_view cap : caps) {
    if (std::find(refused.begin(), refused.end(), cap) != refused.end()) {
      return absl::StrCat("the plan needs ", cap);
    }
  }
  return "";
}

absl::Status PlainWorld::UseCaps(absl::Span<const absl::string_view> caps) {
  caps_used.push_back(absl::StrJoin(caps, "+"));
  return absl::OkStatus();
}

absl::Status PlainWorld::Renew() {
  ++renewed;
  return EnterFreshNamespace();
}

absl::Status EnterFreshNamespace() {
  if (::unshare(CLONE_NEWNET) != 0) {
    return absl::ErrnoToStatus(errno, "unshare(CLONE_NEWNET)");
  }
  const UniqueFd fd(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  ifreq up = {};
  std::strcpy(up.ifr_name, "lo");
  up.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(fd.get(), SIOCSIFFLAGS, &up) != 0) {
    return absl::ErrnoToStatus(errno, "bringing lo up");
  }
  return StayOnOneCpu();
}

std::string InNamespace(const std::function<std::string()>& body) {
  constexpr size_t kAnswer = 1 << 16;
  SharedMemory answer(kAnswer);
  const pid_t child = ::fork();
  if (child == 0) {
    const absl::Status entered = EnterFreshNamespace();
    const std::string text =
        entered.ok() ? body() : std::string(entered.message());
    std::memcpy(answer.bytes().data(), text.data(),
                std::min(text.size(), kAnswer - 1));
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) return absl::StrCat("the child ended with ", status);
  return reinterpret_cast<const char*>(answer.bytes().data());
}

std::string Ran::operator[](absl::string_view observation) const {
  const auto it =
      std::find(observations.begin(), observations.end(), observation);
  if (it == observations.end()) return "no such observation";
  if (record.status[0] != CellStatus::kDone) {
    return absl::StrCat(CellStatusName(record.status[0]), ": ",
                        record.Reason(0));
  }
  return std::string(record.Outcome(it - observations.begin(), 0));
}

absl::StatusOr<Ran> RunInNamespace(
    const Program& program, EngineOptions options,
    const std::function<void(PlainWorld&)>& prepare) {
  const auto cells = static_cast<uint32_t>(CellCount(program));
  const auto observations = static_cast<uint32_t>(program.observations.size());
  SharedMemory memory(Tally::Size(cells, observations, options.repeats));
  Tally tally =
      Tally::Create(memory.bytes(), cells, observations, options.repeats);
  const std::string fault = InNamespace([&] {
    PlainWorld world;
    if (prepare != nullptr) prepare(world);
    const absl::Status run = RunProgram(program, options, world, tally);
    return run.ok() ? "" : run.ToString();
  });
  if (!fault.empty()) return absl::InternalError(fault);
  return Ran{tally.Fold(options.cells, "the child died", program.observations),
             tally.Notes(), program.observations};
}

}  // namespace sockdrift::testing
