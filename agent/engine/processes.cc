#include "agent/engine/processes.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/engine/process_server.h"

namespace sockdrift {
namespace {

// How long a process that is told to end may take.
constexpr int kLastMs = 2000;

// Whether the other end has said something, or ended, in time.
bool AwaitOther(const CellProcess& process, int64_t ms) {
  pollfd ready = {process.channel, POLLIN, 0};
  int result = 0;
  do {
    result = ::poll(&ready, 1, static_cast<int>(ms));
  } while (result < 0 && errno == EINTR);
  return result > 0;
}

std::string HowItEnded(int status) {
  if (WIFSIGNALED(status)) {
    return absl::StrCat("was killed by signal ", WTERMSIG(status));
  }
  if (WEXITSTATUS(status) != 0) {
    return absl::StrCat("ended with ", WEXITSTATUS(status));
  }
  return "";
}

// The tail of an order: ports, then who has sent its name so far.
std::string OrderTail(const Cell& cell) {
  std::string tail(reinterpret_cast<const char*>(cell.ports.data()),
                   cell.ports.size() * sizeof(uint16_t));
  const auto add = [&tail](const SentName& sent) {
    tail.append(reinterpret_cast<const char*>(&sent), sizeof sent);
  };
  for (const SentName& sent : cell.sent_elsewhere) add(sent);
  for (const CellSocket& socket : cell.sockets) {
    if (socket.sent_its_name) add({socket.slot, socket.round});
  }
  return tail;
}

// Forgets a process that has been waited for.
void Drop(Cell& cell, CellProcess& process) {
  ::close(process.channel);
  cell.processes.erase(cell.processes.begin() +
                       (&process - cell.processes.data()));
}

// Chooses what ports the step needs: the first process alone knows which are
// taken.
StepEnd ChoosePorts(Machine& machine, Cell& cell, const DenseStep& step,
                    Order& order) {
  if (step.operation != Operation::kBind &&
      step.operation != Operation::kConnect &&
      step.operation != Operation::kSend) {
    return StepEnd::kAnswered;
  }
  const int64_t to = step.At(FieldId::kTo, cell.coordinate.data());
  if (to == kUnset) return StepEnd::kAnswered;
  const PortSource source = machine.assembly.endpoints[to].source;
  if (source != PortSource::kSymbol && source != PortSource::kNamed) {
    return StepEnd::kAnswered;
  }
  ResolvedEndpoint resolved;
  const StepEnd end = ResolveTo(machine, cell, step, resolved);
  if (source == PortSource::kNamed) {
    order.range_port = ntohs(resolved.endpoint.ipv4.sin_port);
  }
  return end == StepEnd::kBroken ? end : StepEnd::kAnswered;
}

void SleepUntil(int64_t ns) {
  const timespec until = {ns / 1'000'000'000, ns % 1'000'000'000};
  while (::clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr) ==
         EINTR) {
  }
}

}  // namespace

CellProcess* ProcessAt(Cell& cell, int64_t slot) {
  const auto it = std::find_if(
      cell.processes.begin(), cell.processes.end(),
      [slot](const CellProcess& process) { return process.slot == slot; });
  return it == cell.processes.end() ? nullptr : &*it;
}

bool ForkProcess(Machine& machine, Cell& cell, int slot) {
  // Its sockets are made once, and not again by every process.
  machine.fence.bound_ms();
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
    machine.fault = absl::StrCat("the prober could not make a socket pair: ",
                                 std::strerror(errno));
    return false;
  }
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(ends[0]);
    // A process ends when its channel does, so nobody else may hold its ends.
    for (const CellProcess& other : cell.processes) ::close(other.channel);
    cell.processes.clear();
    ServeOrders(machine, cell, ends[1]);
  }
  const int error = errno;
  ::close(ends[1]);
  if (pid < 0) {
    ::close(ends[0]);
    machine.fault = absl::StrCat("the prober could not make a process: ",
                                 std::strerror(error));
    return false;
  }
  cell.processes.push_back({slot, ends[0], pid});
  return true;
}

std::string EndProcess(Machine& machine, Cell& cell, CellProcess& process) {
  // The fault that it ends for may be that it hears nothing any more.
  ::shutdown(process.channel, SHUT_WR);
  const bool in_time = AwaitOther(process, kLastMs);
  if (!in_time) ::kill(process.pid, SIGKILL);
  int status = 0;
  while (::waitpid(process.pid, &status, 0) < 0 && errno == EINTR) {
  }
  // What it had open is closed, and peers are told.
  machine.fence.Sent();
  Drop(cell, process);
  return in_time ? HowItEnded(status) : "did not end when it was told to";
}

void EndProcesses(Machine& machine, Cell& cell) {
  while (!cell.processes.empty()) {
    EndProcess(machine, cell, cell.processes.back());
  }
}

bool Ask(Machine& machine, Cell& cell, CellProcess& process, Order order,
         int given, Answer& answer, UniqueFd& got) {
  order.step = static_cast<uint32_t>(cell.step);
  order.step_began = cell.step_began;
  order.round = cell.loops.empty()
                    ? 0
                    : static_cast<uint32_t>(cell.loops.back().rounds + 1);
  const std::string name = machine.assembly.slots[process.slot];
  const int sent = SendHead(process.channel, order, OrderTail(cell), given);
  if (sent < 0 && given >= 0 && sent != -EPIPE && sent != -ECONNRESET) {
    answer.end = StepEnd::kAnswered;
    answer.outcome = Outcome::OfResult(sent);
    return true;
  }
  const int64_t left_ms =
      std::max<int64_t>((cell.deadline - Now()) / kNsPerMs, 1);
  std::string tail;
  if (sent == 0 && !AwaitOther(process, left_ms)) {
    ::kill(process.pid, SIGKILL);
    EndProcess(machine, cell, process);
    machine.fault = absl::StrCat("process ", name,
                                 " did not answer within the cell's limit");
    return false;
  }
  if (sent != 0 || !ReceiveHead(process.channel, answer, tail, got)) {
    std::string how = EndProcess(machine, cell, process);
    machine.fault = absl::StrCat("process ", name, " ",
                                 how.empty() ? "ended by itself" : how);
    return false;
  }
  if (answer.end == StepEnd::kBroken) {
    machine.fault = absl::StrCat("in process ", name, ": ", tail);
  } else if (answer.outcome.kind == OutcomeKind::kCode) {
    answer.outcome = machine.codes.OfText(tail);
  }
  // It may have sent, or closed what others wait on.
  machine.fence.Sent();
  return true;
}

StepEnd RunElsewhere(Machine& machine, Cell& cell, const DenseStep& step,
                     Outcome& outcome) {
  CellProcess* process =
      ProcessAt(cell, step.At(FieldId::kProcess, cell.coordinate.data()));
  if (process == nullptr) return StepEnd::kNotReached;
  Order order;
  if (ChoosePorts(machine, cell, step, order) == StepEnd::kBroken) {
    return StepEnd::kBroken;
  }
  Answer answer;
  UniqueFd unused;
  if (!Ask(machine, cell, *process, order, -1, answer, unused)) {
    return StepEnd::kBroken;
  }
  outcome = answer.outcome;
  cell.step_began = answer.step_began;
  if (answer.sent.slot != kNoSlot) cell.sent_elsewhere.push_back(answer.sent);
  if (answer.end == StepEnd::kParked) {
    cell.wake = std::min(answer.wake, cell.deadline);
    SleepUntil(cell.wake);
  }
  return answer.end;
}

}  // namespace sockdrift
