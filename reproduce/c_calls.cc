// The calls of a C program, one function a family of operations.
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/net/option_name.h"
#include "reproduce/c_program.h"
#include "reproduce/cell_text.h"
#include "reproduce/limits.h"
#include "reproduce/options.h"

namespace sockdrift {
namespace {

using absl::StrCat;

// How long a poll waits after all has been delivered, for stacks that are not
// Linux'.
constexpr absl::string_view kPollMs = "20ms";

std::string Quoted(absl::string_view text) {
  return StrCat("\"", absl::CEscape(text), "\"");
}

}  // namespace

void CProgram::Act(const CellStep& step, absl::string_view macro,
                   absl::string_view call) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  parts_.Use(macro);
  const std::string act = StrCat(macro, "(", socket, ", ", call, ")");
  if (!step.step->always) {
    Line(StrCat(act, ";"));
    return;
  }
  parts_.Use("ANYWAY");
  Line(StrCat("ANYWAY(", socket, ", ", act, ");"));
}

std::string CProgram::AddressOf(const CellStep& step, const Target& target) {
  const std::string told = step.Get(FieldId::kSockaddrLength);
  const std::string size =
      told.empty() ? StrCat(target.size()) : StrCat("(socklen_t)", told);
  if (target.port_kind == PortKind::kSocket) parts_.Use("port_of");
  const std::string port = PortOf(target);
  std::string address = "NULL";
  if (IsIpv6Text(target.address)) {
    parts_.Use("ipv6");
    std::string scope = target.zone.empty() ? "0" : target.zone;
    if (!absl::ascii_isdigit(scope[0])) {
      parts_.Use("link_number");
      scope = StrCat("link_number(", Spelled(step.Get(FieldId::kOf)), ", ",
                     Quoted(scope), ")");
    }
    address =
        StrCat("ipv6(", Quoted(target.address), ", ", port, ", ", scope, ")");
  } else if (!target.address.empty()) {
    parts_.Use("ipv4");
    address = StrCat("ipv4(", Quoted(target.address), ", ", port, ")");
  }
  if (target.family == Target::Family::kUnspec) {
    parts_.Use("unspec");
    address = StrCat("unspec(", address, ")");
  }
  return StrCat(address, ", ", size);
}

absl::StatusOr<Target> CProgram::TargetOf(const CellStep& step) {
  return ParseTarget(step.Get(FieldId::kTo), *script_.program);
}

void CProgram::Made(const CellStep& step) {
  if (!NamesSendersByAddress(script_)) return;
  const std::string as = step.Get(FieldId::kAs);
  parts_.Use("made");
  Line(StrCat("remember_name(", Spelled(as), ", ", Quoted(as), ");"));
}

void CProgram::Remember(const CellStep& step, absl::string_view socket,
                        const Target* to) {
  if (!script_.Faces(socket)) return;
  parts_.Use("ends");
  std::string address = "NULL";
  if (to != nullptr) {
    const std::string both = AddressOf(step, *to);
    address = both.substr(0, both.rfind(','));
  }
  Line(StrCat("remember(&", EndsVariable(socket), ", ", Spelled(socket), ", ",
              address, ");"));
}

absl::Status CProgram::SocketCall(const CellStep& step) {
  const std::string protocol = step.Get(FieldId::kProtocol, "default");
  std::string number = "0";
  if (protocol != "default") {
    number = StrCat("IPPROTO_", absl::AsciiStrToUpper(protocol));
    parts_.Include("netinet/in.h");
    if (protocol == "mptcp") defines_["IPPROTO_MPTCP"] = "262";
  }
  parts_.Use("OPEN");
  parts_.Include("sys/socket.h");
  Line(StrCat("OPEN(", Spelled(step.Get(FieldId::kAs)), ", socket(AF_",
              absl::AsciiStrToUpper(step.Get(FieldId::kFamily)), ", SOCK_",
              absl::AsciiStrToUpper(step.Get(FieldId::kType)),
              " | SOCK_CLOEXEC, ", number, "));"));
  Made(step);
  return absl::OkStatus();
}

void CProgram::UseOption(const OptionSpec& option) {
  parts_.Include("sys/socket.h");
  switch (option.level) {
    case SOL_SOCKET:
      break;
    case IPPROTO_TCP:
      parts_.Include("netinet/tcp.h");
      [[fallthrough]];
    default:
      parts_.Include("netinet/in.h");
  }
  if (option.level == IPPROTO_UDP) parts_.Include("netinet/udp.h");
  if (IsYoung(option))
    defines_[std::string(option.name)] = StrCat(option.number);
}

