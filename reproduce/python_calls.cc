// The calls of a Python program, one function a family of operations.
#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "reproduce/limits.h"
#include "reproduce/options.h"
#include "reproduce/python_program.h"

namespace sockdrift {
namespace {

using absl::StrCat;

// What every Python that is in use has in its module `socket`.
constexpr absl::string_view kInModule[] = {"SO_REUSEADDR",
                                           "SO_REUSEPORT",
                                           "SO_BROADCAST",
                                           "SO_KEEPALIVE",
                                           "SO_LINGER",
                                           "SO_SNDBUF",
                                           "SO_RCVBUF",
                                           "SO_SNDTIMEO",
                                           "SO_RCVTIMEO",
                                           "SO_ERROR",
                                           "SO_TYPE",
                                           "SO_BINDTODEVICE",
                                           "SO_OOBINLINE",
                                           "SO_DONTROUTE",
                                           "SO_RCVLOWAT",
                                           "IP_TTL",
                                           "IP_TOS",
                                           "IP_MULTICAST_TTL",
                                           "IP_MULTICAST_IF",
                                           "IP_MULTICAST_LOOP",
                                           "IPV6_V6ONLY",
                                           "IPV6_TCLASS",
                                           "IPV6_UNICAST_HOPS",
                                           "IPV6_MULTICAST_HOPS",
                                           "IPV6_RECVPKTINFO",
                                           "IPV6_MULTICAST_IF",
                                           "IPV6_MULTICAST_LOOP",
                                           "TCP_NODELAY",
                                           "TCP_MAXSEG",
                                           "TCP_CORK",
                                           "TCP_KEEPIDLE",
                                           "TCP_KEEPINTVL",
                                           "TCP_KEEPCNT",
                                           "TCP_SYNCNT",
                                           "TCP_LINGER2",
                                           "TCP_DEFER_ACCEPT",
                                           "TCP_QUICKACK",
                                           "TCP_WINDOW_CLAMP",
                                           "TCP_USER_TIMEOUT",
                                           "TCP_FASTOPEN"};

constexpr absl::string_view kPollMs = "20ms";

std::string Quoted(absl::string_view text) {
  return StrCat("\"", absl::CEscape(text), "\"");
}

std::string FlagsOf(const CellStep& step, absl::string_view prefix) {
  return Flags(prefix, step.Get(FieldId::kFlags));
}

}  // namespace

std::string PythonProgram::Constant(absl::string_view name, int number) {
  constants_[std::string(name)] = number;
  return std::string(name);
}

std::string PythonProgram::NameOfOption(const OptionSpec& option) {
  parts_.Include("socket");
  const bool in_module = std::find(std::begin(kInModule), std::end(kInModule),
                                   option.name) != std::end(kInModule);
  return StrCat("socket.", OptionLevelName(option.name), ", ",
                in_module ? StrCat("socket.", option.name)
                          : Constant(option.name, option.number));
}

void PythonProgram::Act(const CellStep& step, absl::string_view helper,
                        absl::string_view act, absl::string_view more) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  parts_.Use(helper);
  const std::string line =
      StrCat(helper, "(", socket, ", lambda: ", act, more, ")");
  if (!step.step->always) {
    Line(line);
    return;
  }
  parts_.Use("anyway");
  Line(StrCat("anyway(", socket, ", lambda: ", line, ")"));
}

absl::StatusOr<Target> PythonProgram::TargetOf(const CellStep& step) {
  return ParseTarget(step.Get(FieldId::kTo), *script_.program);
}

bool PythonProgram::IsPlain(const CellStep& step, const Target& target) {
  const std::string family = KnownOf(step.Get(FieldId::kOf)).family;
  const bool same =
      (target.family == Target::Family::kInet && family == "inet") ||
      (target.family == Target::Family::kInet6 && family == "inet6");
  return same && step.Find(FieldId::kSockaddrLength) == nullptr;
}

