#include "agent/engine/process_server.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <utility>
#include <vector>

#include "agent/engine/perform.h"
#include "agent/engine/process_channel.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

constexpr int kNoMemory = 3;

// A tally of no cells, for the texts of outcomes alone. It lives as long as the
// process.
Tally PrivateTally() {
  const size_t size = Tally::Size(0, 0, 0);
  void* memory = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) ::_exit(kNoMemory);
  return Tally::Create({static_cast<uint8_t*>(memory), size}, 0, 0, 0);
}

// Takes elements from the front of the tail. Their address is null where there
// are none, which memcpy must not be given.
template <typename T>
void Take(std::vector<T>& elements, absl::string_view& tail) {
  const size_t size = elements.size() * sizeof(T);
  if (size > 0) std::memcpy(elements.data(), tail.data(), size);
  tail.remove_prefix(size);
}

// Takes over what the first process knows by now.
void Learn(const Order& order, absl::string_view tail, Cell& cell) {
  cell.step = order.step;
  cell.step_began = order.step_began;
  cell.range_port = order.range_port;
  Take(cell.ports, tail);
  cell.sent_elsewhere.resize(tail.size() / sizeof(SentName));
  Take(cell.sent_elsewhere, tail);
  cell.loops.clear();
  if (order.round == 0) return;
  CellLoop loop = {};
  loop.rounds = int64_t{order.round} - 1;
  cell.loops.push_back(loop);
}

// The socket that the step is on; null where there is none.
CellSocket* SocketOf(Cell& cell, const DenseStep& step) {
  const int64_t slot = step.At(FieldId::kOf, cell.coordinate.data());
  return slot == kUnset ? nullptr : cell.SocketAt(slot);
}

// Who a send step has told the receiver of: the socket, by its name.
SentName NameSent(Cell& cell, const DenseStep& step) {
  if (step.operation != Operation::kSend) return {};
  const CellSocket* socket = SocketOf(cell, step);
  if (socket == nullptr || !socket->sent_its_name) return {};
  return {socket->slot, socket->round};
}

Answer MakeStep(Machine& machine, Cell& cell, const DenseStep& step) {
  Answer answer;
  answer.end =
      Perform(machine, cell, step, StepOf(step.operation), answer.outcome);
  if (answer.end == StepEnd::kNotReached) {
    MarkFailure(cell, step, Outcome::Of(Word::kNotReached));
  } else if (answer.end == StepEnd::kAnswered) {
    MarkFailure(cell, step, answer.outcome);
    answer.sent = NameSent(cell, step);
  }
  answer.wake = cell.wake;
  answer.step_began = cell.step_began;
  return answer;
}

// The step's socket, for another process; its descriptor goes along.
Answer GiveSocket(Cell& cell, const DenseStep& step) {
  Answer answer;
  const CellSocket* socket = SocketOf(cell, step);
  if (socket == nullptr || (socket->failed && !step.always)) return answer;
  answer.end = StepEnd::kAnswered;
  answer.socket = *socket;
  return answer;
}

std::string TailOf(Machine& machine, const Answer& answer) {
  if (answer.end == StepEnd::kBroken) return machine.fault;
  if (answer.end == StepEnd::kAnswered &&
      answer.outcome.kind == OutcomeKind::kCode) {
    return machine.codes.TextOf(answer.outcome);
  }
  return "";
}

Answer Obey(Machine& machine, Cell& cell, const Order& order, UniqueFd passed,
            int& give) {
  const DenseStep& step = machine.assembly.steps[order.step];
  switch (order.kind) {
    case Order::Kind::kRun:
      return MakeStep(machine, cell, step);
    case Order::Kind::kGive: {
      const Answer answer = GiveSocket(cell, step);
      if (answer.end == StepEnd::kAnswered) give = answer.socket.fd;
      return answer;
    }
    case Order::Kind::kTake:
      break;
  }
  AdoptPassed(machine, cell, step, order.socket, passed.release());
  Answer answer;
  answer.end = StepEnd::kAnswered;
  return answer;
}

}  // namespace

void ServeOrders(Machine& machine, Cell& cell, int channel) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
  Tally texts = PrivateTally();
  machine.codes.WriteTo(texts);
  // Answers to questions of the other process would come here.
  machine.stacks.CloseQuestions();
  // It is the first process that sleeps.
  machine.overlap = true;
  Order order;
  std::string tail;
  UniqueFd passed;
  while (ReceiveHead(channel, order, tail, passed)) {
    Learn(order, tail, cell);
    // The other process may have sent something since.
    machine.fence.Sent();
    int give = -1;
    Answer answer = Obey(machine, cell, order, std::move(passed), give);
    const std::string said = TailOf(machine, answer);
    const int sent = SendHead(channel, answer, said, give);
    if (sent < 0 && give >= 0) {
      answer.outcome = Outcome::OfResult(sent);
      SendHead(channel, answer, "", -1);
    }
  }
  ::_exit(0);
}

}  // namespace sockdrift
