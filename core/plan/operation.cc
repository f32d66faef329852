#include "core/plan/operation.h"

#include <algorithm>

namespace sockdrift {
namespace {

using absl::string_view;
using enum FieldType;

constexpr string_view kShutdownHow[] = {"rd", "wr", "rdwr"};
constexpr string_view kCloseHow[] = {"fin", "reset"};
constexpr string_view kYesNo[] = {"yes", "no"};
constexpr string_view kShowWords[] = {"all", "addr", "port", "parity", "form"};
constexpr string_view kSenderWords[] = {"sender", "all",  "addr",
                                        "port",   "form", "destination"};
constexpr string_view kTryWords[] = {"first", "all"};
constexpr string_view kShowList[] = {"result", "list"};
constexpr string_view kShowReached[] = {"result", "addr"};
constexpr string_view kFlagWords[] = {"dontwait", "oob",      "peek",
                                      "fastopen", "nosignal", "more"};
constexpr string_view kEventWords[] = {"in", "out", "err", "hup", "rdhup"};
constexpr string_view kAddressFamilies[] = {"unspec", "inet", "inet6"};
constexpr string_view kLookupFlags[] = {"v4mapped", "all", "addrconfig",
                                        "passive", "numerichost"};
constexpr string_view kLinkStates[] = {"up", "down"};
constexpr string_view kChange[] = {"add", "remove"};
constexpr string_view kStates[] = {
    "ESTABLISHED", "SYN_SENT",  "SYN_RECV", "FIN_WAIT1",
    "FIN_WAIT2",   "TIME_WAIT", "CLOSED",   "CLOSE_WAIT",
    "LAST_ACK",    "LISTEN",    "CLOSING",
};

constexpr FieldSpec kOf = {FieldId::kOf, "of", kSocket, true,
                           "The socket that the call is made on."};
constexpr FieldSpec kTo = {FieldId::kTo, "to", kEndpoint, true,
                           "The address and port."};
constexpr FieldSpec kSaLen = {
    FieldId::kSockaddrLength, "sa_len", kInteger, false,
    "The length passed for the address, wrong on purpose."};

constexpr FieldSpec kSocketFields[] = {
    {FieldId::kAs, "as", kNewSocket, true, "The new socket's name."},
    {FieldId::kFamily, "family", kFamily, true, "The address family."},
    {FieldId::kType, "type", kSocketType, true, "The socket type."},
    {FieldId::kProtocol, "protocol", kProtocol, false,
     "The protocol; the type's own where left out."},
};
constexpr FieldSpec kSetsockoptFields[] = {
    kOf,
    {FieldId::kName, "name", kOptionName, true,
     "The option's symbol; its level follows from it."},
    {FieldId::kValue, "value", kOptionValue, true, "What it is set to."},
    {FieldId::kSize, "size", kInteger, false,
     "The length passed for the value, wrong on purpose."},
};
constexpr FieldSpec kGetsockoptFields[] = {
    kOf,
    {FieldId::kName, "name", kOptionName, true, "The option's symbol."},
    {FieldId::kSize, "size", kInteger, false,
     "The length passed for the value, wrong on purpose."},
};
constexpr FieldSpec kBindFields[] = {kOf, kTo, kSaLen};
constexpr FieldSpec kConnectFields[] = {
    kOf,
    kTo,
    kSaLen,
    {FieldId::kWait, "wait", kWord, false,
     "`no` makes the socket non-blocking for this call.", kYesNo},
};
constexpr FieldSpec kListenFields[] = {
    kOf,
    {FieldId::kBacklog, "backlog", kInteger, false,
     "The accept queue's length; 16 where left out."},
};
constexpr FieldSpec kAcceptFields[] = {
    kOf,
    {FieldId::kAs, "as", kNewSocket, true, "The accepted socket's name."},
};
constexpr FieldSpec kShutdownFields[] = {
    kOf,
    {FieldId::kHow, "how", kWord, true, "Which direction.", kShutdownHow},
};
constexpr FieldSpec kCloseFields[] = {
    kOf,
    {FieldId::kHow, "how", kWord, false,
     "`reset` sets SO_LINGER 1/0s first, so that a connection ends by RST.",
     kCloseHow},
};
constexpr FieldSpec kSendFields[] = {
    kOf,
    {FieldId::kTo, "to", kEndpoint, false,
     "The destination; where left out, the connected one."},
    {FieldId::kData, "data", kText, false,
     "What is sent: a text, or `N bytes`; the socket's name where left out."},
    {FieldId::kFlags, "flags", kWords, false, "MSG_ flags.", kFlagWords},
    kSaLen,
};
constexpr FieldSpec kRecvFields[] = {
    {FieldId::kOf, "of", kSocketList, true,
     "One socket, or several: then the outcome is which of them received."},
    {FieldId::kFlags, "flags", kWords, false, "MSG_ flags.", kFlagWords},
    {FieldId::kShow, "show", kWord, false,
     "`sender`, as where left out, names the socket that sent; the others show "
     "that part of the sender's address, as getpeername does. `destination` "
     "shows the address that a datagram was sent to, of a socket that has "
     "IP_PKTINFO or IPV6_RECVPKTINFO set; else `none`.",
     kSenderWords},
};
constexpr FieldSpec kNameFields[] = {
    kOf,
    {FieldId::kShow, "show", kWord, false,
     "Which part of the address is the outcome; `all` where left out.",
     kShowWords},
    kSaLen,
};
constexpr FieldSpec kPollFields[] = {
    kOf,
    {FieldId::kEvents, "events", kWords, false,
     "What is asked for; `in` where left out.", kEventWords},
};
constexpr FieldSpec kFacing = {
    FieldId::kFacing, "facing", kSocket, false,
    "The other end of this socket's connection, which no socket holds any "
    "more."};
constexpr FieldSpec kOfOptional = {FieldId::kOf, "of", kSocket, false,
                                   "The socket."};
constexpr FieldSpec kTcpStateFields[] = {kOfOptional, kFacing};
constexpr FieldSpec kWaitForFields[] = {
    kOfOptional,
    kFacing,
    {FieldId::kState, "state", kWord, true,
     "The TCP state waited for; CLOSED when the connection is gone.", kStates},
    {FieldId::kMarks, "marks", kMarks, false,
     "Classes for the time that it took; the outcome is the nearest (-2 % to "
     "+10 %), else `other`. Without marks the outcome is `ok`."},
};
constexpr FieldSpec kWaitFields[] = {
    {FieldId::kFor, "for", kDuration, true,
     "How long: for what the kernel does by time, never to find out that "
     "nothing came."},
};
constexpr FieldSpec kGroupFields[] = {
    kOf,
    {FieldId::kGroup, "group", kAddress, true, "The multicast group."},
    {FieldId::kInterface, "interface", kText, false,
     "The link's name, or `any` for the one that the kernel's routes choose; "
     "lo where left out."},
};
constexpr FieldSpec kSysctlFields[] = {
    {FieldId::kKey, "key", kText, true, "The sysctl, with dots."},
    {FieldId::kValue, "value", kText, true, "Its new value."},
};
constexpr FieldSpec kAddressFields[] = {
    {FieldId::kInterface, "interface", kText, true, "The link's name."},
    {FieldId::kValue, "address", kText, true, "The address with its prefix."},
    {FieldId::kHow, "how", kWord, false, "`add` where left out.", kChange},
};
constexpr FieldSpec kLinkFields[] = {
    {FieldId::kInterface, "interface", kText, true, "The link's name."},
    {FieldId::kState, "state", kWord, true, "Up or down.", kLinkStates},
};
constexpr FieldSpec kResolveFields[] = {
    {FieldId::kName, "name", kText, true, "The name looked up."},
    {FieldId::kFamily, "family", kWord, false, "The hint's family.",
     kAddressFamilies},
    {FieldId::kFlags, "flags", kWords, false, "AI_ flags.", kLookupFlags},
    {FieldId::kAs, "as", kNewSocket, false,
     "The list's name, where one dials it."},
    {FieldId::kShow, "show", kWord, false,
     "`list` makes the addresses the outcome, in the order in which "
     "getaddrinfo gave them; `result`, as where left out, does not.",
     kShowList},
};
constexpr FieldSpec kDialFields[] = {
    {FieldId::kTo, "to", kListPort, true,
     "A resolved list and a port: `list:A`."},
    {FieldId::kTry, "try", kWord, false,
     "`first` tries the first address alone; `all`, as where left out, one "
     "after another until one is reached.",
     kTryWords},
    {FieldId::kAs, "as", kNewSocket, true, "The connected socket's name."},
    {FieldId::kType, "type", kSocketType, true, "The socket type."},
    {FieldId::kShow, "show", kWord, false,
     "`addr` makes the address that was reached the outcome; `result`, as "
     "where left out, does not.",
     kShowReached},
};
constexpr FieldSpec kForkFields[] = {
    {FieldId::kAs, "as", kNewProcess, true, "The new process's name."},
};
constexpr FieldSpec kPassFields[] = {
    kOf,
    {FieldId::kTo, "to", kProcess, true,
     "The process that gets the descriptor; `main` is the first one."},
    {FieldId::kAs, "as", kNewSocket, true, "Its name there."},
};
constexpr FieldSpec kExitFields[] = {
    {FieldId::kOf, "of", kProcess, true, "The process that ends."},
};
constexpr FieldSpec kRepeatFields[] = {
    {FieldId::kTimes, "times", kInteger, false,
     "How often at most; 100000 where only `until` is given."},
    {FieldId::kUntil, "until", kOutcome, false,
     "Ends as soon as a step inside answers this, `error` being any errno; "
     "the outcome of the repeat is the count of rounds before it."},
};
constexpr FieldSpec kSampleFields[] = {
    {FieldId::kTimes, "times", kInteger, true, "How many samples."},
};

constexpr FieldSpec kCommonFields[] = {
    {FieldId::kHost, "host", kText, false, "Which of the plan's hosts."},
    {FieldId::kUser, "user", kText, false,
     "Which of the plan's unprivileged users makes the call; the probe's own "
     "where left out."},
    {FieldId::kProcess, "process", kProcess, false,
     "Which process makes the call: one that `fork` made, or `main`, as where "
     "left out."},
    {FieldId::kWithin, "within", kDuration, false,
     "The bound of a call that would block; 500ms where left out."},
    {FieldId::kMust, "must", kOutcome, false,
     "Any other outcome ends the cell as ERROR: its set-up went wrong. Where "
     "an "
     "observed step failed, a step that is not reached for it is not judged."},
};

constexpr string_view kCallSocket[] = {"socket"};
constexpr string_view kCallSetsockopt[] = {"setsockopt"};
constexpr string_view kCallGetsockopt[] = {"getsockopt"};
constexpr string_view kCallBind[] = {"bind"};
constexpr string_view kCallConnect[] = {"connect", "setsockopt", "fcntl"};
constexpr string_view kCallListen[] = {"listen"};
constexpr string_view kCallAccept[] = {"poll", "accept4"};
constexpr string_view kCallShutdown[] = {"shutdown"};
constexpr string_view kCallClose[] = {"setsockopt", "close"};
constexpr string_view kCallSend[] = {"sendto"};
// Who a stream is from is asked of its address.
constexpr string_view kCallRecv[] = {"poll", "recvfrom", "recvmsg",
                                     "getpeername"};
constexpr string_view kCallGetsockname[] = {"getsockname"};
constexpr string_view kCallGetpeername[] = {"getpeername"};
constexpr string_view kCallPoll[] = {"poll"};
constexpr string_view kCallDiag[] = {"getsockname", "getpeername", "getsockopt",
                                     "sendto",      "recvfrom",    "openat",
                                     "read",        "close"};
constexpr string_view kCallGroup[] = {"ioctl", "setsockopt"};
constexpr string_view kCallFile[] = {"openat", "write", "close"};
constexpr string_view kCallNetlink[] = {"socket", "ioctl", "sendto", "recvfrom",
                                        "close"};
// What the C library's getaddrinfo makes of it: it reads files, asks the kernel
// for its addresses (AI_ADDRCONFIG) and for the source address to each of those
// found, by which it sorts them.
constexpr string_view kCallResolve[] = {
    "openat", "read",    "lseek",  "newfstatat",  "close",   "socket",
    "bind",   "connect", "sendto", "getsockname", "recvmsg", "uname"};
constexpr string_view kCallDial[] = {"socket", "setsockopt", "connect",
                                     "close"};
// With the pair of sockets over which the two processes speak, and how one that
// has gone astray is ended.
constexpr string_view kCallFork[] = {"clone",   "socketpair",     "prctl",
                                     "sendmsg", "recvmsg",        "wait4",
                                     "kill",    "set_robust_list"};
constexpr string_view kCallPass[] = {"sendmsg", "recvmsg"};
constexpr string_view kCallExit[] = {"exit_group", "wait4"};

constexpr OperationSpec kOperations[] = {
    {Operation::kSocket, "socket", "Makes a socket.", kSocketFields,
     std::nullopt, kCallSocket, "ok", true},
    {Operation::kSetsockopt, "setsockopt",
     "Sets an option. A value of `unset` leaves the call out.",
     kSetsockoptFields, std::nullopt, kCallSetsockopt, "ok", true},
    {Operation::kGetsockopt, "getsockopt", "Reads an option.",
     kGetsockoptFields, std::nullopt, kCallGetsockopt, "the option's value",
     false},
    {Operation::kBind, "bind", "Binds a socket to an address and port.",
     kBindFields, std::nullopt, kCallBind, "ok", true},
    {Operation::kConnect, "connect",
     "Connects a socket, or names a datagram socket's peer; `unspec` ends "
     "that.",
     kConnectFields, std::nullopt, kCallConnect, "ok, timeout", true},
    {Operation::kListen, "listen", "Makes a socket a listening one.",
     kListenFields, FieldId::kOf, kCallListen, "ok", true},
    {Operation::kAccept, "accept",
     "Takes a connection from a listening socket's queue.", kAcceptFields,
     std::nullopt, kCallAccept, "ok, nothing", false},
    {Operation::kShutdown, "shutdown", "Closes one or both directions.",
     kShutdownFields, std::nullopt, kCallShutdown, "ok", false},
    {Operation::kClose, "close", "Closes a socket; its name is free again.",
     kCloseFields, FieldId::kOf, kCallClose, "ok", false},
    {Operation::kSend, "send", "Sends a datagram or bytes.", kSendFields,
     FieldId::kOf, kCallSend, "ok", false},
    {Operation::kRecv, "recv",
     "Receives what is there. `from:NAME` names the socket that sent it; of a "
     "list of sockets, the outcome is the set that received.",
     kRecvFields, FieldId::kOf, kCallRecv,
     "from:NAME, nothing, eof, {a,b}, an address, none", false},
    {Operation::kGetsockname, "getsockname", "The socket's own address.",
     kNameFields, FieldId::kOf, kCallGetsockname, "an address", false},
    {Operation::kGetpeername, "getpeername", "The address of its peer.",
     kNameFields, FieldId::kOf, kCallGetpeername, "an address", false},
    {Operation::kPoll, "poll", "What poll(2) reports at once.", kPollFields,
     FieldId::kOf, kCallPoll, "in+out+…, nothing", false},
    {Operation::kTcpState, "tcp_state",
     "The TCP state of a socket, or of the other end of its connection.",
     kTcpStateFields, FieldId::kOf, kCallDiag, "a state, CLOSED", false},
    {Operation::kWaitFor, "wait_for",
     "Waits until a connection is in a state; other cells go on meanwhile.",
     kWaitForFields, std::nullopt, kCallDiag,
     "ok or a duration's class, timeout", false},
    {Operation::kWait,
     "wait",
     "Lets time pass for what the kernel itself does by time; other cells go "
     "on meanwhile.",
     kWaitFields,
     FieldId::kFor,
     {},
     "ok",
     false},
    {Operation::kJoinGroup, "join_group", "Joins a multicast group.",
     kGroupFields, std::nullopt, kCallGroup, "ok", true},
    {Operation::kLeaveGroup, "leave_group", "Leaves a multicast group.",
     kGroupFields, std::nullopt, kCallGroup, "ok", false},
    {Operation::kSysctl, "sysctl",
     "Changes a sysctl of the plan's own world (`isolation: cell` only).",
     kSysctlFields, std::nullopt, kCallFile, "ok", false},
    {Operation::kAddress, "address",
     "Adds an address to, or removes it from, a link of the plan's own world "
     "(`isolation: cell` only).",
     kAddressFields, std::nullopt, kCallNetlink, "ok", false},
    {Operation::kLink, "link",
     "Sets a link of the plan's own world up or down (`isolation: cell` only).",
     kLinkFields, std::nullopt, kCallNetlink, "ok", false},
    {Operation::kResolve, "resolve",
     "Looks a name up with getaddrinfo in the plan's private hosts file.",
     kResolveFields, std::nullopt, kCallResolve,
     "ok, an EAI_ name, {192.0.2.1,2001:db8::1}", false},
    {Operation::kDial, "dial",
     "Connects to a resolved list: a new socket of each address' family until "
     "one is connected. Where none is, the outcome is the last one's.",
     kDialFields, std::nullopt, kCallDial, "ok, timeout, an address", false},
    {Operation::kFork, "fork",
     "Makes another process, which inherits every descriptor: the sockets that "
     "there are keep their names in it, and whatever is made after belongs to "
     "the process that made it.",
     kForkFields, FieldId::kAs, kCallFork, "ok", false},
    {Operation::kPass, "pass",
     "Passes a descriptor to another process (SCM_RIGHTS); the sender keeps "
     "its own.",
     kPassFields, std::nullopt, kCallPass, "ok", false},
    {Operation::kExit, "exit",
     "Ends a process with all that it has open, and waits for it. What is "
     "still there at the cell's end is ended then.",
     kExitFields, FieldId::kOf, kCallExit, "ok", false},
    {Operation::kRepeat,
     "repeat",
     "Runs its steps several times; `over:` a list and `as:` a name, in place "
     "of these, once for each value.",
     kRepeatFields,
     std::nullopt,
     {},
     "a count",
     false},
    {Operation::kSample,
     "sample",
     "Runs its steps several times; what they observe becomes one class. What "
     "a round makes is closed at its end.",
     kSampleFields,
     std::nullopt,
     {},
     "all:x, even:{x,y}, mixed:{x,y} with sorted members",
     false},
};

}  // namespace

absl::Span<const OperationSpec> Operations() { return kOperations; }

absl::Span<const FieldSpec> CommonFields() { return kCommonFields; }

const OperationSpec* FindOperation(string_view name) {
  const auto* it = std::find_if(
      std::begin(kOperations), std::end(kOperations),
      [&](const OperationSpec& spec) { return spec.name == name; });
  return it == std::end(kOperations) ? nullptr : it;
}

const OperationSpec* FindOperation(uint8_t number) {
  if (number < 1 || number > std::size(kOperations)) return nullptr;
  return &kOperations[number - 1];
}

const OperationSpec& SpecOf(Operation operation) {
  return kOperations[static_cast<uint8_t>(operation) - 1];
}

const FieldSpec* FindField(const OperationSpec& operation, FieldId id) {
  for (absl::Span<const FieldSpec> fields :
       {operation.fields, absl::Span<const FieldSpec>(kCommonFields)}) {
    for (const FieldSpec& field : fields) {
      if (field.id == id) return &field;
    }
  }
  return nullptr;
}

}  // namespace sockdrift