std::string PythonProgram::ScopeOf(const CellStep& step, const Target& target) {
  if (target.zone.empty() || absl::ascii_isdigit(target.zone[0])) {
    return target.zone;
  }
  parts_.Use("link_number");
  return StrCat("link_number(", Spelled(step.Get(FieldId::kOf)), ", ",
                Quoted(target.zone), ")");
}

std::string PythonProgram::TupleOf(const CellStep& step, const Target& target) {
  if (target.port_kind == PortKind::kSocket) parts_.Use("port_of");
  const std::string scope = ScopeOf(step, target);
  return StrCat("(", Quoted(target.address), ", ", PortOf(target),
                scope.empty() ? "" : ", 0, ", scope, ")");
}

std::string PythonProgram::BytesOf(const CellStep& step, const Target& target) {
  if (target.port_kind == PortKind::kSocket) parts_.Use("port_of");
  std::string address;
  if (IsIpv6Text(target.address)) {
    parts_.Use("ipv6");
    const std::string scope = ScopeOf(step, target);
    address = StrCat("ipv6(", Quoted(target.address), ", ", PortOf(target),
                     ", ", scope.empty() ? "0" : scope, ")");
  } else if (!target.address.empty()) {
    parts_.Use("ipv4");
    address =
        StrCat("ipv4(", Quoted(target.address), ", ", PortOf(target), ")");
  }
  if (target.family == Target::Family::kUnspec) {
    parts_.Use("unspec");
    address = StrCat("unspec(", address, ")");
  }
  parts_.Use("libc");
  return StrCat(address, ", u32(",
                step.Get(FieldId::kSockaddrLength, StrCat(target.size())), ")");
}

void PythonProgram::NeedPortOf(const CellStep& step, const Target& target) {
  if (target.port_kind != PortKind::kSocket) return;
  parts_.Use("needs");
  Line(StrCat("needs(", Spelled(step.Get(FieldId::kOf)), ", ",
              Spelled(target.port), ")"));
}

void PythonProgram::Bound(const CellStep& step) {
  if (!MustBound(step)) return;
  parts_.Use("bound");
  Line(StrCat("bound(", Spelled(step.Get(FieldId::kOf)), ", ",
              BoundMs(step, "500ms"), ")"));
}

void PythonProgram::Made(const CellStep& step) {
  if (!NamesSendersByAddress(script_)) return;
  const std::string as = step.Get(FieldId::kAs);
  parts_.Use("made");
  Line(StrCat("remember_name(", Spelled(as), ", ", Quoted(as), ")"));
}

void PythonProgram::Remember(absl::string_view socket, const std::string& to) {
  if (!script_.Faces(socket)) return;
  parts_.Use("ends");
  Line(StrCat("remember(", EndsVariable(socket), ", ", Spelled(socket),
              to.empty() ? "" : ", ", to, ")"));
}

absl::Status PythonProgram::SocketCall(const CellStep& step) {
  const std::string protocol = step.Get(FieldId::kProtocol, "default");
  std::string number;
  if (protocol == "mptcp" || protocol == "udplite" || protocol == "sctp") {
    number = Constant(StrCat("IPPROTO_", absl::AsciiStrToUpper(protocol)),
                      protocol == "mptcp"  ? 262
                      : protocol == "sctp" ? 132
                                           : 136);
  } else if (protocol != "default") {
    number = StrCat("socket.IPPROTO_", absl::AsciiStrToUpper(protocol));
  }
  parts_.Use("opened");
  Line(StrCat(Spelled(step.Get(FieldId::kAs)),
              " = opened(lambda: Socket(socket.AF_",
              absl::AsciiStrToUpper(step.Get(FieldId::kFamily)),
              ", socket.SOCK_", absl::AsciiStrToUpper(step.Get(FieldId::kType)),
              number.empty() ? "" : ", ", number, "))"));
  Made(step);
  return absl::OkStatus();
}