absl::Status CProgram::SetOption(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  std::string number;
  if (!value.link.empty()) {
    parts_.Use("link_number");
    number = StrCat("link_number(", socket, ", ", Quoted(value.link), ")");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string bytes, OptionInC(value, number));
  UseOption(*value.option);
  if (absl::StrContains(bytes, "this_cpu()")) parts_.Use("this_cpu");
  if (absl::StrContains(bytes, "timeval")) parts_.Include("sys/time.h");
  if (absl::StrContains(bytes, "sock_fprog")) parts_.Include("linux/filter.h");
  if (absl::StrContains(bytes, "inet_addr") ||
      absl::StrContains(bytes, "htonl")) {
    parts_.Include("arpa/inet.h");
  }
  Act(step, step.step->observe_failure_only ? "ALSO" : "CALL",
      StrCat("setsockopt(", socket, ", ", OptionLevelName(value.option->name),
             ", ", value.option->name, ", ", bytes, ")"));
  return absl::OkStatus();
}

absl::Status CProgram::GetOption(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
  const OptionSpec& option = *value.option;
  UseOption(option);
  const std::string show = ShownAs(option);
  parts_.Use(StrCat("option_", show));
  const std::string order = show != "link" ? ""
                            : option.kind == OptionKind::kLinkNetworkOrder
                                ? ", 1"
                                : ", 0";
  Act(step, "ON",
      StrCat("show_", show, "(", Spelled(step.Get(FieldId::kOf)), ", ",
             OptionLevelName(option.name), ", ", option.name, ", ",
             OptionRoom(step, option), order, ")"));
  return absl::OkStatus();
}

absl::Status CProgram::Bind(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  NeedPortOf(step, target);
  parts_.Include("sys/socket.h");
  Act(step, "CALL",
      StrCat("bind(", socket, ", ", AddressOf(step, target), ")"));
  return absl::OkStatus();
}

void CProgram::NeedPortOf(const CellStep& step, const Target& target) {
  if (target.port_kind != PortKind::kSocket) return;
  parts_.Use("NEEDS");
  Line(StrCat("NEEDS(", Spelled(step.Get(FieldId::kOf)), ", ",
              Spelled(target.port), ");"));
}

void CProgram::Bound(const CellStep& step) {
  if (!MustBound(step)) return;
  parts_.Use("bound");
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  const std::string call =
      StrCat("bound(", socket, ", ", BoundMs(step, "500ms"), ")");
  if (step.step->always) {
    parts_.Use("ANYWAY");
    Line(StrCat("ANYWAY(", socket, ", ", call, ");"));
  } else {
    Line(StrCat(call, ";"));
  }
}

absl::Status CProgram::Connect(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
  const std::string of = step.Get(FieldId::kOf);
  NeedPortOf(step, target);
  parts_.Include("sys/socket.h");
  const std::string call =
      StrCat("connect(", Spelled(of), ", ", AddressOf(step, target), ")");
  if (step.Get(FieldId::kWait) == "no") {
    Act(step, "BEGIN", call);
  } else if (KnownOf(of).type == "stream") {
    Bound(step);
    parts_.Use("in_time");
    Act(step, "CALL", StrCat("in_time(", call, ", EINPROGRESS)"));
  } else {
    Act(step, "CALL", call);
  }
  sent_ = true;
  Remember(step, of, &target);
  return absl::OkStatus();
}

absl::Status CProgram::Accept(const CellStep& step) {
  const std::string as = step.Get(FieldId::kAs);
  parts_.Use("take");
  Act(step, "ON",
      StrCat(Spelled(as), " = take(", Spelled(step.Get(FieldId::kOf)), ", ",
             BoundMs(step, kPollMs), ")"));
  Made(step);
  Remember(step, as, nullptr);
  return absl::OkStatus();
}

absl::Status CProgram::Close(const CellStep& step) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  if (step.Get(FieldId::kHow) == "reset") {
    parts_.Include("sys/socket.h");
    Line(StrCat("setsockopt(", socket,
                ", SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, "
                "sizeof(struct linger));"));
  }
  parts_.Use("CLOSE");
  sent_ = true;
  if (!step.step->always) {
    Line(StrCat("CLOSE(", socket, ");"));
    return absl::OkStatus();
  }
  parts_.Use("ANYWAY");
  Line(StrCat("ANYWAY(", socket, ", CLOSE(", socket, "));"));
  return absl::OkStatus();
}

std::string CProgram::DataOf(const Payload& payload,
                             const std::string& socket) {
  if (payload.count > 0) {
    return StrCat("(char[", payload.count, "]){0}, ", payload.count);
  }
  if (!payload.numbered) {
    return StrCat(Quoted(payload.text), ", ", payload.text.size());
  }
  // "s[round_1]" is its name too.
  parts_.Use("numbered");
  const size_t bracket = socket.find('[');
  const std::string name =
      StrCat("numbered(", Quoted(payload.text), ", ",
             socket.substr(bracket + 1, socket.size() - bracket - 2), ")");
  return StrCat(name, ", strlen(", name, ")");
}

