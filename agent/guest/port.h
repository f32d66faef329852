// The guest's end of the line (line_message.h).
#ifndef SOCKDRIFT_AGENT_GUEST_PORT_H_
#define SOCKDRIFT_AGENT_GUEST_PORT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/guest/line_message.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

class Port {
 public:
  // Opens a serial port such as "ttyS1" so that every byte passes as it is.
  // nullopt, with errno, where there is none.
  static std::optional<Port> Open(const std::string& name);
  explicit Port(UniqueFd fd) : fd_(std::move(fd)) {}

  int fd() const { return fd_.get(); }

  // Nothing blocks until Finish(): what cannot be written yet is kept.
  void Send(LineMessageKind kind, absl::string_view payload);
  void SendNumber(LineMessageKind kind, uint32_t number);
  // Writes what the port takes now.
  void Flush();
  // Bytes that wait for room; who produces more should hold back.
  size_t waiting() const { return waiting_.size(); }
  // Writes all, and waits until it has left the machine.
  void Finish();

  // Takes what has come, when the port can be read. False when the host is
  // gone or speaks another language.
  bool Receive();
  std::optional<LineMessage> Next() { return reader_.Next(); }

 private:
  UniqueFd fd_;
  std::string waiting_;
  LineReader reader_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_GUEST_PORT_H_