absl::Status PythonProgram::SetOption(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  std::string link;
  if (!value.link.empty()) {
    parts_.Use("link_number");
    link = StrCat("link_number(", socket, ", ", Quoted(value.link), ")");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::string bytes, OptionInPython(value, link));
  if (absl::StrContains(bytes, "this_cpu()")) parts_.Use("this_cpu");
  if (absl::StrContains(bytes, "program(")) parts_.Use("program");
  const std::string helper = step.step->observe_failure_only ? "also" : "call";
  const std::string name = NameOfOption(*value.option);
  int64_t number = 0;
  if (!value.size.empty()) {
    parts_.Use("set_any");
    parts_.Include("struct");
    Act(step, helper,
        StrCat("set_any(", socket, ", ", name, ", ", bytes, ", ", value.size,
               ")"));
    return absl::OkStatus();
  }
  // The module makes an int of a number itself.
  if (value.option->kind == OptionKind::kInteger &&
      absl::SimpleAtoi(value.text, &number)) {
    bytes = value.text;
  }
  if (absl::StrContains(bytes, "struct.")) parts_.Include("struct");
  Act(step, helper, StrCat(socket, ".setsockopt(", name, ", ", bytes, ")"));
  return absl::OkStatus();
}

absl::Status PythonProgram::GetOption(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
  const OptionSpec& option = *value.option;
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  const std::string show = ShownAs(option);
  parts_.Use(StrCat("option_", show));
  std::string text = StrCat(show, "_in");
  if (show == "link") {
    text = StrCat(
        "lambda v: link_in(", socket, ", v, ",
        option.kind == OptionKind::kLinkNetworkOrder ? "True" : "False", ")");
  }
  const std::string get = value.size.empty() ? "get" : "get_any";
  parts_.Use(get);
  Act(step, "on",
      StrCat(get, "(", socket, ", ", NameOfOption(option), ", ",
             OptionRoom(step, option), ", ", text, ")"));
  return absl::OkStatus();
}

absl::Status PythonProgram::AddressCall(const CellStep& step,
                                        absl::string_view call) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
  const std::string of = step.Get(FieldId::kOf);
  const std::string socket = Spelled(of);
  NeedPortOf(step, target);
  const std::string act =
      IsPlain(step, target)
          ? StrCat(socket, ".", call, "(", TupleOf(step, target), ")")
          : StrCat("checked(libc.", call, "(", socket, ".fileno(), ",
                   BytesOf(step, target), "))");
  if (call != "connect") {
    Act(step, "call", act);
    return absl::OkStatus();
  }
  if (step.Get(FieldId::kWait) == "no") {
    Act(step, "begin", act);
  } else if (KnownOf(of).type == "stream") {
    Bound(step);
    parts_.Include("errno");
    Act(step, "call", act, ", errno.EINPROGRESS");
  } else {
    Act(step, "call", act);
  }
  sent_ = true;
  const bool has_peer = target.family != Target::Family::kUnspec &&
                        target.port_kind != PortKind::kSocket;
  Remember(of, has_peer ? TupleOf(step, target) : "");
  return absl::OkStatus();
}

void PythonProgram::Listen(const CellStep& step) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  const std::string backlog = step.Get(FieldId::kBacklog, "16");
  // The module makes 0 of a negative one.
  const bool negative = absl::StartsWith(backlog, "-");
  if (negative) parts_.Use("libc");
  Act(step, "call",
      negative
          ? StrCat("checked(libc.listen(", socket, ".fileno(), ", backlog, "))")
          : StrCat(socket, ".listen(", backlog, ")"));
}

absl::Status PythonProgram::Accept(const CellStep& step) {
  const std::string as = step.Get(FieldId::kAs);
  const std::string listener = Spelled(step.Get(FieldId::kOf));
  parts_.Use("take");
  const std::string take =
      StrCat("take(", listener, ", ", BoundMs(step, kPollMs), ")");
  Line(StrCat("if there(", listener, "):"));
  Line(StrCat("    ", Spelled(as), " = ", take));
  Line("else:");
  Line("    says(\"not-reached\")");
  Made(step);
  Remember(as, "");
  return absl::OkStatus();
}

