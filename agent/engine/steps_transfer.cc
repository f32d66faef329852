// Sending, receiving and polling.
#include <netinet/in.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

constexpr size_t kLargest = 65536;
// A receiver is asked this often for more at most.
constexpr int kMostDatagrams = 4096;

// What is sent: the step's data, or the socket's name, which tells the
// receiver who it was.
std::string PayloadOf(Machine& machine, const Cell& cell, const DenseStep& step,
                      CellSocket& socket) {
  const int64_t data = step.At(FieldId::kData, cell.coordinate.data());
  if (data == kUnset) {
    socket.sent_its_name = true;
    return NameOf(machine.assembly, socket);
  }
  absl::string_view text = machine.assembly.texts[data];
  size_t count = 0;
  if (absl::ConsumeSuffix(&text, " bytes") && absl::SimpleAtoi(text, &count)) {
    return std::string(std::min(count, kLargest), 'x');
  }
  return machine.assembly.texts[data];
}

// Whether a socket's own address is that of the end, wildcards matching any.
bool IsAt(Machine& machine, const CellSocket& socket, const in6_addr& address,
          uint16_t port) {
  sockaddr_in6 own = {};
  socklen_t size = sizeof own;
  if (socket.fd < 0 || machine.calls.Getsockname(socket.fd, &own, &size) < 0) {
    return false;
  }
  in6_addr here;
  uint16_t own_port = 0;
  ReadAddress(&own, here, own_port);
  static const uint8_t kMappedAny[16] = {0, 0, 0, 0, 0,    0,
                                         0, 0, 0, 0, 0xff, 0xff};
  const bool any = IN6_IS_ADDR_UNSPECIFIED(&here) ||
                   std::memcmp(&here, kMappedAny, sizeof here) == 0;
  return own_port == port &&
         (any || std::memcmp(&here, &address, sizeof here) == 0);
}

bool HasPeer(Machine& machine, const CellSocket& socket) {
  sockaddr_in6 peer = {};
  socklen_t size = sizeof peer;
  return machine.calls.Getpeername(socket.fd, &peer, &size) >= 0;
}

struct Received {
  int result;  // bytes, or minus errno
  sockaddr_in6 source = {};
  socklen_t source_size = 0;  // 0: the kernel tells none, as of a stream
  std::string from;           // the sender's name, where it is wanted
};

// The name of who sent it: by what it says, then by where it came from.
std::string SenderOf(Machine& machine, Cell& cell, const CellSocket& receiver,
                     absl::string_view data, const Received& received) {
  std::string named;
  const auto consider = [&](std::string name) {
    if (absl::StartsWith(data, name) && name.size() > named.size()) {
      named = std::move(name);
    }
  };
  for (const CellSocket& socket : cell.sockets) {
    if (socket.sent_its_name) consider(NameOf(machine.assembly, socket));
  }
  for (const SentName& sent : cell.sent_elsewhere) {
    consider(NameOf(machine.assembly, sent.slot, sent.round));
  }
  if (!named.empty()) return named;
  sockaddr_in6 peer = received.source;
  socklen_t size = sizeof peer;
  if (received.source_size == 0 &&
      machine.calls.Getpeername(receiver.fd, &peer, &size) < 0) {
    return "other";
  }
  in6_addr address;
  uint16_t port = 0;
  ReadAddress(&peer, address, port);
  // A listener has the same address as the connections that it accepted.
  const bool stream = receiver.type == SOCK_STREAM;
  for (const CellSocket& socket : cell.sockets) {
    if (&socket != &receiver && IsAt(machine, socket, address, port) &&
        (!stream || HasPeer(machine, socket))) {
      return NameOf(machine.assembly, socket);
    }
  }
  return "other";
}

// Takes one datagram, or what there is of a stream. The socket is ready.
Received Take(Machine& machine, Cell& cell, const DenseStep& step,
              const CellSocket& socket, bool wants_sender) {
  static char buffer[kLargest];
  const int64_t flags = step.At(FieldId::kFlags, cell.coordinate.data());
  Received received;
  socklen_t size = sizeof received.source;
  received.result = machine.calls.Receive(
      socket.fd, buffer, sizeof buffer,
      MSG_DONTWAIT | (flags == kUnset ? 0 : static_cast<int>(flags)),
      &received.source, &size);
  if (socket.type != SOCK_STREAM) received.source_size = size;
  if (received.result >= 0 && wants_sender) {
    const absl::string_view data(buffer, static_cast<size_t>(received.result));
    received.from = SenderOf(machine, cell, socket, data, received);
  }
  return received;
}

