// What the steps of all cells share.
#ifndef SOCKDRIFT_AGENT_ENGINE_MACHINE_H_
#define SOCKDRIFT_AGENT_ENGINE_MACHINE_H_

#include <cstdint>
#include <string>

#include "absl/base/attributes.h"
#include "agent/engine/assembly.h"
#include "agent/engine/cell.h"
#include "agent/engine/fence.h"
#include "agent/engine/outcome.h"
#include "agent/engine/port_chooser.h"
#include "agent/engine/socket_calls.h"
#include "agent/engine/stacks.h"
#include "agent/engine/world_control.h"

namespace sockdrift {

// How the execution of a step ended.
enum class StepEnd : uint8_t {
  kAnswered,    // the outcome is set
  kNotReached,  // a socket that it names is not there
  kParked,      // to be tried again at Cell::wake
  kEntered,     // the body of a repeat begins
  kBroken,      // the prober failed: Machine::fault says how
};

struct Machine {
  // `avoid`: ports that symbolic ones must not be.
  Machine(SocketCalls& socket_calls, const Assembly& program,
          WorldControl& the_world, absl::Span<const uint16_t> avoid,
          Tally& tally)
      : calls(socket_calls),
        assembly(program),
        world(the_world),
        codes(tally, program.ports),
        ports(the_world.ports(), avoid),
        fence(ports),
        stacks(the_world, program.hosts) {}
  Machine(const Machine&) = delete;  // the fence holds to `ports`
  Machine& operator=(const Machine&) = delete;

  SocketCalls& calls;
  const Assembly& assembly;
  WorldControl& world;
  OutcomeCodes codes;
  PortChooser ports;
  Fence fence;
  Stacks stacks;
  // Whether other cells may go on while one waits.
  bool overlap = false;
  int open_sockets = 0;
  // As whom calls are made: an index into Assembly::texts, kUnset for the
  // usual user.
  int64_t user = kUnset;
  std::string fault;

  // The world's port ranges have moved.
  void FollowPorts() { ports.Follow(world.ports(), assembly.ports.OfPlan()); }

  StepEnd Break(std::string why) {
    fault = std::move(why);
    return StepEnd::kBroken;
  }
};

using StepFunction = StepEnd (*)(Machine&, Cell&, const DenseStep&, Outcome&);

inline constexpr int64_t kNsPerMs = 1'000'000;
// CLOCK_MONOTONIC, in nanoseconds.
int64_t Now();

// The `within` of a step in milliseconds: 500 where it is left out.
int64_t BoundOf(const DenseStep& step, const Cell& cell);

// --- sockets of a cell (cell_sockets.cc) ---

// Takes a descriptor up as the socket that the step's `as` names.
ABSL_ATTRIBUTE_HOT CellSocket& Adopt(Machine& machine, Cell& cell,
                                     const DenseStep& step, int fd, int family,
                                     int type);
// The same for one that another process passed, with what that one knew of it.
void AdoptPassed(Machine& machine, Cell& cell, const DenseStep& step,
                 const CellSocket& known, int fd);
// minus errno when close(2) failed; the descriptor is gone all the same.
ABSL_ATTRIBUTE_HOT int CloseSocket(Machine& machine, CellSocket& socket);
// Closes what a round of a sample has made, and forgets the names.
void CloseRound(Machine& machine, Cell& cell, size_t first_socket);
// Closes what is open and gives the ports back.
ABSL_ATTRIBUTE_HOT void Release(Machine& machine, Cell& cell);
// Makes a send or connect that would block end after the step's bound.
void BoundSends(Machine& machine, CellSocket& socket, int64_t bound_ms);
// "s", or "s[2]" for one that a repeat made.
std::string NameOf(const Assembly& assembly, int slot, uint32_t round);
std::string NameOf(const Assembly& assembly, const CellSocket& socket);
// The socket's connection as it is now, or as it was remembered. False when
// there is none.
bool EndOf(Machine& machine, CellSocket& socket, ConnectionEnd& end);

// Whether the socket is ready for any of `events`. Says no only when everything
// sent has been delivered, or the step's `within`, where it has one, is over.
bool AwaitReady(Machine& machine, const Cell& cell, const DenseStep& step,
                int fd, short events);

// --- addresses of a cell (cell_addresses.cc) ---

// A copy of an endpoint with its port filled in.
struct ResolvedEndpoint {
  Endpoint endpoint;
  // What the kernel is told. It reads as much as that of the longest address
  // that there is, so a wrong length needs memory of ours behind the right one.
  socklen_t size;
  uint8_t beyond[sizeof(sockaddr_storage)];
};
// The step's `to`, with its `sa_len`.
ABSL_ATTRIBUTE_HOT StepEnd ResolveTo(Machine& machine, Cell& cell,
                                     const DenseStep& step,
                                     ResolvedEndpoint& to);

// The number of a link as the socket sees it. One that is not there gets a
// number that no link has, so that the kernel's answer to it is the outcome.
int LinkNumberFor(Machine& machine, const CellSocket& socket,
                  const std::string& link);

// What stands for a port number in this cell's outcomes.
uint32_t PortLabel(const Assembly& assembly, const Cell& cell, uint16_t port);
ShownAddress ShownOf(const Assembly& assembly, const Cell& cell,
                     const void* address, socklen_t size);
Outcome ShowAddress(Machine& machine, const Cell& cell, Show show,
                    const sockaddr_in6& address, socklen_t size);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_MACHINE_H_