absl::Status PythonProgram::Close(const CellStep& step) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  parts_.Use("close");
  sent_ = true;
  if (step.step->always) {
    Line(StrCat("if ", socket, " is not None:"));
    Line(StrCat("    ", socket, ".failed = False"));
  }
  if (step.Get(FieldId::kHow) == "reset") {
    parts_.Include("struct");
    Line(StrCat("if there(", socket, "):"));
    Line(StrCat("    ", socket,
                ".setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, "
                "struct.pack(\"ii\", 1, 0))"));
  }
  Line(StrCat(socket, " = close(", socket, ")"));
  return absl::OkStatus();
}

absl::Status PythonProgram::Send(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  const std::string socket = Spelled(of);
  const Payload payload = PayloadOf(step, script_);
  std::string data = StrCat("b", Quoted(payload.text));
  if (payload.count > 0) data = StrCat("bytes(", payload.count, ")");
  if (payload.numbered) {
    const size_t bracket = socket.find('[');
    data = StrCat("(", Quoted(payload.text + "[%d]"), " % ",
                  socket.substr(bracket + 1, socket.size() - bracket - 2),
                  ").encode()");
  }
  const std::string given = step.Get(FieldId::kFlags);
  std::string flags = "socket.MSG_NOSIGNAL";
  if (!given.empty()) {
    absl::StrAppend(&flags, " | ", FlagsOf(step, "socket.MSG_"));
  }
  std::string act = StrCat(socket, ".send(", data, ", ", flags, ")");
  std::string needs;
  if (step.Find(FieldId::kTo) != nullptr) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
    if (target.port_kind == PortKind::kSocket) needs = Spelled(target.port);
    act = IsPlain(step, target)
              ? StrCat(socket, ".sendto(", data, ", ", flags, ", ",
                       TupleOf(step, target), ")")
              : StrCat("checked(libc.sendto(", socket, ".fileno(), ", data,
                       ", ", StrCat("len(", data, ")"), ", ", flags, ", ",
                       BytesOf(step, target), "))");
  }
  Bound(step);
  // What an earlier call provoked (an ICMP error) belongs to this answer.
  if (sent_ || in_loop()) {
    parts_.Use("settle");
    Line("settle()");
  }
  const bool may_wait =
      KnownOf(of).type == "stream" && !absl::StrContains(given, "dontwait");
  parts_.Include("socket");
  if (may_wait) parts_.Include("errno");
  if (!needs.empty()) {
    Line(StrCat("if not there(", needs, "):"));
    Line("    says(\"not-reached\")");
    Line("else:");
    ++indent_;
  }
  Act(step, "ask", act, may_wait ? ", errno.EAGAIN" : "");
  if (!needs.empty()) --indent_;
  sent_ = true;
  return absl::OkStatus();
}

absl::Status PythonProgram::Receive(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  if (absl::StrContains(of, ',')) return ReceiveFromSeveral(step);
  const std::string show = step.Get(FieldId::kShow, "sender");
  const std::string arguments =
      StrCat(Spelled(of), ", ", FlagsOf(step, "socket.MSG_"), ", ",
             BoundMs(step, kPollMs));
  if (show == "sender") {
    parts_.Use("receive");
    parts_.Use("receive_end");
    if (NamesSendersByAddress(script_)) parts_.Use("receive_by_address");
    Act(step, "on", StrCat("receive(", arguments, ")"));
  } else if (show == "destination") {
    parts_.Use("receive_destination");
    Act(step, "on", StrCat("receive_destination(", arguments, ")"));
  } else {
    parts_.Use("receive_address");
    parts_.Use(StrCat("show_", show));
    Act(step, "on",
        StrCat("receive_address(", arguments, ", ", TextFunction(show), ")"));
  }
  return absl::OkStatus();
}

