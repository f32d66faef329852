// What both languages have to find out of a step's texts.
#ifndef SOCKDRIFT_REPRODUCE_CELL_TEXT_H_
#define SOCKDRIFT_REPRODUCE_CELL_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "core/net/option_name.h"
#include "reproduce/script.h"

namespace sockdrift {

// How long a poll waits after all has been delivered, for stacks that are not
// Linux'.
inline constexpr absl::string_view kPollMs = "20ms";

// A literal of C and Python: "\"a\\n\"".
std::string Quoted(absl::string_view text);

// What a send passes: a text, so many bytes, or the name of a socket that a
// repeat makes, with the round's number.
struct Payload {
  std::string text;
  int64_t count = 0;      // 0: the text
  bool numbered = false;  // the text is the name without the number
};
Payload PayloadOf(const CellStep& step, const Script& script);

// Sockets of a list that follow one another: "s[1],s[2],s[3]" is one run.
struct SocketRun {
  std::string name;
  std::string variable;
  int64_t first = 0;  // 0: no member of an array
  int64_t last = 0;
};
std::vector<SocketRun> RunsOf(absl::string_view list, const Script& script);

// Whether a receiver has to look for a sender's address: some socket sends
// something else than its name.
bool NamesSendersByAddress(const Script& script);

// Which helper shows the option's value: "int", "link", "linger" …
std::string ShownAs(const OptionSpec& option);

// The marks of a wait_for in milliseconds, ascending; empty where it has none.
std::vector<int64_t> MarksOf(const CellStep& step);

// "ends_of_client".
std::string EndsVariable(absl::string_view socket);

// "/proc/sys/net/ipv4/tcp_tw_reuse".
std::string SysctlPath(absl::string_view key);

// "192.0.2.1/24" in its parts.
struct Prefix {
  std::string address;
  std::string bits;
};
Prefix PrefixOf(absl::string_view text);

// The uid and gid of "u1", "u2" or, of an empty name, an ordinary user.
int UserId(absl::string_view user);

// Whether calls need other capabilities than those under test: between cells'
// steps something of the world changes, or a host is left for the other.
bool NeedsAdministrator(const Script& script);

// UNIMPLEMENTED for a world that no program makes.
absl::Status CheckWorld(const Script& script);

// "MSG_OOB | MSG_PEEK" of "oob,peek"; "0" of none.
std::string Flags(absl::string_view prefix, absl::string_view words);

// The capabilities that calls run with, and those that changes of the world
// need besides.
std::vector<std::string> PermittedCaps(const Script& script);
// Their bits as "1ull << 13 | …", `one` being the language's 1, or "0".
std::string CapabilityBits(const std::vector<std::string>& names,
                           absl::string_view one);

// The arguments of choose_port.
std::string PortRange(const ScriptPort& port);
// Whether the step names the port.
bool GoesTo(const CellStep& step, const ScriptPort& port);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_CELL_TEXT_H_
