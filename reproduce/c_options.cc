// The socket options of a C program.
#include <netinet/in.h>
#include <sys/socket.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/net/option_name.h"
#include "reproduce/c_program.h"
#include "reproduce/cell_text.h"
#include "reproduce/options.h"

namespace sockdrift {

using absl::StrCat;

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

absl::Status CProgram::SetOption(const CellStep& step,
                                 const OptionValue& value) {
  const std::string socket = SocketOf(step);
  const std::string number =
      value.link.empty() ? "" : LinkNumber(socket, value.link);
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string bytes, OptionInC(value, number));
  UseOption(*value.option);
  if (absl::StrContains(bytes, "this_cpu()")) parts_.Use("this_cpu");
  if (absl::StrContains(bytes, "timeval")) parts_.Include("sys/time.h");
  if (absl::StrContains(bytes, "sock_fprog")) parts_.Include("linux/filter.h");
  if (absl::StrContains(bytes, "inet_addr") ||
      absl::StrContains(bytes, "htonl")) {
    parts_.Include("arpa/inet.h");
  }
  Say(step, step.step->observe_failure_only ? Act::kAlso : Act::kCall,
      StrCat("setsockopt(", socket, ", ", OptionLevelName(value.option->name),
             ", ", value.option->name, ", ", bytes, ")"));
  return absl::OkStatus();
}

void CProgram::GetOption(const CellStep& step, const OptionValue& value) {
  const OptionSpec& option = *value.option;
  UseOption(option);
  const std::string show = ShownAs(option);
  parts_.Use(StrCat("option_", show));
  const std::string order = show != "link" ? ""
                            : option.kind == OptionKind::kLinkNetworkOrder
                                ? ", 1"
                                : ", 0";
  Say(step, Act::kOn,
      StrCat("show_", show, "(", SocketOf(step), ", ",
             OptionLevelName(option.name), ", ", option.name, ", ",
             OptionRoom(step, option), order, ")"));
}

}  // namespace sockdrift