absl::Status PythonProgram::ReceiveFromSeveral(const CellStep& step) {
  parts_.Use("receivers");
  Line("settle()");
  const std::string rest =
      StrCat(FlagsOf(step, "socket.MSG_"), ", ", BoundMs(step, kPollMs), ")");
  for (const SocketRun& run : RunsOf(step.Get(FieldId::kOf), script_)) {
    if (run.first == 0) {
      Line(StrCat("take_all(", Spelled(run.name), ", ", Quoted(run.name), ", ",
                  rest));
      continue;
    }
    Line(StrCat("for i in range(", run.first, ", ", run.last + 1, "):"));
    Line(StrCat("    take_all(", run.variable, "[i], ",
                Quoted(run.name + "[%d]"), " % i, ", rest));
  }
  Line("show_receivers()");
  return absl::OkStatus();
}

absl::Status PythonProgram::Name(const CellStep& step, absl::string_view call) {
  const std::string show = step.Get(FieldId::kShow, "all");
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  std::string tell = StrCat(socket, ".", call);
  int64_t told = 0;
  const std::string* length = step.Find(FieldId::kSockaddrLength);
  if (length != nullptr && absl::SimpleAtoi(*length, &told)) {
    parts_.Use("told_in");
    tell = StrCat("lambda: told_in(", std::min<int64_t>(told, 28), ", libc.",
                  call, ", ", socket, ")");
  }
  parts_.Use(StrCat("show_", show));
  Act(step, "on", StrCat("show(", TextFunction(show), ", ", tell, ")"));
  return absl::OkStatus();
}

absl::Status PythonProgram::Poll(const CellStep& step) {
  parts_.Use("poll_events");
  Act(step, "on",
      StrCat("show_events(", Spelled(step.Get(FieldId::kOf)), ", ",
             Flags("select.POLL", step.Get(FieldId::kEvents, "in")), ", ",
             BoundMs(step, kPollMs), ")"));
  return absl::OkStatus();
}

std::string PythonProgram::StateOf(const CellStep& step) {
  const std::string facing = step.Get(FieldId::kFacing);
  if (facing.empty()) {
    parts_.Use("state_of");
    return StrCat("state_of(", Spelled(step.Get(FieldId::kOf)), ")");
  }
  parts_.Use("state_facing");
  Remember(facing, "");
  return StrCat("state_facing(", EndsVariable(facing), ")");
}

absl::Status PythonProgram::State(const CellStep& step) {
  parts_.Use("show_state");
  parts_.Use("on");
  const std::string state = StateOf(step);
  Line(StrCat("on(",
              Spelled(step.Get(FieldId::kOf, step.Get(FieldId::kFacing))),
              ", lambda: show_state(lambda: ", state, "))"));
  return absl::OkStatus();
}

absl::Status PythonProgram::WaitFor(const CellStep& step) {
  const std::vector<int64_t> marks = MarksOf(step);
  const std::string longest =
      marks.empty() || step.Find(FieldId::kWithin) != nullptr
          ? BoundMs(step, "500ms")
          : StrCat(marks.back() + marks.back() / 8 + 1000);
  parts_.Use("await_state");
  parts_.Use("on");
  const std::string state = StateOf(step);
  Line(StrCat("on(",
              Spelled(step.Get(FieldId::kOf, step.Get(FieldId::kFacing))),
              ", lambda: await_state(lambda: ", state, ", ",
              Quoted(step.Get(FieldId::kState)), ", ", longest, "))"));
  if (marks.empty()) return absl::OkStatus();
  parts_.Use("mark");
  Line(StrCat("show_nearest([", absl::StrJoin(marks, ", "), "])"));
  return absl::OkStatus();
}

absl::Status PythonProgram::Group(const CellStep& step, bool join) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  const std::string link = step.Get(FieldId::kInterface, "lo");
  std::string number = "0";
  if (link != "any") {
    parts_.Use("link_number");
    number = StrCat("link_number(", socket, ", ", Quoted(link), ")");
  }
  parts_.Use("group");
  Act(step, join ? "call" : "ask",
      StrCat("group(", socket, ", ", Quoted(step.Get(FieldId::kGroup)), ", ",
             number, ", ", join ? "True" : "False", ")"));
  return absl::OkStatus();
}

