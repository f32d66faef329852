#include "reproduce/strace.h"

#include <cstring>
#include <map>
#include <vector>

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
#include "core/net/errno_name.h"
#include "core/net/option_name.h"
#include "core/plan/operation.h"
#include "reproduce/cell_text.h"
#include "reproduce/head.h"
#include "reproduce/options.h"
#include "reproduce/target.h"
#include "reproduce/world_commands.h"

namespace sockdrift {
namespace {

using absl::StrCat;

// The number of "EADDRINUSE"; 0 of what is no errno.
int ErrnoOf(absl::string_view name) { return ErrnoNumber(name).value_or(0); }

class Trace {
 public:
  Trace(const CellToReproduce& cell, const Script& script)
      : cell_(cell), script_(script) {}

  absl::StatusOr<std::string> Write();

 private:
  absl::Status Step(const CellStep& step);
  // The call, and what it gives when it succeeds.
  struct Said {
    std::string call;
    std::string good = "0";
  };
  absl::StatusOr<Said> Say(const CellStep& step);
  absl::StatusOr<Said> SayAddress(const CellStep& step, absl::string_view call);
  absl::StatusOr<Said> SaySend(const CellStep& step);
  Said SayReceive(const CellStep& step);
  Said SayName(const CellStep& step, absl::string_view call);
  absl::StatusOr<Said> SayOption(const CellStep& step);
  Said SayGroup(const CellStep& step);
  std::string Sockaddr(const Target& target) const;
  // "3<a>"
  std::string Of(absl::string_view socket);
  std::string New(const CellStep& step);
  std::string Recorded(const CellStep& step) const;
  void Line(const CellStep& step, absl::string_view text);

  const CellToReproduce& cell_;
  const Script& script_;
  std::map<std::string, int> descriptors_;
  int next_ = 3;
  std::string text_;
};

std::string Trace::Of(absl::string_view socket) {
  const auto found = descriptors_.find(std::string(socket));
  return StrCat(found == descriptors_.end() ? -1 : found->second, "<", socket,
                ">");
}

std::string Trace::New(const CellStep& step) {
  const std::string as = step.Get(FieldId::kAs);
  descriptors_[as] = next_++;
  return Of(as);
}

std::string Trace::Recorded(const CellStep& step) const {
  if (!cell_.recorded.has_value() || step.step->observation == kNoObservation) {
    return "";
  }
  const auto found = cell_.recorded->outcomes.find(
      script_.program->observations[step.step->observation]);
  return found == cell_.recorded->outcomes.end() ? "" : found->second;
}

void Trace::Line(const CellStep& step, absl::string_view text) {
  std::string where;
  for (FieldId id : {FieldId::kHost, FieldId::kProcess, FieldId::kUser}) {
    const std::string* value = step.Find(id);
    if (value != nullptr) absl::StrAppend(&where, "[", *value, "] ");
  }
  absl::StrAppend(&text_, std::string(2 * step.depth, ' '), where, text, "\n");
}

std::string Trace::Sockaddr(const Target& target) const {
  std::string port = target.port;
  if (target.port_kind == PortKind::kSocket) port = StrCat("port of ", port);
  const bool ipv6 = IsIpv6Text(target.address);
  if (target.address.empty()) return "{sa_family=AF_UNSPEC}";
  const std::string family = target.family == Target::Family::kUnspec
                                 ? "AF_UNSPEC"
                             : ipv6 ? "AF_INET6"
                                    : "AF_INET";
  if (!ipv6) {
    return StrCat("{sa_family=", family, ", sin_port=htons(", port,
                  "), sin_addr=inet_addr(", Quoted(target.address), ")}");
  }
  return StrCat("{sa_family=", family, ", sin6_port=htons(", port,
                "), sin6_flowinfo=htonl(0), inet_pton(AF_INET6, ",
                Quoted(target.address), ", &sin6_addr), sin6_scope_id=",
                target.zone.empty()
                    ? "0"
                    : StrCat("if_nametoindex(", Quoted(target.zone), ")"),
                "}");
}

absl::StatusOr<Trace::Said> Trace::SayAddress(const CellStep& step,
                                              absl::string_view call) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Target target,
      ParseTarget(step.Get(FieldId::kTo), *script_.program));
  return Said{StrCat(
      call, "(", Of(step.Get(FieldId::kOf)), ", ", Sockaddr(target), ", ",
      step.Get(FieldId::kSockaddrLength, StrCat(target.size())), ")")};
}

