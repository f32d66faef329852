// The one line between a guest and the program that booted it: frames over a
// virtio-serial port. A frame is a letter, a length (four bytes, the lowest
// first) and that many bytes. sockdrift_lab/frames.py is the other end.
#ifndef SOCKDRIFT_LAB_GUEST_PORT_H_
#define SOCKDRIFT_LAB_GUEST_PORT_H_

#include <cstdint>
#include <string>

namespace sockdrift::lab {

enum class Frame : char {
  // From the host: standard input; an empty one is its end.
  kInput = 'i',
  // From the guest.
  kUp = 'u',      // the guest runs; the kernel's release
  kOutput = 'o',  // standard output
  kErrors = 'e',  // standard error
  kExit = 'x',    // the exit status, four bytes, the lowest first
  kFailed = 'f',  // why the command was not started
};

class Port {
 public:
  // `fd` is read and written, and owned by the caller.
  explicit Port(int fd) : fd_(fd) {}

  int fd() const { return fd_; }
  // The first frame. Blocks until the host is there.
  void Greet(const std::string& release);
  // Blocks until the kernel has taken it all, which is before the host has it;
  // false when the host has hung up.
  bool Send(Frame kind, const void* bytes, size_t size);
  bool Send(Frame kind, const std::string& text) {
    return Send(kind, text.data(), text.size());
  }
  // Takes whatever has come, at most what is left of one frame; call when the
  // port can be read. False when the host is gone or speaks another language.
  // `ended` becomes true at the end of input.
  bool TakeInput(std::string& input, bool& ended);
  // Returns when the host has hung up: until then it may still be reading.
  void AwaitHangUp();

 private:
  bool AwaitRoom();
  bool WriteAll(const void* bytes, size_t size);

  int fd_;
  std::string head_;   // of the frame that is being received
  uint32_t left_ = 0;  // bytes of it that are still to come
};

}  // namespace sockdrift::lab

#endif  // SOCKDRIFT_LAB_GUEST_PORT_H_
