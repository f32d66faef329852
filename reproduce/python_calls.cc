// The calls of a Python program, one function a family of operations.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "reproduce/cell_text.h"
#include "reproduce/python_program.h"

namespace sockdrift {
namespace {

using absl::StrCat;

// What makes a text of that part of an address.
std::string TextFunction(absl::string_view show) {
  return show == "port" ? "port_in" : StrCat(show, "_of");
}

}  // namespace

std::string PythonProgram::Constant(absl::string_view name, int number) {
  constants_[std::string(name)] = number;
  return std::string(name);
}

void PythonProgram::SayWith(const CellStep& step, absl::string_view helper,
                            absl::string_view call, absl::string_view error) {
  const std::string socket = SocketOf(step);
  parts_.Use(helper);
  const std::string line = StrCat(helper, "(", socket, ", lambda: ", call,
                                  error.empty() ? "" : ", errno.", error, ")");
  if (!error.empty()) parts_.Include("errno");
  if (!step.step->always) {
    Line(line);
    return;
  }
  parts_.Use("anyway");
  Line(StrCat("anyway(", socket, ", lambda: ", line, ")"));
}

void PythonProgram::Say(const CellStep& step, Act act, absl::string_view call) {
  SayWith(step,
          act == Act::kCall    ? "call"
          : act == Act::kAlso  ? "also"
          : act == Act::kAsk   ? "ask"
          : act == Act::kBegin ? "begin"
                               : "on",
          call);
}

void PythonProgram::SayAsAdministrator(absl::string_view call) {
  Line(StrCat("attempt(lambda: as_administrator(lambda: ", call, "))"));
}

void PythonProgram::SayEnterHost(size_t host) {
  Line(StrCat("as_administrator(lambda: enter(", host, "))"));
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
  return LinkNumber(SocketOf(step), target.zone);
}

std::string PythonProgram::TupleOf(const CellStep& step, const Target& target) {
  const std::string scope = ScopeOf(step, target);
  return StrCat("(", Quoted(target.address), ", ", PortOf(target),
                scope.empty() ? "" : ", 0, ", scope, ")");
}

std::string PythonProgram::BytesOf(const CellStep& step, const Target& target) {
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

void PythonProgram::Bound(const CellStep& step) {
  if (!MustBound(step)) return;
  parts_.Use("bound");
  Line(StrCat("bound(", Spelled(step.Get(FieldId::kOf)), ", ",
              BoundMs(step, "500ms"), ")"));
}

void PythonProgram::SayRemember(absl::string_view ends,
                                absl::string_view socket,
                                absl::string_view peer) {
  Line(StrCat("remember(", ends, ", ", socket, peer.empty() ? "" : ", ", peer,
              ")"));
}

absl::Status PythonProgram::Socket(const CellStep& step) {
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
  return absl::OkStatus();
}

std::string PythonProgram::AddressCall(const CellStep& step,
                                       const Target& target,
                                       absl::string_view call) {
  const std::string socket = SocketOf(step);
  return IsPlain(step, target)
             ? StrCat(socket, ".", call, "(", TupleOf(step, target), ")")
             : StrCat("checked(libc.", call, "(", socket, ".fileno(), ",
                      BytesOf(step, target), "))");
}

void PythonProgram::Bind(const CellStep& step, const Target& target) {
  Say(step, Act::kCall, AddressCall(step, target, "bind"));
}

void PythonProgram::Connect(const CellStep& step, const Target& target) {
  const std::string of = step.Get(FieldId::kOf);
  const std::string call = AddressCall(step, target, "connect");
  if (step.Get(FieldId::kWait) == "no") {
    Say(step, Act::kBegin, call);
  } else if (KnownOf(of).type == "stream") {
    Bound(step);
    SayWith(step, "call", call, "EINPROGRESS");
  } else {
    Say(step, Act::kCall, call);
  }
  const bool has_peer = target.family != Target::Family::kUnspec &&
                        target.port_kind != PortKind::kSocket;
  Remember(of, has_peer ? TupleOf(step, target) : "");
}

void PythonProgram::Listen(const CellStep& step) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  const std::string backlog = step.Get(FieldId::kBacklog, "16");
  // The module makes 0 of a negative one.
  const bool negative = absl::StartsWith(backlog, "-");
  if (negative) parts_.Use("libc");
  Say(step, Act::kCall,
      negative
          ? StrCat("checked(libc.listen(", socket, ".fileno(), ", backlog, "))")
          : StrCat(socket, ".listen(", backlog, ")"));
}

void PythonProgram::Accept(const CellStep& step) {
  const std::string as = step.Get(FieldId::kAs);
  const std::string listener = Spelled(step.Get(FieldId::kOf));
  parts_.Use("take");
  const std::string take =
      StrCat("take(", listener, ", ", BoundMs(step, kPollMs), ")");
  Line(StrCat("if there(", listener, "):"));
  Line(StrCat("    ", Spelled(as), " = ", take));
  Line("else:");
  Line("    says(\"not-reached\")");
}

void PythonProgram::Shutdown(const CellStep& step) {
  Say(step, Act::kAsk,
      StrCat(SocketOf(step), ".shutdown(",
             Flags("socket.SHUT_", step.Get(FieldId::kHow)), ")"));
}

void PythonProgram::Close(const CellStep& step) {
  const std::string socket = Spelled(step.Get(FieldId::kOf));
  parts_.Use("close");
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
}

void PythonProgram::Send(const CellStep& step, const Target* target) {
  const std::string of = step.Get(FieldId::kOf);
  const std::string socket = Spelled(of);
  const Payload payload = PayloadOf(step, script_);
  std::string data = StrCat("b", Quoted(payload.text));
  if (payload.count > 0) data = StrCat("bytes(", payload.count, ")");
  if (payload.numbered) {
    data = StrCat("(", Quoted(payload.text + "[%d]"), " % ", RoundOf(socket),
                  ").encode()");
  }
  const std::string given = step.Get(FieldId::kFlags);
  std::string flags = "socket.MSG_NOSIGNAL";
  if (!given.empty()) absl::StrAppend(&flags, " | ", FlagsOf(step, "MSG_"));
  std::string call = StrCat(socket, ".send(", data, ", ", flags, ")");
  if (target != nullptr) {
    call = IsPlain(step, *target)
               ? StrCat(socket, ".sendto(", data, ", ", flags, ", ",
                        TupleOf(step, *target), ")")
               : StrCat("checked(libc.sendto(", socket, ".fileno(), ", data,
                        ", len(", data, "), ", flags, ", ",
                        BytesOf(step, *target), "))");
  }
  Bound(step);
  Settle();
  const bool may_wait =
      KnownOf(of).type == "stream" && !absl::StrContains(given, "dontwait");
  parts_.Include("socket");
  const bool needs =
      target != nullptr && target->port_kind == PortKind::kSocket;
  if (needs) {
    Line(StrCat("if not there(", Spelled(target->port), "):"));
    Line("    says(\"not-reached\")");
    Line("else:");
    ++indent_;
  }
  SayWith(step, "ask", call, may_wait ? "EAGAIN" : "");
  if (needs) --indent_;
}

void PythonProgram::TakeAll(const SocketRun& run, absl::string_view arguments) {
  if (run.first == 0) {
    Line(StrCat("take_all(", Spelled(run.name), ", ", Quoted(run.name), ", ",
                arguments, ")"));
    return;
  }
  Line(StrCat("for i in range(", run.first, ", ", run.last + 1, "):"));
  Line(StrCat("    take_all(", run.variable, "[i], ", Quoted(run.name + "[%d]"),
              " % i, ", arguments, ")"));
}

std::string PythonProgram::TextOf(absl::string_view show) {
  return TextFunction(show);
}

void PythonProgram::Name(const CellStep& step, absl::string_view call) {
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
  Say(step, Act::kOn, StrCat("show(", TextOf(show), ", ", tell, ")"));
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

void PythonProgram::ShowNearest(const std::vector<int64_t>& marks) {
  Line(StrCat("show_nearest([", absl::StrJoin(marks, ", "), "])"));
}

void PythonProgram::Resolve(const CellStep& step) {
  const std::string list = step.Get(FieldId::kAs);
  const std::string variable = list.empty() ? "found" : VariableOf(list);
  Line(StrCat(variable, " = resolve(", Quoted(step.Get(FieldId::kName)),
              ", socket.AF_",
              absl::AsciiStrToUpper(step.Get(FieldId::kFamily, "unspec")), ", ",
              FlagsOf(step, "AI_"), ")"));
  if (step.Get(FieldId::kShow) == "list") {
    parts_.Use("show_list");
    Line(StrCat("show_list(", variable, ")"));
  }
}

void PythonProgram::ShowPeer(absl::string_view socket) {
  Line(StrCat("if ", socket, ":"));
  Line(StrCat("    show(addr_of, ", socket, ".getpeername)"));
}

}  // namespace sockdrift