absl::StatusOr<Trace::Said> Trace::SaySend(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  const Payload payload = PayloadOf(step, script_);
  const std::string size =
      payload.count > 0 ? StrCat(payload.count) : StrCat(payload.text.size());
  std::string to = "NULL, 0";
  if (const std::string* endpoint = step.Find(FieldId::kTo)) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const Target target,
                               ParseTarget(*endpoint, *script_.program));
    to = StrCat(Sockaddr(target), ", ",
                step.Get(FieldId::kSockaddrLength, StrCat(target.size())));
  }
  const std::string flags = step.Get(FieldId::kFlags);
  return Said{
      StrCat("sendto(", Of(of), ", ",
             payload.count > 0 ? "\"\\0\\0\\0\"..." : Quoted(payload.text),
             ", ", size, ", MSG_NOSIGNAL", flags.empty() ? "" : "|",
             flags.empty()
                 ? ""
                 : absl::StrReplaceAll(Flags("MSG_", flags), {{" ", ""}}),
             ", ", to, ")"),
      size};
}

Trace::Said Trace::SayReceive(const CellStep& step) {
  const std::string flags = step.Get(FieldId::kFlags);
  const std::string recorded = Recorded(step);
  absl::string_view sender = recorded;
  const bool named = absl::ConsumePrefix(&sender, "from:");
  std::vector<std::string> calls;
  for (absl::string_view of : absl::StrSplit(step.Get(FieldId::kOf), ',')) {
    calls.push_back(StrCat(
        "recvfrom(", Of(of), ", ", named ? Quoted(sender) : "\"\"...",
        ", 65536, MSG_DONTWAIT", flags.empty() ? "" : "|",
        flags.empty() ? ""
                      : absl::StrReplaceAll(Flags("MSG_", flags), {{" ", ""}}),
        ", NULL, NULL)"));
  }
  return {absl::StrJoin(calls, "; "), named ? StrCat(sender.size())
                                      : recorded == "eof" ? "0"
                                                          : "?"};
}

Trace::Said Trace::SayName(const CellStep& step, absl::string_view call) {
  const std::string recorded = Recorded(step);
  std::string address = "{...}";
  const bool all = step.Get(FieldId::kShow, "all") == "all";
  const bool plain = all && ErrnoOf(recorded) == 0 &&
                     absl::StrContains(recorded, ':') &&
                     !absl::StartsWith(recorded, "v4mapped") &&
                     !absl::StrContains(recorded, "0*");
  if (plain) {
    const absl::StatusOr<Target> target =
        ParseTarget(recorded, *script_.program);
    if (target.ok()) address = Sockaddr(*target);
  }
  return {StrCat(call, "(", Of(step.Get(FieldId::kOf)), ", ", address, ", [",
                 step.Get(FieldId::kSockaddrLength, "28"), "])")};
}

absl::StatusOr<Trace::Said> Trace::SayOption(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
  const bool sets = step.operation() == Operation::kSetsockopt;
  const std::string recorded = Recorded(step);
  const bool told =
      !recorded.empty() && ErrnoOf(recorded) == 0 && recorded != "not-reached";
  const std::string size = OptionRoom(step, *value.option);
  std::string level(OptionLevelName(value.option->name));
  absl::StrReplaceAll({{"IPPROTO_", "SOL_"}}, &level);
  return Said{StrCat(sets ? "setsockopt(" : "getsockopt(",
                     Of(step.Get(FieldId::kOf)), ", ", level, ", ",
                     value.option->name, ", [",
                     sets   ? value.text
                     : told ? recorded
                            : "...",
                     "], ", sets ? size : StrCat("[", size, "]"), ")")};
}

