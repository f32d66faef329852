// The operation table: the one source of what a step can be. The compiler
// checks plans against it, the documentation and the editor's schema are
// written from it, the engine implements it and the probe's seccomp filter is
// made from its system calls.
#ifndef SOCKDRIFT_CORE_PLAN_OPERATION_H_
#define SOCKDRIFT_CORE_PLAN_OPERATION_H_

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// The numbers are part of the canonical program: never reuse one.
enum class Operation : uint8_t {
  kSocket = 1,
  kSetsockopt = 2,
  kGetsockopt = 3,
  kBind = 4,
  kConnect = 5,
  kListen = 6,
  kAccept = 7,
  kShutdown = 8,
  kClose = 9,
  kSend = 10,
  kRecv = 11,
  kGetsockname = 12,
  kGetpeername = 13,
  kPoll = 14,
  kTcpState = 15,
  kWaitFor = 16,
  kWait = 17,
  kJoinGroup = 18,
  kLeaveGroup = 19,
  kSysctl = 20,
  kAddress = 21,
  kLink = 22,
  kResolve = 23,
  kDial = 24,
  kFork = 25,
  kPass = 26,
  kExit = 27,
  // Runs the next Step::body steps several times.
  kRepeat = 28,
  // As kRepeat; what is observed inside becomes a class of a distribution.
  kSample = 29,
};

// What may stand in a field, and in which canonical text the program carries
// it. Equal meaning has one text; a reader of programs may rely on it.
enum class FieldType : uint8_t {
  // A name that this step brings into being: letters, digits, '_' and '-'.
  kNewSocket,
  // The name of a socket that an earlier step made. Outside of a repeat's body
  // `s[1]`, `s[2]` … are what its rounds made under the name `s`.
  kSocket,
  kSocketList,  // one or more such names, joined by ',', in the plan's order
  kFamily,      // inet, inet6, unix
  kSocketType,  // stream, dgram
  kProtocol,    // default, tcp, udp, mptcp, udplite, sctp
  kOptionName,  // SO_REUSEADDR …: a name of core/net/option_name.h
  // By the option's kind (core/net/option_name.h): decimal, "1/5s", "1500ms",
  // "40000-49999", a link's name, "drop-all", "accept-all", "always N", "cpu".
  kOptionValue,
  // "ADDRESS:PORT" with an IPv6 address in brackets; "unspec" or
  // "unspec(ADDRESS):PORT" for AF_UNSPEC. ADDRESS is as kAddress; PORT is a
  // number without leading zeros (0 asks for an ephemeral port), a symbolic
  // port `A` … `Z` with an optional class (`A.low`, `A.ephemeral`,
  // `A.nodeport`), `port(NAME)` for the port of a socket, or the name of an
  // entry of Program::ports.
  kEndpoint,
  kAddress,   // an address as inet_ntop(3) writes it, with `%LINK` if scoped
  kInteger,   // decimal without leading zeros, may be negative
  kDuration,  // whole milliseconds, as in 1500ms
  // Durations joined by ',', ascending, each in the text that the outcome has:
  // whole seconds as in 60s, others as in 500ms.
  kMarks,
  kWord,   // one of FieldSpec::words
  kWords,  // several of them, once each, in the words' order, joined by ','
  // A name for another process, as kNewSocket.
  kNewProcess,
  // The name of a process that an earlier step made, or `main`, the first one.
  kProcess,
  // "LIST:PORT": what a resolve step made, and a PORT as in kEndpoint.
  kListPort,
  kOutcome,  // an outcome
  kText,     // anything
};

// The numbers are part of the canonical program: never reuse one.
enum class FieldId : uint8_t {
  kAs = 1,
  kOf = 2,
  kFamily = 3,
  kType = 4,
  kProtocol = 5,
  kName = 6,
  kValue = 7,
  kSize = 8,
  kTo = 9,
  kSockaddrLength = 10,
  kWait = 11,
  kBacklog = 12,
  kHow = 13,
  kData = 14,
  kFlags = 15,
  kShow = 16,
  kFacing = 17,
  kState = 18,
  kMarks = 19,
  kFor = 20,
  kGroup = 21,
  kInterface = 22,
  kKey = 23,
  kTimes = 24,
  kUntil = 25,
  kTry = 26,
  kEvents = 27,
  // Fields that any step may carry.
  kHost = 64,
  kUser = 65,
  kProcess = 66,
  kWithin = 67,
  kMust = 68,
};

struct FieldSpec {
  FieldId id;
  absl::string_view key;  // as written in a plan
  FieldType type;
  bool required = false;
  absl::string_view about;                      // one sentence
  absl::Span<const absl::string_view> words{};  // for kWord and kWords
};

struct OperationSpec {
  Operation operation;
  absl::string_view name;   // as written in a plan
  absl::string_view about;  // one or two sentences
  absl::Span<const FieldSpec> fields;
  // The field that `- name: scalar` fills; nullopt where a map is needed.
  std::optional<FieldId> shorthand;
  // Names of the system calls that it makes, for the seccomp allow-list and
  // for `plans show`.
  absl::Span<const absl::string_view> system_calls;
  // What it can answer beside errno names, in words, for the documentation.
  absl::string_view outcomes;
  // An errno or `timeout` of it makes later steps on its socket `not-reached`.
  bool fails_socket = false;
};

// All operations, in the order of their numbers.
absl::Span<const OperationSpec> Operations();
// Null where there is none of that name.
const OperationSpec* FindOperation(absl::string_view name);
const OperationSpec& SpecOf(Operation operation);
// Null for a number that this build does not know.
const OperationSpec* FindOperation(uint8_t number);
// The fields that any step may carry (host, user, process, within, must).
absl::Span<const FieldSpec> CommonFields();
// The spec of a field of an operation or of the common ones; null if none.
const FieldSpec* FindField(const OperationSpec& operation, FieldId id);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PLAN_OPERATION_H_