absl::Status PythonProgram::Resolve(const CellStep& step) {
  const std::string list = step.Get(FieldId::kAs);
  const std::string variable = list.empty() ? "found" : VariableOf(list);
  parts_.Use("resolve");
  Line(StrCat(variable, " = resolve(", Quoted(step.Get(FieldId::kName)),
              ", socket.AF_",
              absl::AsciiStrToUpper(step.Get(FieldId::kFamily, "unspec")), ", ",
              FlagsOf(step, "socket.AI_"), ")"));
  if (step.Get(FieldId::kShow) == "list") {
    parts_.Use("show_list");
    Line(StrCat("show_list(", variable, ")"));
  }
  return absl::OkStatus();
}

absl::Status PythonProgram::Dial(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Target target,
      ParseListTarget(step.Get(FieldId::kTo), *script_.program));
  if (target.port_kind == PortKind::kSocket) {
    return CannotSay(Limit::kDialToSocketsPort);
  }
  const std::string as = step.Get(FieldId::kAs);
  const std::string socket = Spelled(as);
  parts_.Use("dial");
  Line(StrCat(socket, " = dial(", VariableOf(target.address), ", socket.SOCK_",
              absl::AsciiStrToUpper(step.Get(FieldId::kType)), ", ",
              PortOf(target), ", ",
              step.Get(FieldId::kTry, "all") == "first" ? "True" : "False",
              ", ", BoundMs(step, "500ms"), ")"));
  sent_ = true;
  Made(step);
  Remember(as, "");
  if (step.Get(FieldId::kShow) == "addr") {
    parts_.Use("show_addr");
    Line(StrCat("if ", socket, ":"));
    Line(StrCat("    show(addr_of, ", socket, ".getpeername)"));
  }
  return absl::OkStatus();
}

absl::Status PythonProgram::Call(const CellStep& step) {
  ChoosePortOf(step);
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  switch (step.operation()) {
    case Operation::kSocket:
      return SocketCall(step);
    case Operation::kSetsockopt:
      return SetOption(step);
    case Operation::kGetsockopt:
      return GetOption(step);
    case Operation::kBind:
      return AddressCall(step, "bind");
    case Operation::kConnect:
      return AddressCall(step, "connect");
    case Operation::kListen:
      Listen(step);
      return absl::OkStatus();
    case Operation::kAccept:
      return Accept(step);
    case Operation::kShutdown:
      Act(step, "ask",
          StrCat(socket, ".shutdown(",
                 Flags("socket.SHUT_", step.Get(FieldId::kHow)), ")"));
      sent_ = true;
      return absl::OkStatus();
    case Operation::kClose:
      return Close(step);
    case Operation::kSend:
      return Send(step);
    case Operation::kRecv:
      return Receive(step);
    case Operation::kGetsockname:
      return Name(step, "getsockname");
    case Operation::kGetpeername:
      return Name(step, "getpeername");
    case Operation::kPoll:
      return Poll(step);
    case Operation::kTcpState:
      return State(step);
    case Operation::kWaitFor:
      return WaitFor(step);
    case Operation::kWait:
      parts_.Use("wait_ms");
      Line(StrCat("wait_ms(", absl::StripSuffix(step.Get(FieldId::kFor), "ms"),
                  ")"));
      return absl::OkStatus();
    case Operation::kJoinGroup:
      return Group(step, true);
    case Operation::kLeaveGroup:
      return Group(step, false);
    case Operation::kSysctl:
    case Operation::kAddress:
    case Operation::kLink:
      return ChangeWorld(step);
    case Operation::kResolve:
      return Resolve(step);
    case Operation::kDial:
      return Dial(step);
    default:
      // The walk says loops and processes itself.
      return absl::InternalError(SpecOf(step.operation()).name);
  }
}

}  // namespace sockdrift
