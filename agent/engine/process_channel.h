// What the first process of a cell and one that it forked say to each other:
// messages over a pair of sockets, each a head of fixed size, a tail of bytes
// and perhaps a descriptor. Both ends are the same program's memory image, so
// heads are copied as they lie in memory.
#ifndef SOCKDRIFT_AGENT_ENGINE_PROCESS_CHANNEL_H_
#define SOCKDRIFT_AGENT_ENGINE_PROCESS_CHANNEL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "agent/engine/cell.h"
#include "agent/engine/machine.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

// To the forked process. Tail: the ports of all symbols, then SentNames.
struct Order {
  enum class Kind : uint8_t {
    kRun,   // makes the step
    kGive,  // answers with the step's socket, and keeps it
    kTake,  // takes the descriptor up under the name that the step gives it
  };
  Kind kind = Kind::kRun;
  uint16_t range_port = 0;  // taken for the name of a range; 0: none
  uint32_t step = 0;        // index into Assembly::steps
  uint32_t round = 0;       // of the repeat around it, from 1; 0 outside
  int64_t step_began = 0;
  CellSocket socket;  // kTake
};

// Back. Tail: the outcome's text where it is a code, the fault where it broke.
struct Answer {
  StepEnd end = StepEnd::kNotReached;
  Outcome outcome;
  int64_t wake = 0;
  int64_t step_began = 0;
  SentName sent;      // of a send of the socket's name
  CellSocket socket;  // kGive
};

// One message; 0, or minus errno. `fd` -1: none.
int SendMessage(int channel, const void* head, size_t size,
                absl::string_view tail, int fd);
// The next message. False when the other end is gone, or said something else.
bool ReceiveMessage(int channel, void* head, size_t size, std::string& tail,
                    UniqueFd& fd);

template <typename Head>
int SendHead(int channel, const Head& head, absl::string_view tail, int fd) {
  static_assert(std::is_trivially_copyable_v<Head>);
  return SendMessage(channel, &head, sizeof head, tail, fd);
}
template <typename Head>
bool ReceiveHead(int channel, Head& head, std::string& tail, UniqueFd& fd) {
  static_assert(std::is_trivially_copyable_v<Head>);
  return ReceiveMessage(channel, &head, sizeof head, tail, fd);
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_PROCESS_CHANNEL_H_
