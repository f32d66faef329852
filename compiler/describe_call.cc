#include "compiler/describe_call.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "core/net/option_name.h"

namespace sockdrift {
namespace {

// "127.0.0.1:A" as {AF_INET, 127.0.0.1:A}.
std::string Sockaddr(absl::string_view endpoint) {
  absl::string_view family = "AF_INET";
  if (absl::StartsWith(endpoint, "unspec")) {
    family = "AF_UNSPEC";
  } else if (absl::StartsWith(endpoint, "[")) {
    family = "AF_INET6";
  }
  return absl::StrCat("{", family, ", ", endpoint, "}");
}

std::string Constants(absl::string_view prefix, absl::string_view words) {
  if (words.empty()) return "0";
  return absl::StrJoin(absl::StrSplit(words, ','), "|",
                       [&](std::string* out, absl::string_view word) {
                         absl::StrAppend(out, prefix,
                                         absl::AsciiStrToUpper(word));
                       });
}

// ", 8" where a length is passed wrong on purpose.
std::string Length(StepTexts& texts, FieldId id) {
  const std::string length = texts.Get(id);
  return length.empty() ? "" : absl::StrCat(", ", length);
}

std::string SocketCall(StepTexts& texts) {
  const std::string protocol = texts.Get(FieldId::kProtocol, "default");
  return absl::StrCat(
      texts.Get(FieldId::kAs), " = socket(AF_",
      absl::AsciiStrToUpper(texts.Get(FieldId::kFamily)), ", SOCK_",
      absl::AsciiStrToUpper(texts.Get(FieldId::kType)), ", ",
      protocol == "default"
          ? "0"
          : absl::StrCat("IPPROTO_", absl::AsciiStrToUpper(protocol)),
      ")");
}

std::string OptionCall(absl::string_view call, StepTexts& texts) {
  const std::string name = texts.Get(FieldId::kName);
  const std::string value = texts.Get(FieldId::kValue);
  return absl::StrCat(call, "(", texts.Get(FieldId::kOf), ", ",
                      OptionLevelName(name), ", ", name,
                      value.empty() ? "" : ", ", value,
                      Length(texts, FieldId::kSize), ")");
}

std::string AddressCall(absl::string_view call, StepTexts& texts) {
  std::string text = absl::StrCat(call, "(", texts.Get(FieldId::kOf), ", ",
                                  Sockaddr(texts.Get(FieldId::kTo)),
                                  Length(texts, FieldId::kSockaddrLength), ")");
  if (texts.Get(FieldId::kWait) == "no") {
    absl::StrAppend(&text, " with O_NONBLOCK");
  }
  return text;
}

std::string NameCall(absl::string_view call, StepTexts& texts) {
  const std::string show = texts.Get(FieldId::kShow, "all");
  return absl::StrCat(call, "(", texts.Get(FieldId::kOf),
                      Length(texts, FieldId::kSockaddrLength), ")",
                      show == "all" ? "" : absl::StrCat(": its ", show));
}

std::string SendCall(StepTexts& texts) {
  const std::string of = texts.Get(FieldId::kOf);
  const std::string to = texts.Get(FieldId::kTo);
  return absl::StrCat("sendto(", of, ", \"", texts.Get(FieldId::kData, of),
                      "\", ", Constants("MSG_", texts.Get(FieldId::kFlags)),
                      ", ", to.empty() ? "NULL" : Sockaddr(to),
                      Length(texts, FieldId::kSockaddrLength), ")");
}

std::string RecvCall(StepTexts& texts) {
  const std::string of =
      absl::StrReplaceAll(texts.Get(FieldId::kOf), {{",", " | "}});
  const std::string show = texts.Get(FieldId::kShow, "sender");
  return absl::StrCat("recvfrom(", of, ", ",
                      Constants("MSG_", texts.Get(FieldId::kFlags)), ")",
                      show == "sender" ? "" : absl::StrCat(": its ", show));
}

std::string CloseCall(StepTexts& texts) {
  const std::string of = texts.Get(FieldId::kOf);
  const std::string close = absl::StrCat("close(", of, ")");
  if (texts.Get(FieldId::kHow) != "reset") return close;
  return absl::StrCat("setsockopt(", of, ", SOL_SOCKET, SO_LINGER, {1, 0}); ",
                      close);
}

// Of the socket, or of the other end of its connection.
std::string StateOf(StepTexts& texts) {
  const std::string facing = texts.Get(FieldId::kFacing);
  if (facing.empty()) {
    return absl::StrCat("getsockopt(", texts.Get(FieldId::kOf),
                        ", IPPROTO_TCP, TCP_INFO).tcpi_state");
  }
  return absl::StrCat("sock_diag(the other end of ", facing, ").idiag_state");
}

std::string WaitForCall(StepTexts& texts) {
  const std::string state = StateOf(texts);
  const std::string marks = texts.Get(FieldId::kMarks);
  return absl::StrCat(
      "while (", state, " != ", texts.Get(FieldId::kState), ") wait",
      marks.empty() ? ""
                    : absl::StrCat(": how long, of ",
                                   absl::StrReplaceAll(marks, {{",", ", "}})));
}

std::string GroupCall(absl::string_view verb, StepTexts& texts) {
  const std::string group = texts.Get(FieldId::kGroup);
  const bool inet6 = absl::StrContains(group, ':');
  const std::string interface = texts.Get(FieldId::kInterface);
  return absl::StrCat("setsockopt(", texts.Get(FieldId::kOf),
                      inet6 ? ", IPPROTO_IPV6, IPV6_" : ", IPPROTO_IP, IP_",
                      verb, "_MEMBERSHIP, {", group,
                      interface.empty() ? "" : ", ", interface, "})");
}

std::string ResolveCall(StepTexts& texts) {
  const std::string flags = texts.Get(FieldId::kFlags);
  return absl::StrCat(
      texts.Get(FieldId::kAs), " = getaddrinfo(\"", texts.Get(FieldId::kName),
      "\", {AF_", absl::AsciiStrToUpper(texts.Get(FieldId::kFamily, "unspec")),
      ", ", Constants("AI_", flags), "})");
}

std::string DialCall(StepTexts& texts) {
  const bool all = texts.Get(FieldId::kTry) == "all";
  return absl::StrCat(texts.Get(FieldId::kAs), " = socket(…, SOCK_",
                      absl::AsciiStrToUpper(texts.Get(FieldId::kType)),
                      ", 0); connect(…, {", all ? "each" : "the first", " of ",
                      texts.Get(FieldId::kTo), "})");
}

std::string RepeatCall(StepTexts& texts) {
  const std::string times = texts.Get(FieldId::kTimes);
  const std::string until = texts.Get(FieldId::kUntil);
  return absl::StrCat("for (", times.empty() ? "…" : times, " times",
                      until.empty() ? "" : absl::StrCat(", until ", until),
                      ")");
}

// What changes the plan's own world.
std::string WorldCall(StepTexts& texts) {
  const std::string interface = texts.Get(FieldId::kInterface);
  switch (texts.step().operation) {
    case Operation::kSysctl:
      return absl::StrCat(
          "write(\"/proc/sys/",
          absl::StrReplaceAll(texts.Get(FieldId::kKey), {{".", "/"}}), "\", \"",
          texts.Get(FieldId::kValue), "\")");
    case Operation::kAddress:
      return absl::StrCat(texts.Get(FieldId::kHow) == "remove" ? "RTM_DELADDR("
                                                               : "RTM_NEWADDR(",
                          interface, ", ", texts.Get(FieldId::kValue), ")");
    default:
      return absl::StrCat("RTM_NEWLINK(", interface, ", ",
                          texts.Get(FieldId::kState) == "up" ? "IFF_UP" : "0",
                          ")");
  }
}

std::string ProcessCall(StepTexts& texts) {
  const std::string of = texts.Get(FieldId::kOf);
  const std::string as = texts.Get(FieldId::kAs);
  switch (texts.step().operation) {
    case Operation::kFork:
      return absl::StrCat(as, " = fork()");
    case Operation::kPass:
      return absl::StrCat(as, " = sendmsg(", texts.Get(FieldId::kTo),
                          ", SCM_RIGHTS, ", of, ")");
    default:
      return absl::StrCat("_exit(0) in ", of, "; waitpid(", of, ")");
  }
}

}  // namespace

std::string StepTexts::Get(FieldId id, absl::string_view otherwise) {
  asked_.insert(id);
  return step_.Get(id, otherwise);
}

std::string StepTexts::Rest() {
  std::vector<std::string> rest;
  for (const auto& [id, text] : step_.texts) {
    if (asked_.contains(id) || text.empty()) continue;
    rest.push_back(absl::StrCat(FindField(SpecOf(step_.operation()), id)->key,
                                ": ", text));
  }
  return absl::StrJoin(rest, ", ");
}

std::string DescribeCall(StepTexts& texts) {
  switch (texts.step().operation) {
    case Operation::kSocket:
      return SocketCall(texts);
    case Operation::kSetsockopt:
      return OptionCall("setsockopt", texts);
    case Operation::kGetsockopt:
      return OptionCall("getsockopt", texts);
    case Operation::kBind:
      return AddressCall("bind", texts);
    case Operation::kConnect:
      return AddressCall("connect", texts);
    case Operation::kListen:
      return absl::StrCat("listen(", texts.Get(FieldId::kOf), ", ",
                          texts.Get(FieldId::kBacklog, "16"), ")");
    case Operation::kAccept:
      return absl::StrCat(texts.Get(FieldId::kAs), " = accept4(",
                          texts.Get(FieldId::kOf), ")");
    case Operation::kShutdown:
      return absl::StrCat("shutdown(", texts.Get(FieldId::kOf), ", ",
                          Constants("SHUT_", texts.Get(FieldId::kHow)), ")");
    case Operation::kClose:
      return CloseCall(texts);
    case Operation::kSend:
      return SendCall(texts);
    case Operation::kRecv:
      return RecvCall(texts);
    case Operation::kGetsockname:
      return NameCall("getsockname", texts);
    case Operation::kGetpeername:
      return NameCall("getpeername", texts);
    case Operation::kPoll:
      return absl::StrCat("poll({", texts.Get(FieldId::kOf), ", ",
                          Constants("POLL", texts.Get(FieldId::kEvents, "in")),
                          "}, 0)");
    case Operation::kTcpState:
      return StateOf(texts);
    case Operation::kWaitFor:
      return WaitForCall(texts);
    case Operation::kWait:
      return absl::StrCat("nanosleep(", texts.Get(FieldId::kFor), ")");
    case Operation::kJoinGroup:
      return GroupCall("ADD", texts);
    case Operation::kLeaveGroup:
      return GroupCall("DROP", texts);
    case Operation::kSysctl:
    case Operation::kAddress:
    case Operation::kLink:
      return WorldCall(texts);
    case Operation::kResolve:
      return ResolveCall(texts);
    case Operation::kDial:
      return DialCall(texts);
    case Operation::kFork:
    case Operation::kPass:
    case Operation::kExit:
      return ProcessCall(texts);
    case Operation::kRepeat:
    case Operation::kSample:
      return RepeatCall(texts);
  }
  return "";
}

}  // namespace sockdrift