Trace::Said Trace::SayGroup(const CellStep& step) {
  const std::string group = step.Get(FieldId::kGroup);
  const std::string link = step.Get(FieldId::kInterface, "lo");
  const bool join = step.operation() == Operation::kJoinGroup;
  const std::string index =
      link == "any" ? "0" : StrCat("if_nametoindex(", Quoted(link), ")");
  const std::string call =
      IsIpv6Text(group)
          ? StrCat("SOL_IPV6, IPV6_", join ? "ADD" : "DROP",
                   "_MEMBERSHIP, {inet_pton(AF_INET6, ", Quoted(group),
                   ", &ipv6mr_multiaddr), ipv6mr_interface=", index, "}, 20")
          : StrCat("SOL_IP, IP_", join ? "ADD" : "DROP",
                   "_MEMBERSHIP, {imr_multiaddr=inet_addr(", Quoted(group),
                   "), imr_address=inet_addr(\"0.0.0.0\"), imr_ifindex=", index,
                   "}, 12");
  return {StrCat("setsockopt(", Of(step.Get(FieldId::kOf)), ", ", call, ")")};
}

absl::StatusOr<Trace::Said> Trace::Say(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  switch (step.operation()) {
    case Operation::kSocket: {
      const std::string protocol = step.Get(FieldId::kProtocol, "default");
      const std::string call = StrCat(
          "socket(AF_", absl::AsciiStrToUpper(step.Get(FieldId::kFamily)),
          ", SOCK_", absl::AsciiStrToUpper(step.Get(FieldId::kType)),
          "|SOCK_CLOEXEC, IPPROTO_",
          protocol == "default" ? "IP" : absl::AsciiStrToUpper(protocol), ")");
      return Said{call, New(step)};
    }
    case Operation::kAccept: {
      const std::string call =
          StrCat("accept4(", Of(of), ", NULL, NULL, SOCK_CLOEXEC)");
      return Said{call, New(step)};
    }
    case Operation::kSetsockopt:
    case Operation::kGetsockopt:
      return SayOption(step);
    case Operation::kBind:
      return SayAddress(step, "bind");
    case Operation::kConnect:
      return SayAddress(step, "connect");
    case Operation::kListen:
      return Said{StrCat("listen(", Of(of), ", ",
                         step.Get(FieldId::kBacklog, "16"), ")")};
    case Operation::kShutdown:
      return Said{StrCat("shutdown(", Of(of), ", ",
                         Flags("SHUT_", step.Get(FieldId::kHow)), ")")};
    case Operation::kClose:
      return Said{StrCat(step.Get(FieldId::kHow) == "reset"
                             ? StrCat("setsockopt(", Of(of),
                                      ", SOL_SOCKET, SO_LINGER, {l_onoff=1, "
                                      "l_linger=0}, 8); ")
                             : "",
                         "close(", Of(of), ")")};
    case Operation::kSend:
      return SaySend(step);
    case Operation::kRecv:
      return SayReceive(step);
    case Operation::kGetsockname:
      return SayName(step, "getsockname");
    case Operation::kGetpeername:
      return SayName(step, "getpeername");
    case Operation::kPoll:
      return Said{StrCat("poll([{fd=", Of(of), ", events=",
                         absl::StrReplaceAll(
                             Flags("POLL", step.Get(FieldId::kEvents, "in")),
                             {{" ", ""}}),
                         "}], 1, 0)"),
                  "1"};
    case Operation::kTcpState:
      if (of.empty()) break;
      return Said{StrCat("getsockopt(", Of(of), ", SOL_TCP, TCP_INFO, {...}, ",
                         "[104])")};
    case Operation::kWait:
      return Said{StrCat("nanosleep(", step.Get(FieldId::kFor), ", NULL)")};
    case Operation::kJoinGroup:
    case Operation::kLeaveGroup:
      return SayGroup(step);
    case Operation::kSysctl:
      return Said{StrCat("write(", Quoted(SysctlPath(step.Get(FieldId::kKey))),
                         ", ", Quoted(step.Get(FieldId::kValue)), ")"),
                  StrCat(step.Get(FieldId::kValue).size())};
    case Operation::kFork:
      return Said{"fork()", StrCat("<", step.Get(FieldId::kAs), ">")};
    case Operation::kExit:
      return Said{StrCat("[", of, "] exit_group(0)"), "?"};
    case Operation::kPass: {
      const std::string from = Of(of);
      return Said{StrCat("sendmsg(<", step.Get(FieldId::kTo),
                         ">, {msg_control=[{cmsg_level=SOL_SOCKET, "
                         "cmsg_type=SCM_RIGHTS, cmsg_data=[",
                         from, "]}]}, 0) /* there ", New(step), " */"),
                  "1"};
    }
    default:
      break;
  }
  // A loop, or what the C library makes of several calls.
  std::vector<std::string> fields;
  for (const auto& [id, text] : step.texts) {
    if (id == FieldId::kHost || id == FieldId::kUser ||
        id == FieldId::kProcess || id == FieldId::kMust) {
      continue;
    }
    fields.push_back(
        StrCat(FindField(SpecOf(step.operation()), id)->key, "=", text));
  }
  if (step.operation() == Operation::kDial) New(step);
  return Said{StrCat("# ", SpecOf(step.operation()).name, "(",
                     absl::StrJoin(fields, ", "), ")"),
              ""};
}

