// The host's end of the line to a guest (agent/guest/line_message.h): carries a
// command's standard streams, byte for byte.
#ifndef SOCKDRIFT_BOOT_RELAY_H_
#define SOCKDRIFT_BOOT_RELAY_H_

#include <string>

#include "absl/time/time.h"

namespace sockdrift {

struct GuestEnd {
  enum class Kind {
    kExited,       // `status` is the command's
    kNotUp,        // it did not say in time that it runs
    kWentDown,     // it ended before the command, or before it was up
    kTimedOut,     // the command took too long
    kFailed,       // `message` says why the command was not started
    kOutputGone,   // nobody reads the command's output any more
    kInterrupted,  // by the signal `status`
  };
  Kind kind = Kind::kNotUp;
  int status = 0;
  std::string message;
  std::string release;  // what the guest's kernel calls itself, once it is up
};

struct RelayFds {
  int line = -1;     // a stream socket
  int process = -1;  // readable when the guest has ended: a pidfd
  int signals = -1;  // a signalfd of what shall interrupt; or -1
  int input = 0;
  int output = 1;
  int errors = 2;
};

// Nothing of the input is taken before the guest is up. Returns at the
// command's end, with all that it wrote written, and leaves the guest to the
// caller.
GuestEnd RelayGuest(const RelayFds& fds, absl::Duration boot_limit,
                    absl::Duration limit);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_RELAY_H_