// The address that a datagram was sent to, by what the kernel tells beside it;
// a family of 0 where it tells nothing.
sockaddr_in6 DestinationIn(msghdr& message) {
  sockaddr_in6 ipv6 = {};
  for (cmsghdr* about = CMSG_FIRSTHDR(&message); about != nullptr;
       about = CMSG_NXTHDR(&message, about)) {
    if (about->cmsg_level == IPPROTO_IPV6 && about->cmsg_type == IPV6_PKTINFO) {
      in6_pktinfo info;
      std::memcpy(&info, CMSG_DATA(about), sizeof info);
      ipv6.sin6_family = AF_INET6;
      ipv6.sin6_addr = info.ipi6_addr;
      return ipv6;
    }
    if (about->cmsg_level == IPPROTO_IP && about->cmsg_type == IP_PKTINFO) {
      in_pktinfo info;
      std::memcpy(&info, CMSG_DATA(about), sizeof info);
      sockaddr_in ipv4 = {};
      ipv4.sin_family = AF_INET;
      ipv4.sin_addr = info.ipi_addr;
      std::memcpy(&ipv6, &ipv4, sizeof ipv4);
    }
  }
  return ipv6;
}

Outcome ReceiveDestination(Machine& machine, Cell& cell, const DenseStep& step,
                           const CellSocket& socket) {
  char data[1];
  alignas(cmsghdr) char room[512];
  iovec into = {data, sizeof data};
  msghdr message = {};
  message.msg_iov = &into;
  message.msg_iovlen = 1;
  message.msg_control = room;
  message.msg_controllen = sizeof room;
  const int64_t flags = step.At(FieldId::kFlags, cell.coordinate.data());
  const int result = machine.calls.ReceiveMessage(
      socket.fd, &message,
      MSG_DONTWAIT | (flags == kUnset ? 0 : static_cast<int>(flags)));
  if (result == -EAGAIN) return Outcome::Of(Word::kNothing);
  if (result < 0) return Outcome::OfResult(result);
  const sockaddr_in6 destination = DestinationIn(message);
  if (destination.sin6_family == 0) return machine.codes.OfText("none");
  return ShowAddress(machine, cell, Show::kAddress, destination,
                     sizeof destination);
}

Outcome ReceiveOne(Machine& machine, Cell& cell, const DenseStep& step,
                   const CellSocket& socket) {
  if (!AwaitReady(machine, cell, step, socket.fd, POLLIN)) {
    return Outcome::Of(Word::kNothing);
  }
  const int64_t show = step.At(FieldId::kShow, cell.coordinate.data());
  if (show == static_cast<int64_t>(Show::kDestination)) {
    return ReceiveDestination(machine, cell, step, socket);
  }
  const bool names_sender =
      show == kUnset || static_cast<Show>(show) == Show::kSender;
  const Received received = Take(machine, cell, step, socket, names_sender);
  // A checksum error or another reader: ready, and yet nothing there.
  if (received.result == -EAGAIN) return Outcome::Of(Word::kNothing);
  if (received.result < 0) return Outcome::OfResult(received.result);
  if (received.result == 0 && socket.type == SOCK_STREAM) {
    return Outcome::Of(Word::kEof);
  }
  if (!names_sender) {
    return ShowAddress(machine, cell, static_cast<Show>(show), received.source,
                       received.source_size);
  }
  return machine.codes.OfText(absl::StrCat("from:", received.from));
}

// How many datagrams a socket has waiting, all of them taken.
int TakeAll(Machine& machine, Cell& cell, const DenseStep& step,
            const CellSocket& socket) {
  for (int count = 0; count < kMostDatagrams; ++count) {
    const Received received = Take(machine, cell, step, socket, false);
    if (received.result < 0) return count;
    if (socket.type == SOCK_STREAM) return received.result > 0 ? 1 : 0;
  }
  return kMostDatagrams;
}

// "{a,b}", "{a}*4", or "{a}*3,{b}*1" where they got unlike numbers.
std::string ReceiversText(
    const std::vector<std::pair<std::string, int>>& receivers) {
  const int first = receivers[0].second;
  const bool alike =
      std::all_of(receivers.begin(), receivers.end(),
                  [&](const auto& one) { return one.second == first; });
  const auto name = [](std::string* out, const auto& one) {
    out->append(one.first);
  };
  if (alike) {
    const std::string set =
        absl::StrCat("{", absl::StrJoin(receivers, ",", name), "}");
    return first == 1 ? set : absl::StrCat(set, "*", first);
  }
  return absl::StrJoin(receivers, ",", [](std::string* out, const auto& one) {
    absl::StrAppend(out, "{", one.first, "}*", one.second);
  });
}

}  // namespace

