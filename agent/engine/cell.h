// One run of one cell: its coordinate, its sockets and how far it has come.
#ifndef SOCKDRIFT_AGENT_ENGINE_CELL_H_
#define SOCKDRIFT_AGENT_ENGINE_CELL_H_

#include <netinet/in.h>
#include <sys/types.h>

#include <cstdint>
#include <vector>

#include "agent/engine/assembly.h"
#include "agent/engine/tcp_states.h"

namespace sockdrift {

struct CellSocket {
  int fd = -1;  // -1: closed
  int slot = kNoSlot;
  uint32_t round = 0;  // of the repeat that made it, from 1; 0 outside
  int family = 0;
  int type = 0;
  uint8_t host = 0;  // the network stack that it was made in
  bool failed = false;
  bool sent_its_name = false;
  // SO_SNDTIMEO is set, so that a call that would block ends; in milliseconds.
  int64_t send_bound_ms = 0;
  // For sockets that some `facing` names: known from its connect or accept on,
  // for when the kernel no longer tells.
  bool end_known = false;
  ConnectionEnd end;
};

// A socket that has sent its name.
struct SentName {
  int slot = kNoSlot;
  uint32_t round = 0;
};

// Another process of the cell.
struct CellProcess {
  int slot = kNoSlot;  // of its name
  int channel = -1;    // this end of the pair of sockets to it
  pid_t pid = -1;
};

// One address of a resolved list, without a port.
struct ListedAddress {
  sockaddr_in6 ipv6 = {};  // or a sockaddr_in in the same place
  socklen_t size = 0;
};
struct CellList {
  int slot;
  std::vector<ListedAddress> addresses;
};

// A repeat that is under way.
struct CellLoop {
  static constexpr uint32_t kAnyError = ~0u;

  size_t step;   // the repeat itself
  size_t begin;  // its body
  size_t end;    // one past it
  int64_t times;
  int64_t rounds;  // that have ended
  uint32_t until;  // a code, or kAnyError; 0: none
  // Of a sample: the cell's first socket that a round makes.
  bool sample = false;
  size_t first_socket = 0;
};

// How often an observation inside a sample had an outcome.
struct SampleCount {
  int16_t observation;
  uint32_t code;
  int64_t count;
};

// Contexts are used again for other cells, so that their memory stays.
struct Cell {
  uint32_t number = 0;
  uint32_t repeat = 0;
  std::vector<uint16_t> coordinate;  // one an axis, and one at least
  size_t step = 0;
  std::vector<CellSocket> sockets;       // in the order in which they were made
  std::vector<int> slots;                // index into sockets, or -1
  std::vector<uint16_t> ports;           // of each symbol; 0: not chosen yet
  std::vector<uint16_t> other_ports;     // taken for names of ranges
  std::vector<uint32_t> codes;           // one an observation
  std::vector<CellList> lists;           // in the order of their resolve steps
  std::vector<CellLoop> loops;           // the innermost last
  std::vector<SampleCount> samples;      // of the sample that is under way
  size_t caps = 0;                       // which set of capabilities
  std::vector<CellProcess> processes;    // in the order in which they began
  std::vector<SentName> sent_elsewhere;  // by other processes
  // In another process: what the first one took for the name of a range; 0:
  // nothing.
  uint16_t range_port = 0;
  // An observed step has failed: what hangs on it is rightly not reached.
  bool failure_seen = false;
  // Nanoseconds of CLOCK_MONOTONIC. The step's start is 0 but for one that
  // waits.
  int64_t deadline = 0;
  int64_t step_began = 0;
  int64_t wake = 0;

  // The latest list of that name; null where there is none.
  const CellList* ListAt(int slot) const {
    for (size_t i = lists.size(); i-- > 0;) {
      if (lists[i].slot == slot) return &lists[i];
    }
    return nullptr;
  }
  CellSocket* SocketAt(int64_t slot) {
    const int index = slots[slot];
    return index < 0 ? nullptr : &sockets[index];
  }
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_CELL_H_