absl::Status CProgram::Send(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  const std::string socket = Spelled(of);
  std::string to = "NULL, 0";
  std::string needs;
  if (step.Find(FieldId::kTo) != nullptr) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
    to = AddressOf(step, target);
    if (target.port_kind == PortKind::kSocket) needs = Spelled(target.port);
  }
  const std::string data = DataOf(PayloadOf(step, script_), socket);
  Bound(step);
  // What an earlier call provoked (an ICMP error) belongs to this answer.
  if (sent_ || in_loop()) {
    parts_.Use("settle");
    Line("settle();");
  }
  const std::string flags = step.Get(FieldId::kFlags);
  std::string call =
      StrCat("sendto(", socket, ", ", data, ", MSG_NOSIGNAL",
             flags.empty() ? "" : " | ",
             flags.empty() ? "" : Flags("MSG_", flags), ", ", to, ")");
  parts_.Include("sys/socket.h");
  if (KnownOf(of).type == "stream" && !absl::StrContains(flags, "dontwait")) {
    parts_.Use("in_time");
    call = StrCat("in_time((int)", call, ", EAGAIN)");
  } else {
    call = StrCat("(int)", call);
  }
  parts_.Use("outcome");
  if (needs.empty()) {
    Act(step, "ON", StrCat("says(", call, ")"));
  } else {
    Line(StrCat("if (", needs, " < 0) not_reached();"));
    Line("else");
    ++indent_;
    Act(step, "ON", StrCat("says(", call, ")"));
    --indent_;
  }
  sent_ = true;
  return absl::OkStatus();
}

absl::Status CProgram::Receive(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  if (absl::StrContains(of, ',')) return ReceiveFromSeveral(step);
  const std::string show = step.Get(FieldId::kShow, "sender");
  const std::string arguments =
      StrCat(Spelled(of), ", ", Flags("MSG_", step.Get(FieldId::kFlags)), ", ",
             BoundMs(step, kPollMs));
  if (show == "sender") {
    parts_.Use("receive");
    parts_.Use("receive_end");
    if (NamesSendersByAddress(script_)) parts_.Use("receive_by_address");
    Act(step, "ON", StrCat("receive(", arguments, ")"));
  } else if (show == "destination") {
    parts_.Use("receive_destination");
    Act(step, "ON", StrCat("receive_destination(", arguments, ")"));
  } else {
    parts_.Use("receive_address");
    parts_.Use(StrCat("show_", show));
    Act(step, "ON",
        StrCat("receive_address(", arguments, ", show_", show, ")"));
  }
  return absl::OkStatus();
}

absl::Status CProgram::ReceiveFromSeveral(const CellStep& step) {
  parts_.Use("receivers");
  Line("settle();");
  const std::string rest = StrCat(Flags("MSG_", step.Get(FieldId::kFlags)),
                                  ", ", BoundMs(step, kPollMs), ");");
  for (const SocketRun& run : RunsOf(step.Get(FieldId::kOf), script_)) {
    if (run.first == run.last) {
      Line(StrCat("take_all(",
                  run.first == 0 ? Spelled(run.name)
                                 : StrCat(run.variable, "[", run.first, "]"),
                  ", ", Quoted(run.name), ", ", run.first, ", ", rest));
      continue;
    }
    Line(StrCat("for (int i = ", run.first, "; i <= ", run.last,
                "; ++i) take_all(", run.variable, "[i], ", Quoted(run.name),
                ", i, ", rest));
  }
  Line("show_receivers();");
  return absl::OkStatus();
}

absl::Status CProgram::Name(const CellStep& step, absl::string_view call) {
  const std::string show = step.Get(FieldId::kShow, "all");
  int64_t room = 28;
  int64_t told = 0;
  const std::string* length = step.Find(FieldId::kSockaddrLength);
  if (length != nullptr && absl::SimpleAtoi(*length, &told) && told < room) {
    room = told;
  }
  parts_.Use(StrCat("show_", show));
  Act(step, "ON",
      StrCat("show_", show, "(", call, "(", Spelled(step.Get(FieldId::kOf)),
             ", (struct sockaddr *)&named, room(", room, ")))"));
  return absl::OkStatus();
}

absl::Status CProgram::Poll(const CellStep& step) {
  parts_.Use("poll_events");
  Act(step, "ON",
      StrCat("show_events(", Spelled(step.Get(FieldId::kOf)), ", ",
             Flags("POLL", step.Get(FieldId::kEvents, "in")), ", ",
             BoundMs(step, kPollMs), ")"));
  return absl::OkStatus();
}