StepEnd RunSend(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  const uint16_t* at = cell.coordinate.data();
  ResolvedEndpoint to;
  const bool has_to = step.At(FieldId::kTo, at) != kUnset;
  if (has_to) {
    const StepEnd end = ResolveTo(machine, cell, step, to);
    if (end != StepEnd::kAnswered) return end;
  }
  CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  if (socket.type == SOCK_STREAM) {
    BoundSends(machine, socket, BoundOf(step, cell));
  }
  // What an earlier send provoked (an ICMP error) belongs to this answer.
  machine.fence.Pass();
  const std::string payload = PayloadOf(machine, cell, step, socket);
  const int64_t flags = step.At(FieldId::kFlags, at);
  const int result = machine.calls.Send(
      socket.fd, payload.data(), payload.size(),
      MSG_NOSIGNAL | (flags == kUnset ? 0 : static_cast<int>(flags)),
      has_to ? to.endpoint.bytes : nullptr, has_to ? to.size : 0);
  machine.fence.Sent();
  outcome = Outcome::OfResult(result);
  const bool may_wait =
      flags == kUnset || (static_cast<int>(flags) & MSG_DONTWAIT) == 0;
  if (result == -EAGAIN && socket.type == SOCK_STREAM && may_wait) {
    outcome = Outcome::Of(Word::kTimeout);
  }
  return StepEnd::kAnswered;
}

StepEnd RunRecv(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  const std::vector<int>& list =
      machine.assembly.lists[step.At(FieldId::kOf, cell.coordinate.data())];
  std::vector<const CellSocket*> sockets;
  for (int slot : list) {
    const CellSocket* socket = cell.SocketAt(slot);
    if (socket != nullptr && (step.always || !socket->failed)) {
      sockets.push_back(socket);
    }
  }
  if (sockets.empty()) return StepEnd::kNotReached;
  if (list.size() == 1) {
    outcome = ReceiveOne(machine, cell, step, *sockets[0]);
    return StepEnd::kAnswered;
  }
  machine.fence.Pass();
  std::vector<std::pair<std::string, int>> receivers;
  // Whoever is asked first waits for all: delivery to one socket says nothing
  // of the others.
  for (const CellSocket* socket : sockets) {
    if (!AwaitReady(machine, cell, step, socket->fd, POLLIN)) continue;
    const int count = TakeAll(machine, cell, step, *socket);
    if (count > 0) {
      receivers.emplace_back(NameOf(machine.assembly, *socket), count);
    }
  }
  outcome = receivers.empty() ? Outcome::Of(Word::kNothing)
                              : machine.codes.OfText(ReceiversText(receivers));
  return StepEnd::kAnswered;
}

StepEnd RunPoll(Machine& machine, Cell& cell, const DenseStep& step,
                Outcome& outcome) {
  constexpr std::pair<short, absl::string_view> kNames[] = {
      {POLLIN, "in"},
      {POLLOUT, "out"},
      {POLLERR, "err"},
      {POLLHUP, "hup"},
      {POLLRDHUP, "rdhup"}};
  const uint16_t* at = cell.coordinate.data();
  const CellSocket& socket = *cell.SocketAt(step.At(FieldId::kOf, at));
  const int64_t asked = step.At(FieldId::kEvents, at);
  const short events = asked == kUnset ? POLLIN : static_cast<short>(asked);
  machine.fence.Pass();
  // Fewer events than are coming would be a difference in time, not in kind.
  AwaitReady(machine, cell, step, socket.fd, events);
  short ready = events;
  const int result = machine.calls.Poll(socket.fd, &ready, 0);
  outcome = Outcome::OfResult(result);
  if (result == 0) outcome = Outcome::Of(Word::kNothing);
  if (result <= 0) return StepEnd::kAnswered;
  std::vector<absl::string_view> names;
  for (const auto& [bit, name] : kNames) {
    if ((ready & bit) != 0) names.push_back(name);
  }
  outcome = machine.codes.OfText(absl::StrJoin(names, "+"));
  return StepEnd::kAnswered;
}

}  // namespace sockdrift
