// The calls of a C program.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reproduce/c_program.h"
#include "reproduce/cell_text.h"

namespace sockdrift {

using absl::StrCat;

std::string CProgram::EvenAfterFailure(const CellStep& step,
                                       absl::string_view text) {
  if (!step.step->always) return std::string(text);
  parts_.Use("ANYWAY");
  return StrCat("ANYWAY(", SocketOf(step), ", ", text, ")");
}

void CProgram::Say(const CellStep& step, Act act, absl::string_view call) {
  const absl::string_view macro = act == Act::kCall    ? "CALL"
                                  : act == Act::kAlso  ? "ALSO"
                                  : act == Act::kBegin ? "BEGIN"
                                                       : "ON";
  parts_.Use(macro);
  const bool asks = act == Act::kAsk;
  Statement(EvenAfterFailure(
      step, StrCat(macro, "(", SocketOf(step), ", ", asks ? "says(" : "", call,
                   asks ? "))" : ")")));
}

void CProgram::SayAsAdministrator(absl::string_view call) {
  Statement(StrCat("AS_ADMINISTRATOR(says(", call, "))"));
}

void CProgram::SayEnterHost(size_t host) {
  Statement(StrCat("AS_ADMINISTRATOR(enter(", host, "))"));
}

std::string CProgram::AddressOf(const CellStep& step, const Target& target) {
  const std::string port = PortOf(target);
  std::string address = "NULL";
  if (IsIpv6Text(target.address)) {
    parts_.Use("ipv6");
    std::string scope = target.zone.empty() ? "0" : target.zone;
    if (!absl::ascii_isdigit(scope[0])) {
      scope = LinkNumber(SocketOf(step), scope);
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
  return address;
}

std::string CProgram::AddressAndLength(const CellStep& step,
                                       const Target& target) {
  const std::string told = step.Get(FieldId::kSockaddrLength);
  return StrCat(
      AddressOf(step, target), ", ",
      told.empty() ? StrCat(target.size()) : StrCat("(socklen_t)", told));
}

void CProgram::SayRemember(absl::string_view ends, absl::string_view socket,
                           absl::string_view peer) {
  Statement(StrCat("remember(&", ends, ", ", socket, ", ",
                   peer.empty() ? "NULL" : peer, ")"));
}

absl::Status CProgram::Socket(const CellStep& step) {
  const std::string protocol = step.Get(FieldId::kProtocol, "default");
  std::string number = "0";
  if (protocol != "default") {
    number = StrCat("IPPROTO_", absl::AsciiStrToUpper(protocol));
    parts_.Include("netinet/in.h");
    if (protocol == "mptcp") defines_["IPPROTO_MPTCP"] = "262";
  }
  parts_.Use("OPEN");
  parts_.Include("sys/socket.h");
  Statement(StrCat("OPEN(", Spelled(step.Get(FieldId::kAs)), ", socket(AF_",
                   absl::AsciiStrToUpper(step.Get(FieldId::kFamily)), ", SOCK_",
                   absl::AsciiStrToUpper(step.Get(FieldId::kType)),
                   " | SOCK_CLOEXEC, ", number, "))"));
  return absl::OkStatus();
}

void CProgram::Bind(const CellStep& step, const Target& target) {
  parts_.Include("sys/socket.h");
  Say(step, Act::kCall,
      StrCat("bind(", SocketOf(step), ", ", AddressAndLength(step, target),
             ")"));
}

void CProgram::Bound(const CellStep& step) {
  if (!MustBound(step)) return;
  parts_.Use("bound");
  Statement(EvenAfterFailure(step, StrCat("bound(", SocketOf(step), ", ",
                                          BoundMs(step, "500ms"), ")")));
}

void CProgram::Connect(const CellStep& step, const Target& target) {
  const std::string of = step.Get(FieldId::kOf);
  parts_.Include("sys/socket.h");
  const std::string call = StrCat("connect(", Spelled(of), ", ",
                                  AddressAndLength(step, target), ")");
  if (step.Get(FieldId::kWait) == "no") {
    Say(step, Act::kBegin, call);
  } else if (KnownOf(of).type == "stream") {
    Bound(step);
    parts_.Use("in_time");
    Say(step, Act::kCall, StrCat("in_time(", call, ", EINPROGRESS)"));
  } else {
    Say(step, Act::kCall, call);
  }
  Remember(of, AddressOf(step, target));
}

void CProgram::Listen(const CellStep& step) {
  parts_.Include("sys/socket.h");
  Say(step, Act::kCall,
      StrCat("listen(", SocketOf(step), ", ", step.Get(FieldId::kBacklog, "16"),
             ")"));
}

void CProgram::Accept(const CellStep& step) {
  parts_.Use("take");
  Say(step, Act::kOn,
      StrCat(Spelled(step.Get(FieldId::kAs)), " = take(", SocketOf(step), ", ",
             BoundMs(step, kPollMs), ")"));
}

void CProgram::Shutdown(const CellStep& step) {
  parts_.Include("sys/socket.h");
  Say(step, Act::kAsk,
      StrCat("shutdown(", SocketOf(step), ", ",
             Flags("SHUT_", step.Get(FieldId::kHow)), ")"));
}

void CProgram::Close(const CellStep& step) {
  const std::string socket = SocketOf(step);
  if (step.Get(FieldId::kHow) == "reset") {
    parts_.Include("sys/socket.h");
    Statement(StrCat("setsockopt(", socket,
                     ", SOL_SOCKET, SO_LINGER, &(struct linger){1, 0}, "
                     "sizeof(struct linger))"));
  }
  parts_.Use("CLOSE");
  Statement(EvenAfterFailure(step, StrCat("CLOSE(", socket, ")")));
}

std::string CProgram::DataOf(const Payload& payload, absl::string_view socket) {
  if (payload.count > 0) {
    return StrCat("(char[", payload.count, "]){0}, ", payload.count);
  }
  if (!payload.numbered) {
    return StrCat(Quoted(payload.text), ", ", payload.text.size());
  }
  parts_.Use("numbered");
  const std::string name =
      StrCat("numbered(", Quoted(payload.text), ", ", RoundOf(socket), ")");
  return StrCat(name, ", strlen(", name, ")");
}

void CProgram::Send(const CellStep& step, const Target* target) {
  const std::string of = step.Get(FieldId::kOf);
  const std::string socket = Spelled(of);
  const std::string to =
      target == nullptr ? "NULL, 0" : AddressAndLength(step, *target);
  const std::string data = DataOf(PayloadOf(step, script_), socket);
  Bound(step);
  Settle();
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
  if (target == nullptr || target->port_kind != PortKind::kSocket) {
    Say(step, Act::kAsk, call);
    return;
  }
  Line(StrCat("if (", Spelled(target->port), " < 0) not_reached();"));
  Line("else");
  ++indent_;
  Say(step, Act::kAsk, call);
  --indent_;
}

void CProgram::TakeAll(const SocketRun& run, absl::string_view arguments) {
  if (run.first == run.last) {
    Statement(StrCat("take_all(",
                     run.first == 0 ? Spelled(run.name)
                                    : StrCat(run.variable, "[", run.first, "]"),
                     ", ", Quoted(run.name), ", ", run.first, ", ", arguments,
                     ")"));
    return;
  }
  Statement(StrCat("for (int i = ", run.first, "; i <= ", run.last,
                   "; ++i) take_all(", run.variable, "[i], ", Quoted(run.name),
                   ", i, ", arguments, ")"));
}

std::string CProgram::TextOf(absl::string_view show) {
  return StrCat("show_", show);
}

void CProgram::Name(const CellStep& step, absl::string_view call) {
  const std::string show = step.Get(FieldId::kShow, "all");
  int64_t room = 28;
  int64_t told = 0;
  const std::string* length = step.Find(FieldId::kSockaddrLength);
  if (length != nullptr && absl::SimpleAtoi(*length, &told) && told < room) {
    room = told;
  }
  parts_.Use(StrCat("show_", show));
  Say(step, Act::kOn,
      StrCat(TextOf(show), "(", call, "(", SocketOf(step),
             ", (struct sockaddr *)&named, room(", room, ")))"));
}

std::string CProgram::StateOf(const CellStep& step) {
  const std::string facing = step.Get(FieldId::kFacing);
  if (facing.empty()) {
    parts_.Use("state_of");
    return StrCat("state_of(", SocketOf(step), ")");
  }
  parts_.Use("state_facing");
  const std::string ends = EndsVariable(facing);
  return StrCat("(remember(&", ends, ", ", Spelled(facing),
                ", NULL), state_facing(&", ends, "))");
}

void CProgram::ShowNearest(const std::vector<int64_t>& marks) {
  Statement(StrCat("show_nearest((const int[]){", absl::StrJoin(marks, ", "),
                   "}, ", marks.size(), ")"));
}

void CProgram::Resolve(const CellStep& step) {
  const std::string list = step.Get(FieldId::kAs);
  const std::string variable = list.empty() ? "found" : VariableOf(list);
  const std::string call =
      StrCat("resolve(", Quoted(step.Get(FieldId::kName)), ", AF_",
             absl::AsciiStrToUpper(step.Get(FieldId::kFamily, "unspec")), ", ",
             FlagsOf(step, "AI_"), ", &", variable, ")");
  if (step.Get(FieldId::kShow) != "list") {
    Statement(call);
    return;
  }
  parts_.Use("show_list");
  // The list is there only when the call has been made.
  Statement(StrCat("show_list(", call, ", &", variable, ")"));
}

void CProgram::ShowPeer(absl::string_view socket) {
  Line(StrCat("if (", socket, " >= 0) show_addr(0);"));
}

}  // namespace sockdrift
