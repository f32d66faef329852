#include "reproduce/c_program.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "reproduce/cell_text.h"
#include "reproduce/head.h"

namespace sockdrift {
namespace {

using absl::StrCat;

constexpr Language kC = {.end = ";",
                         .comment = "//",
                         .lazily = "",
                         .yes = "1",
                         .no = "0",
                         .socket_module = "",
                         .poll_prefix = "POLL",
                         .leave = "_exit(0)",
                         .says_ok = "says(0)",
                         .has_macros = true,
                         .indent = 1,
                         .indent_width = 2};

const std::vector<Part>& Parts() {
  static const auto* parts = new std::vector<Part>(ReadParts(CPartTexts()));
  return *parts;
}

}  // namespace

CProgram::CProgram(const CellToReproduce& cell, const Script& script)
    : ProgramWriter(cell, script, kC, Parts()) {}

void CProgram::BeginRepeat(const std::string& round, const std::string& times) {
  Line(StrCat("int ", round, " = 0, whole_", round, " = 0;"));
  Line(StrCat("while (whole_", round, " < ", times, ") {"));
  ++indent_;
  Line(StrCat("++", round, ";"));
  --indent_;
}

void CProgram::LeaveRepeatOn(const std::string& outcome) {
  if (outcome == "error") {
    parts_.Use("failed");
    Line("if (failed()) break;");
    return;
  }
  parts_.Include("string.h");
  Line(StrCat("if (strcmp(outcome, \"", outcome, "\") == 0) break;"));
}

void CProgram::EndRepeat(const std::string& round) {
  ++indent_;
  Line(StrCat("++whole_", round, ";"));
  --indent_;
  Line("}");
  parts_.Use("number");
  Line(StrCat("number(whole_", round, ");"));
}

void CProgram::EndSampleRound(const std::vector<std::string>& sockets) {
  for (const std::string& socket : sockets) {
    parts_.Use("CLOSE");
    parts_.Use("ANYWAY");
    Line(StrCat("ANYWAY(", socket, ", CLOSE(", socket, "));"));
    Line(StrCat(socket, " = GONE;"));
  }
}

void CProgram::OpenBlockOf(const std::string& process) {
  Line(StrCat("if (me == ", ProcessVariable(process), ") {"));
  ++indent_;
}

void CProgram::CloseBlock() {
  --indent_;
  Line("}");
}

void CProgram::Fork(const std::string& process) {
  const std::string variable = ProcessVariable(process);
  Line(StrCat("if (me == process_main) pid_of_", variable, " = start_process(",
              variable, ");"));
}

void CProgram::AwaitEnd(const std::string& process) {
  Line(StrCat("waitpid(pid_of_", ProcessVariable(process), ", NULL, 0);"));
}

std::map<std::string, std::string> CProgram::Written() {
  std::map<std::string, std::string> written;
  std::string& names = written["port_name"];
  if (parts_.Uses("port_name")) {
    names =
        "\n// Numbers differ from run to run; 0* is one that the kernel chose."
        "\nstatic const char *port_name(int port) {\n"
        "  if (port == 0) return \"0\";\n";
    for (const ScriptPort& port : script_.ports) {
      absl::StrAppend(&names, "  if (port == ", port.variable, ") return \"",
                      port.symbol, "\";\n");
    }
    for (const PortName& pool : script_.program->ports) {
      absl::StrAppend(&names, "  if (port >= ", pool.first,
                      " && port <= ", pool.last, ") return \"", pool.name,
                      "\";\n");
    }
    for (uint16_t port : script_.fixed_ports) {
      absl::StrAppend(&names, "  if (port == ", port, ") return \"", port,
                      "\";\n");
    }
    absl::StrAppend(&names, "  return \"0*\";\n}\n");
  }
  std::string& senders = written["names"];
  senders = "\nstatic const char *const names[] = {";
  for (const std::string& sender : script_.senders) {
    absl::StrAppend(&senders, "\"", sender, "\", ");
  }
  absl::StrAppend(&senders, "NULL};\n");
  std::string& processes = written["process_names"];
  processes = "\nenum { process_main";
  for (const std::string& process : script_.processes) {
    absl::StrAppend(&processes, ", ", ProcessVariable(process));
  }
  absl::StrAppend(&processes, ", process_count };\n");
  written["caps"] =
      StrCat("\nstatic const unsigned long long own_caps = ",
             CapabilityBits(script_.caps, "1ull"),
             ",\n                                permitted_caps = ",
             CapabilityBits(PermittedCaps(script_), "1ull"), ";\n");
  return written;
}

// Ports stand outside of main, for names are made of them.
std::string CProgram::Declarations() const {
  std::string text;
  if (!script_.ports.empty()) {
    std::vector<std::string> variables;
    for (const ScriptPort& port : script_.ports) {
      variables.push_back(port.variable);
    }
    absl::StrAppend(&text, "\nstatic int ", absl::StrJoin(variables, ", "),
                    ";  // ports\n");
  }
  for (const PortName& pool : script_.program->ports) {
    if (pool.first == pool.last) continue;
    const std::string use = StrCat("one_of_", VariableOf(pool.name), "()");
    if (!absl::StrContains(body(), use)) continue;
    absl::StrAppend(&text, "\nstatic int one_of_", VariableOf(pool.name),
                    "(void) {\n  static int taken;\n  return ", pool.first,
                    " + taken++ % ", pool.last - pool.first + 1, ";\n}\n");
  }
  return text;
}

std::string CProgram::Locals() const {
  std::string text;
  std::vector<std::string> plain;
  for (const ScriptSocket& socket : script_.sockets) {
    if (socket.rounds == 0) {
      plain.push_back(StrCat(socket.variable, " = GONE"));
      continue;
    }
    absl::StrAppend(&text, "  static int ", socket.variable, "[",
                    socket.rounds + 2, "];\n  for (int i = 0; i < ",
                    socket.rounds + 2, "; ++i) ", socket.variable,
                    "[i] = GONE;\n");
  }
  if (!plain.empty()) {
    absl::StrAppend(&text, "  int ", absl::StrJoin(plain, ", "), ";\n");
  }
  for (const ScriptSocket& socket : script_.sockets) {
    if (!socket.used && socket.rounds == 0) {
      absl::StrAppend(&text, "  (void)", socket.variable, ";\n");
    }
  }
  for (const std::string& faced : script_.faced) {
    absl::StrAppend(&text, "  struct ends ", EndsVariable(faced), " = {0};\n");
  }
  for (const std::string& process : script_.processes) {
    absl::StrAppend(&text, "  pid_t pid_of_", ProcessVariable(process),
                    " = -1;\n");
  }
  for (const std::string& list : script_.lists) {
    absl::StrAppend(&text, "  struct addrinfo *", VariableOf(list),
                    " = NULL;\n");
  }
  if (absl::StrContains(body(), "&found)")) {
    absl::StrAppend(&text, "  struct addrinfo *found = NULL;\n");
  }
  return text;
}

absl::StatusOr<std::string> CProgram::Write() {
  SOCKDRIFT_RETURN_IF_ERROR(Prepare());
  if (!script_.processes.empty()) {
    parts_.Use("processes");
    Line("make_channels();");
  }
  const std::string before = TakeBody();
  SOCKDRIFT_RETURN_IF_ERROR(Walk());
  if (script_.looks_up) parts_.Include("netdb.h");
  std::string text = HeadComment(cell_, script_, ProgramLanguage::kC);
  absl::StrAppend(&text, "#define _GNU_SOURCE\n");
  const std::map<std::string, std::string> written = Written();
  for (const std::string& header : parts_.headers()) {
    absl::StrAppend(&text, "#include <", header, ">\n");
  }
  for (const auto& [name, number] : defines_) {
    absl::StrAppend(&text, "#ifndef ", name, "\n#define ", name, " ", number,
                    "\n#endif\n");
  }
  absl::StrAppend(&text, Declarations(), parts_.Text(written),
                  "\nint main(void) {\n", Locals(), before);
  // All sends and receives happen on one CPU from here on.
  if (parts_.Uses("settle")) absl::StrAppend(&text, "  settle();\n");
  absl::StrAppend(&text, "\n", body(), "  return 0;\n}\n");
  return text;
}

}  // namespace sockdrift