std::string CProgram::StateOf(const CellStep& step) {
  const std::string facing = step.Get(FieldId::kFacing);
  if (facing.empty()) {
    parts_.Use("state_of");
    return StrCat("state_of(", Spelled(step.Get(FieldId::kOf)), ")");
  }
  parts_.Use("state_facing");
  const std::string ends = EndsVariable(facing);
  return StrCat("(remember(&", ends, ", ", Spelled(facing),
                ", NULL), state_facing(&", ends, "))");
}

absl::Status CProgram::State(const CellStep& step) {
  parts_.Use("show_state");
  parts_.Use("ON");
  const std::string socket =
      Spelled(step.Get(FieldId::kOf, step.Get(FieldId::kFacing)));
  Line(StrCat("ON(", socket, ", show_state(", StateOf(step), "));"));
  return absl::OkStatus();
}

absl::Status CProgram::WaitFor(const CellStep& step) {
  const std::vector<int64_t> marks = MarksOf(step);
  const std::string longest =
      marks.empty() || step.Find(FieldId::kWithin) != nullptr
          ? BoundMs(step, "500ms")
          : StrCat(marks.back() + marks.back() / 8 + 1000);
  parts_.Use("AWAIT");
  parts_.Use("ON");
  const std::string socket =
      Spelled(step.Get(FieldId::kOf, step.Get(FieldId::kFacing)));
  Line(StrCat("ON(", socket, ", AWAIT(", StateOf(step), ", ",
              Quoted(step.Get(FieldId::kState)), ", ", longest, "));"));
  if (marks.empty()) return absl::OkStatus();
  parts_.Use("mark");
  Line(StrCat("show_nearest((const int[]){", absl::StrJoin(marks, ", "), "}, ",
              marks.size(), ");"));
  return absl::OkStatus();
}

absl::Status CProgram::Group(const CellStep& step, bool join) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  const std::string link = step.Get(FieldId::kInterface, "lo");
  std::string number = "0";
  if (link != "any") {
    parts_.Use("link_number");
    number = StrCat("link_number(", socket, ", ", Quoted(link), ")");
  }
  parts_.Use("group");
  const std::string call =
      StrCat("group(", socket, ", ", Quoted(step.Get(FieldId::kGroup)), ", ",
             number, ", ", join ? 1 : 0, ")");
  Act(step, join ? "CALL" : "ON", join ? call : StrCat("says(", call, ")"));
  return absl::OkStatus();
}

absl::Status CProgram::Resolve(const CellStep& step) {
  const std::string list = step.Get(FieldId::kAs);
  const std::string variable = list.empty() ? "found" : VariableOf(list);
  parts_.Use("resolve");
  const std::string call =
      StrCat("resolve(", Quoted(step.Get(FieldId::kName)), ", AF_",
             absl::AsciiStrToUpper(step.Get(FieldId::kFamily, "unspec")), ", ",
             Flags("AI_", step.Get(FieldId::kFlags)), ", &", variable, ")");
  if (step.Get(FieldId::kShow) == "list") {
    parts_.Use("show_list");
    // The list is there only when the call has been made.
    Line(StrCat("show_list(", call, ", &", variable, ");"));
  } else {
    Line(StrCat(call, ";"));
  }
  return absl::OkStatus();
}

absl::Status CProgram::Dial(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Target target,
      ParseListTarget(step.Get(FieldId::kTo), *script_.program));
  if (target.port_kind == PortKind::kSocket) {
    return CannotSay(Limit::kDialToSocketsPort);
  }
  const std::string as = step.Get(FieldId::kAs);
  parts_.Use("dial");
  Line(StrCat(Spelled(as), " = dial(", VariableOf(target.address), ", SOCK_",
              absl::AsciiStrToUpper(step.Get(FieldId::kType)), ", ",
              PortOf(target), ", ",
              step.Get(FieldId::kTry, "all") == "first" ? 1 : 0, ", ",
              BoundMs(step, "500ms"), ");"));
  sent_ = true;
  Made(step);
  Remember(step, as, nullptr);
  if (step.Get(FieldId::kShow) == "addr") {
    parts_.Use("show_addr");
    Line(StrCat("if (", Spelled(as), " >= 0) show_addr(0);"));
  }
  return absl::OkStatus();
}

absl::Status CProgram::Call(const CellStep& step) {
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
      return Bind(step);
    case Operation::kConnect:
      return Connect(step);
    case Operation::kListen:
      parts_.Include("sys/socket.h");
      Act(step, "CALL",
          StrCat("listen(", socket, ", ", step.Get(FieldId::kBacklog, "16"),
                 ")"));
      return absl::OkStatus();
    case Operation::kAccept:
      return Accept(step);
    case Operation::kShutdown:
      parts_.Include("sys/socket.h");
      Act(step, "ON",
          StrCat("says(shutdown(", socket, ", ",
                 Flags("SHUT_", step.Get(FieldId::kHow)), "))"));
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
                  ");"));
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
