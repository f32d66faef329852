// Which method says an operation, and the operations that all languages say
// with a helper of the same name and arguments.
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/plan/operation.h"
#include "reproduce/cell_text.h"
#include "reproduce/limits.h"
#include "reproduce/writer.h"

namespace sockdrift {

using absl::StrCat;

absl::Status ProgramWriter::Call(const CellStep& step) {
  ChoosePortOf(step);
  switch (step.operation()) {
    case Operation::kSocket:
      SOCKDRIFT_RETURN_IF_ERROR(Socket(step));
      Made(step);
      return absl::OkStatus();
    case Operation::kSetsockopt: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
      return SetOption(step, value);
    }
    case Operation::kGetsockopt: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const OptionValue value, OptionOf(step));
      GetOption(step, value);
      return absl::OkStatus();
    }
    case Operation::kBind:
    case Operation::kConnect: {
      SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
      NeedPortOf(step, target);
      if (step.operation() == Operation::kBind) {
        Bind(step, target);
      } else {
        Connect(step, target);
        sent_ = true;
      }
      return absl::OkStatus();
    }
    case Operation::kListen:
      Listen(step);
      return absl::OkStatus();
    case Operation::kAccept:
      Accept(step);
      Made(step);
      Remember(step.Get(FieldId::kAs), "");
      return absl::OkStatus();
    case Operation::kShutdown:
      Shutdown(step);
      sent_ = true;
      return absl::OkStatus();
    case Operation::kClose:
      Close(step);
      sent_ = true;
      return absl::OkStatus();
    case Operation::kSend:
      if (step.Find(FieldId::kTo) != nullptr) {
        SOCKDRIFT_ASSIGN_OR_RETURN(const Target target, TargetOf(step));
        Send(step, &target);
      } else {
        Send(step, nullptr);
      }
      sent_ = true;
      return absl::OkStatus();
    case Operation::kRecv:
      Receive(step);
      return absl::OkStatus();
    case Operation::kGetsockname:
      Name(step, "getsockname");
      return absl::OkStatus();
    case Operation::kGetpeername:
      Name(step, "getpeername");
      return absl::OkStatus();
    case Operation::kPoll:
      parts_.Use("poll_events");
      Say(step, Act::kOn,
          StrCat("show_events(", SocketOf(step), ", ",
                 Flags(language_.poll_prefix, step.Get(FieldId::kEvents, "in")),
                 ", ", BoundMs(step, kPollMs), ")"));
      return absl::OkStatus();
    case Operation::kTcpState:
      State(step);
      return absl::OkStatus();
    case Operation::kWaitFor:
      WaitFor(step);
      return absl::OkStatus();
    case Operation::kWait:
      parts_.Use("wait_ms");
      Statement(StrCat("wait_ms(",
                       absl::StripSuffix(step.Get(FieldId::kFor), "ms"), ")"));
      return absl::OkStatus();
    case Operation::kJoinGroup:
      Group(step, true);
      return absl::OkStatus();
    case Operation::kLeaveGroup:
      Group(step, false);
      return absl::OkStatus();
    case Operation::kSysctl:
    case Operation::kAddress:
    case Operation::kLink:
      ChangeWorld(step);
      return absl::OkStatus();
    case Operation::kResolve:
      parts_.Use("resolve");
      Resolve(step);
      return absl::OkStatus();
    case Operation::kDial:
      return Dial(step);
    default:
      // The walk says loops and processes itself.
      return absl::InternalError(SpecOf(step.operation()).name);
  }
}