absl::Status Trace::Step(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const Said said, Say(step));
  const std::string recorded = Recorded(step);
  const std::string name =
      step.step->observation == kNoObservation
          ? ""
          : script_.program->observations[step.step->observation];
  // What is said of the socket is said of it once.
  const bool about_socket = step.step->observe_failure_only;
  std::string line = said.call;
  if (recorded == "not-reached") {
    line = StrCat("# not reached: ", line);
  } else if (!recorded.empty() && !about_socket && !said.good.empty()) {
    const int error = ErrnoOf(recorded);
    const bool nothing = recorded == "nothing";
    const bool timeout = recorded == "timeout";
    absl::StrAppend(
        &line, " = ",
        error != 0 ? StrCat("-1 ", recorded, " (", std::strerror(error), ")")
        : nothing  ? "-1 EAGAIN (nothing was there)"
        : timeout  ? "-1 EAGAIN (it took longer than SO_SNDTIMEO)"
                   : said.good);
  } else if (step.operation() == Operation::kSocket ||
             step.operation() == Operation::kAccept ||
             step.operation() == Operation::kFork) {
    absl::StrAppend(&line, " = ", said.good);
  }
  if (!name.empty() && !about_socket) {
    absl::StrAppend(&line, "   /* ", name, recorded.empty() ? "" : ": ",
                    recorded, " */");
  }
  Line(step, line);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Trace::Write() {
  text_ = StrCat("# ", FullCellName(cell_), "\n");
  absl::StrAppend(
      &text_,
      "# As strace(1) prints it; A, B … are ports, 3<a> the descriptor "
      "of socket a, /* … */ what is observed.\n");
  absl::StrAppend(&text_,
                  cell_.recorded.has_value()
                      ? StrCat("# Results: ", cell_.recorded->where)
                      : "# Results: none, for no record was given.",
                  "\n");
  if (script_.own_namespace) {
    absl::StrAppend(&text_, "# In a network namespace of its own",
                    script_.caps.empty() ? "" : ", with ",
                    absl::StrJoin(script_.caps, ", "), ":\n");
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<WorldCommand> commands,
                               WorldCommands(script_));
    for (const WorldCommand& command : commands) {
      if (command.kind == WorldCommand::Kind::kEnter) {
        absl::StrAppend(&text_, "# on ", script_.hosts[command.host].name,
                        ":\n");
      } else if (command.kind == WorldCommand::Kind::kRun) {
        absl::StrAppend(&text_, "#   ", command.text, "\n");
      } else if (command.kind == WorldCommand::Kind::kSysctl) {
        absl::StrAppend(&text_, "#   echo '", command.text, "' > ",
                        command.path, "\n");
      }
    }
  }
  for (const CellStep& step : script_.steps) {
    SOCKDRIFT_RETURN_IF_ERROR(Step(step));
  }
  return std::move(text_);
}

}  // namespace

absl::StatusOr<std::string> StraceOf(const CellToReproduce& cell,
                                     const Script& script) {
  return Trace(cell, script).Write();
}

}  // namespace sockdrift
