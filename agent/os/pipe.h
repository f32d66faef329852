#ifndef SOCKDRIFT_AGENT_OS_PIPE_H_
#define SOCKDRIFT_AGENT_OS_PIPE_H_

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

// What a child writes into one end is read from the other, which never blocks.
struct Pipe {
  UniqueFd read;
  UniqueFd write;
};
absl::StatusOr<Pipe> MakePipe();

// Hands on what can be read now; false once the other end is closed.
bool Drain(const UniqueFd& fd, absl::FunctionRef<void(absl::string_view)> take);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_OS_PIPE_H_