void ProgramWriter::Receive(const CellStep& step) {
  const std::string of = step.Get(FieldId::kOf);
  if (absl::StrContains(of, ',')) return ReceiveFromSeveral(step);
  const std::string show = step.Get(FieldId::kShow, "sender");
  const std::string arguments = StrCat(Spelled(of), ", ", FlagsOf(step, "MSG_"),
                                       ", ", BoundMs(step, kPollMs));
  if (show == "sender") {
    parts_.Use("receive");
    parts_.Use("receive_end");
    if (NamesSendersByAddress(script_)) parts_.Use("receive_by_address");
    Say(step, Act::kOn, StrCat("receive(", arguments, ")"));
  } else if (show == "destination") {
    parts_.Use("receive_destination");
    Say(step, Act::kOn, StrCat("receive_destination(", arguments, ")"));
  } else {
    parts_.Use("receive_address");
    parts_.Use(StrCat("show_", show));
    Say(step, Act::kOn,
        StrCat("receive_address(", arguments, ", ", TextOf(show), ")"));
  }
}

void ProgramWriter::ReceiveFromSeveral(const CellStep& step) {
  parts_.Use("receivers");
  Statement("settle()");
  const std::string arguments =
      StrCat(FlagsOf(step, "MSG_"), ", ", BoundMs(step, kPollMs));
  for (const SocketRun& run : RunsOf(step.Get(FieldId::kOf), script_)) {
    TakeAll(run, arguments);
  }
  Statement("show_receivers()");
}

void ProgramWriter::State(const CellStep& step) {
  parts_.Use("show_state");
  const std::string on = Helper("on");
  parts_.Use(on);
  const std::string state = StateOf(step);
  Statement(StrCat(
      on, "(", Spelled(step.Get(FieldId::kOf, step.Get(FieldId::kFacing))),
      ", ", language_.lazily, "show_state(", language_.lazily, state, "))"));
}

void ProgramWriter::WaitFor(const CellStep& step) {
  const std::vector<int64_t> marks = MarksOf(step);
  const std::string longest =
      marks.empty() || step.Find(FieldId::kWithin) != nullptr
          ? BoundMs(step, "500ms")
          : StrCat(marks.back() + marks.back() / 8 + 1000);
  const std::string await = Helper("await_state");
  const std::string on = Helper("on");
  parts_.Use(await);
  parts_.Use(on);
  const std::string state = StateOf(step);
  Statement(StrCat(
      on, "(", Spelled(step.Get(FieldId::kOf, step.Get(FieldId::kFacing))),
      ", ", language_.lazily, await, "(", language_.lazily, state, ", ",
      Quoted(step.Get(FieldId::kState)), ", ", longest, "))"));
  if (marks.empty()) return;
  parts_.Use("mark");
  ShowNearest(marks);
}

void ProgramWriter::Group(const CellStep& step, bool join) {
  const std::string socket = SocketOf(step);
  const std::string link = step.Get(FieldId::kInterface, "lo");
  parts_.Use("group");
  Say(step, join ? Act::kCall : Act::kAsk,
      StrCat("group(", socket, ", ", Quoted(step.Get(FieldId::kGroup)), ", ",
             link == "any" ? "0" : LinkNumber(socket, link), ", ",
             join ? language_.yes : language_.no, ")"));
}

absl::Status ProgramWriter::Dial(const CellStep& step) {
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const Target target,
      ParseListTarget(step.Get(FieldId::kTo), *script_.program));
  if (target.port_kind == PortKind::kSocket) {
    return CannotSay(Limit::kDialToSocketsPort);
  }
  const std::string as = step.Get(FieldId::kAs);
  const bool first = step.Get(FieldId::kTry, "all") == "first";
  parts_.Use("dial");
  Statement(StrCat(Spelled(as), " = dial(", VariableOf(target.address), ", ",
                   language_.socket_module, "SOCK_",
                   absl::AsciiStrToUpper(step.Get(FieldId::kType)), ", ",
                   PortOf(target), ", ", first ? language_.yes : language_.no,
                   ", ", BoundMs(step, "500ms"), ")"));
  sent_ = true;
  Made(step);
  Remember(as, "");
  if (step.Get(FieldId::kShow) == "addr") {
    parts_.Use("show_addr");
    ShowPeer(Spelled(as));
  }
  return absl::OkStatus();
}

}  // namespace sockdrift
