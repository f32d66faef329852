// States of connections, and what takes time.
#include <netinet/tcp.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include "agent/engine/duration_class.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// How often a state is looked at: often at first, for short times must be told
// apart, and then every fiftieth of what has passed.
constexpr int64_t kSoonest = 10 * kNsPerMs;
constexpr int64_t kLatest = 250 * kNsPerMs;

// The state of the connection that the step names; minus errno. Not OK: the
// prober's own failure.
absl::StatusOr<int> LookAt(Machine& machine, Cell& cell,
                           const DenseStep& step) {
  const uint16_t* at = cell.coordinate.data();
  machine.fence.Pass();
  const int64_t facing = step.At(FieldId::kFacing, at);
  if (facing != kUnset) {
    ConnectionEnd end;
    CellSocket& socket = *cell.SocketAt(facing);
    if (!EndOf(machine, socket, end)) return -ENOTCONN;
    std::swap(end.local, end.remote);
    std::swap(end.local_port, end.remote_port);
    return machine.stacks.StateOf(end, socket.host);
  }
  const int64_t of = step.At(FieldId::kOf, at);
  if (of == kUnset) return -EINVAL;
  // The state is the first byte of every kernel's struct tcp_info.
  uint8_t info[sizeof(tcp_info)] = {};
  socklen_t size = sizeof info;
  const int result = machine.calls.Getsockopt(
      cell.SocketAt(of)->fd, IPPROTO_TCP, TCP_INFO, info, &size);
  return result < 0 ? result : info[0];
}

// Sets the cell aside until `wake`; where cells must not overlap, sleeps.
StepEnd Park(Machine& machine, Cell& cell, int64_t wake) {
  // Not past the cell's limit, which is judged after every wait.
  wake = std::min(wake, cell.deadline);
  cell.wake = wake;
  if (machine.overlap) return StepEnd::kParked;
  const timespec until = {wake / 1'000'000'000, wake % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) ==
         EINTR) {
  }
  return StepEnd::kParked;
}

// How long a wait_for waits, in milliseconds: `within`, else as long as the
// last mark can be met.
int64_t LongestOf(const DenseStep& step, const Cell& cell,
                  const std::vector<int64_t>* marks) {
  if (marks == nullptr ||
      step.At(FieldId::kWithin, cell.coordinate.data()) != kUnset) {
    return BoundOf(step, cell);
  }
  const int64_t last = *std::max_element(marks->begin(), marks->end());
  return last + last / 8 + 1000;
}

// Why there is no state to tell.
Outcome NoState(int state) {
  return state == kTcpNotShown ? Outcome::Of(Word::kNotSupported)
                               : Outcome::OfResult(state);
}

// What ends a repeat; 0 where nothing but its `times` does.
uint32_t UntilCode(Machine& machine, int64_t until) {
  if (until == kUnset) return 0;
  const std::string& text = machine.assembly.texts[until];
  if (text == "error") return CellLoop::kAnyError;
  return machine.codes.CodeOf(machine.codes.OfText(text));
}

Outcome ClassOf(Machine& machine, const std::vector<int64_t>* marks,
                int64_t elapsed_ns) {
  if (marks == nullptr) return Outcome::Ok();
  const int mark = NearestMark(*marks, elapsed_ns / kNsPerMs);
  if (mark < 0) return Outcome::Of(Word::kOther);
  return machine.codes.OfText(MarkText((*marks)[mark]));
}

}  // namespace

StepEnd RunTcpState(Machine& machine, Cell& cell, const DenseStep& step,
                    Outcome& outcome) {
  const absl::StatusOr<int> state = LookAt(machine, cell, step);
  if (!state.ok()) return machine.Break(std::string(state.status().message()));
  outcome =
      *state < 0 ? NoState(*state) : machine.codes.OfText(TcpStateName(*state));
  return StepEnd::kAnswered;
}

StepEnd RunWaitFor(Machine& machine, Cell& cell, const DenseStep& step,
                   Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  const int64_t marks_index = step.At(FieldId::kMarks, at);
  const std::vector<int64_t>* marks =
      marks_index == kUnset ? nullptr : &machine.assembly.marks[marks_index];
  if (cell.step_began == 0) cell.step_began = Now();
  const absl::StatusOr<int> looked = LookAt(machine, cell, step);
  if (!looked.ok()) {
    return machine.Break(std::string(looked.status().message()));
  }
  const int state = *looked;
  const int64_t elapsed = Now() - cell.step_began;
  if (state < 0) {
    outcome = NoState(state);
    return StepEnd::kAnswered;
  }
  if (state == step.At(FieldId::kState, at)) {
    outcome = ClassOf(machine, marks, elapsed);
    return StepEnd::kAnswered;
  }
  const int64_t left = LongestOf(step, cell, marks) * kNsPerMs - elapsed;
  if (left <= 0) {
    outcome = Outcome::Of(Word::kTimeout);
    return StepEnd::kAnswered;
  }
  const int64_t pause = std::clamp(elapsed / 50, kSoonest, kLatest);
  return Park(machine, cell, cell.step_began + elapsed + std::min(pause, left));
}

StepEnd RunWait(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  const int64_t length =
      step.At(FieldId::kFor, cell.coordinate.data()) * kNsPerMs;
  const int64_t now = Now();
  if (cell.step_began == 0) cell.step_began = now;
  if (now - cell.step_began < length) {
    return Park(machine, cell, cell.step_began + length);
  }
  outcome = Outcome::Ok();
  return StepEnd::kAnswered;
}

StepEnd RunRepeat(Machine& machine, Cell& cell, const DenseStep& step,
                  Outcome& outcome) {
  constexpr int64_t kEndless = 100'000;
  const uint16_t* at = cell.coordinate.data();
  const int64_t times = step.At(FieldId::kTimes, at);
  const int64_t until = step.At(FieldId::kUntil, at);
  CellLoop loop;
  loop.step = cell.step;
  loop.begin = cell.step + 1;
  loop.end = loop.begin + step.body;
  loop.times = times == kUnset ? kEndless : times;
  loop.rounds = 0;
  loop.sample = step.operation == Operation::kSample;
  loop.first_socket = cell.sockets.size();
  loop.until = UntilCode(machine, until);
  if (loop.times <= 0 || step.body == 0) {
    outcome = machine.codes.OfNumber(0);
    cell.step += step.body;
    return StepEnd::kAnswered;
  }
  cell.loops.push_back(loop);
  return StepEnd::kEntered;
}

}  // namespace sockdrift
