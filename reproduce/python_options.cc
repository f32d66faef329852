// The socket options of a Python program.
#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/net/option_name.h"
#include "reproduce/cell_text.h"
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

}  // namespace

std::string PythonProgram::NameOfOption(const OptionSpec& option) {
  parts_.Include("socket");
  const bool in_module = std::find(std::begin(kInModule), std::end(kInModule),
                                   option.name) != std::end(kInModule);
  return StrCat("socket.", OptionLevelName(option.name), ", ",
                in_module ? StrCat("socket.", option.name)
                          : Constant(option.name, option.number));
}

absl::Status PythonProgram::SetOption(const CellStep& step,
                                      const OptionValue& value) {
  const std::string socket = SocketOf(step);
  const std::string link =
      value.link.empty() ? "" : LinkNumber(socket, value.link);
  SOCKDRIFT_ASSIGN_OR_RETURN(std::string bytes, OptionInPython(value, link));
  if (absl::StrContains(bytes, "this_cpu()")) parts_.Use("this_cpu");
  if (absl::StrContains(bytes, "program(")) parts_.Use("program");
  const Act act = step.step->observe_failure_only ? Act::kAlso : Act::kCall;
  const std::string name = NameOfOption(*value.option);
  int64_t number = 0;
  if (!value.size.empty()) {
    parts_.Use("set_any");
    parts_.Include("struct");
    Say(step, act,
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
  Say(step, act, StrCat(socket, ".setsockopt(", name, ", ", bytes, ")"));
  return absl::OkStatus();
}

void PythonProgram::GetOption(const CellStep& step, const OptionValue& value) {
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
  Say(step, Act::kOn,
      StrCat(get, "(", socket, ", ", NameOfOption(option), ", ",
             OptionRoom(step, option), ", ", text, ")"));
}

}  // namespace sockdrift
