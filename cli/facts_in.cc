#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "agent/facts/facts.h"
#include "agent/os/unique_fd.h"
#include "agent/supervise/frames.h"
#include "agent/worlds/namespaces.h"
#include "cli/ask_probes.h"

namespace sockdrift {
namespace {

constexpr char kGood = '+';  // facts follow; otherwise the reason does

void WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = write(fd, bytes.data(), bytes.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
}

std::string ReadAll(int fd) {
  std::string bytes;
  char buffer[4096];
  while (true) {
    const ssize_t size = read(fd, buffer, sizeof(buffer));
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return bytes;
    bytes.append(buffer, static_cast<size_t>(size));
  }
}

[[noreturn]] void Child(const std::string& netns, int fd) {
  const absl::Status entered = EnterNetwork(netns);
  if (entered.ok()) {
    WriteAll(fd, absl::StrCat(std::string(1, kGood),
                              EncodeFacts(ReadFacts(FactsOptions{}))));
  } else {
    WriteAll(fd, absl::StrCat("-", std::string(entered.message())));
  }
  _exit(0);
}

}  // namespace

absl::StatusOr<Facts> ReadFactsIn(const std::string& netns) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "pipe2");
  const UniqueFd reader(ends[0]);
  UniqueFd writer(ends[1]);
  const pid_t child = fork();
  if (child < 0) return absl::ErrnoToStatus(errno, "fork");
  if (child == 0) Child(netns, writer.get());
  writer.reset();
  const std::string answer = ReadAll(reader.get());
  waitpid(child, nullptr, 0);
  if (answer.empty()) {
    return absl::InternalError(absl::StrCat(
        "--netns ", netns, ": the child that reads its facts died"));
  }
  if (answer[0] != kGood) {
    return absl::FailedPreconditionError(
        absl::StrCat("--netns ", netns, ": ", answer.substr(1)));
  }
  return DecodeFacts(absl::string_view(answer).substr(1));
}

}  // namespace sockdrift
