#include "reproduce/python_program.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/base/status_macros.h"
#include "reproduce/head.h"

namespace sockdrift {

namespace {

using absl::StrCat;

constexpr Language kPython = {.end = "",
                              .comment = "#",
                              .lazily = "lambda: ",
                              .yes = "True",
                              .no = "False",
                              .socket_module = "socket.",
                              .poll_prefix = "select.POLL",
                              .leave = "os._exit(0)",
                              .says_ok = "says(\"ok\")",
                              .has_macros = false,
                              .indent = 0,
                              .indent_width = 4};

const std::vector<Part>& Parts() {
  static const auto* parts =
      new std::vector<Part>(ReadParts(PythonPartTexts()));
  return *parts;
}

}  // namespace

PythonProgram::PythonProgram(const CellToReproduce& cell, const Script& script)
    : ProgramWriter(cell, script, kPython, Parts()) {}

void PythonProgram::BeginRepeat(const std::string& round,
                                const std::string& times) {
  Line(StrCat(round, " = whole_", round, " = 0"));
  Line(StrCat("while whole_", round, " < ", times, ":"));
  Line(StrCat("    ", round, " += 1"));
}

void PythonProgram::LeaveRepeatOn(const std::string& outcome) {
  if (outcome == "error") parts_.Use("failed");
  Line(outcome == "error" ? "if failed():"
                          : StrCat("if outcome == \"", outcome, "\":"));
  Line("    break");
}

void PythonProgram::EndRepeat(const std::string& round) {
  Line(StrCat("    whole_", round, " += 1"));
  Line(StrCat("says(str(whole_", round, "))"));
}

void PythonProgram::EndSampleRound(const std::vector<std::string>& sockets) {
  for (const std::string& socket : sockets) {
    Line(StrCat("if ", socket, " is not None:"));
    Line(StrCat("    ", socket, ".close()"));
    Line(StrCat(socket, " = None"));
  }
}

void PythonProgram::OpenBlockOf(const std::string& process) {
  Line(StrCat("if me == ", ProcessVariable(process), ":"));
  ++indent_;
  // A block is never empty.
  Line("pass");
}

void PythonProgram::CloseBlock() { --indent_; }

void PythonProgram::Fork(const std::string& process) {
  const std::string variable = ProcessVariable(process);
  Line("if me == process_main:");
  Line(StrCat("    pid_of_", variable, " = start_process(", variable, ")"));
}

void PythonProgram::AwaitEnd(const std::string& process) {
  Line(StrCat("os.waitpid(pid_of_", ProcessVariable(process), ", 0)"));
}

std::map<std::string, std::string> PythonProgram::Written() const {
  std::map<std::string, std::string> written;
  std::string& names = written["port_name"];
  names =
      "\n\ndef port_name(port):\n"
      "    \"\"\"Numbers differ from run to run; 0* is one that the kernel "
      "chose.\"\"\"\n"
      "    if port == 0:\n        return \"0\"\n";
  for (const ScriptPort& port : script_.ports) {
    absl::StrAppend(&names, "    if port == ", port.variable,
                    ":\n        return \"", port.symbol, "\"\n");
  }
  for (const PortName& pool : script_.program->ports) {
    absl::StrAppend(&names, "    if ", pool.first, " <= port <= ", pool.last,
                    ":\n        return \"", pool.name, "\"\n");
  }
  for (uint16_t port : script_.fixed_ports) {
    absl::StrAppend(&names, "    if port == ", port, ":\n        return \"",
                    port, "\"\n");
  }
  absl::StrAppend(&names, "    return \"0*\"\n");
  std::vector<std::string> senders;
  for (const std::string& sender : script_.senders) {
    senders.push_back(StrCat("\"", sender, "\""));
  }
  written["names"] = StrCat("\nnames = [", absl::StrJoin(senders, ", "), "]\n");
  std::string& processes = written["process_names"];
  processes = "\nprocess_main = 0\n";
  int count = 1;
  for (const std::string& process : script_.processes) {
    absl::StrAppend(&processes, ProcessVariable(process), " = ", count++, "\n");
  }
  absl::StrAppend(&processes, "process_count = ", count, "\n");
  written["caps"] = StrCat(
      "\nown_caps = ", CapabilityBits(script_.caps, "1"),
      "\npermitted_caps = ", CapabilityBits(PermittedCaps(script_), "1"), "\n");
  return written;
}

std::string PythonProgram::Variables() const {
  std::string text;
  std::vector<std::string> plain;
  for (const ScriptSocket& socket : script_.sockets) {
    if (socket.rounds == 0) {
      plain.push_back(socket.variable);
    } else {
      absl::StrAppend(&text, socket.variable, " = [None] * ", socket.rounds + 2,
                      "\n");
    }
  }
  for (const ScriptPort& port : script_.ports) plain.push_back(port.variable);
  if (!plain.empty()) {
    absl::StrAppend(&text, absl::StrJoin(plain, " = "), " = None\n");
  }
  for (const std::string& faced : script_.faced) {
    absl::StrAppend(&text, EndsVariable(faced), " = []\n");
  }
  for (const std::string& list : script_.lists) {
    absl::StrAppend(&text, VariableOf(list), " = []\n");
  }
  for (const PortName& pool : script_.program->ports) {
    const std::string name = StrCat("one_of_", VariableOf(pool.name));
    if (!absl::StrContains(body(), StrCat(name, "()"))) continue;
    absl::StrAppend(&text, name, " = itertools.cycle(range(", pool.first, ", ",
                    pool.last + 1, ")).__next__\n");
  }
  return text;
}

absl::StatusOr<std::string> PythonProgram::Write() {
  SOCKDRIFT_RETURN_IF_ERROR(Prepare());
  if (!script_.processes.empty()) parts_.Use("processes");
  const std::string before = TakeBody();
  SOCKDRIFT_RETURN_IF_ERROR(Walk());
  const std::string variables = Variables();
  if (absl::StrContains(variables, "itertools.")) parts_.Include("itertools");
  // What the cell's own lines use.
  for (absl::string_view module : {"select", "socket", "struct", "os"}) {
    if (absl::StrContains(body(), StrCat(module, "."))) parts_.Include(module);
  }
  std::string text = HeadComment(cell_, script_, ProgramLanguage::kPython);
  for (const std::string& module : parts_.headers()) {
    absl::StrAppend(&text, "import ", module, "\n");
  }
  if (!constants_.empty()) {
    absl::StrAppend(&text, "\n# Not in every Python's module socket.\n");
  }
  for (const auto& [name, number] : constants_) {
    absl::StrAppend(&text, name, " = ", number, "\n");
  }
  absl::StrAppend(&text, parts_.Text(Written()), "\n\n", variables, before);
  // All sends and receives happen on one CPU from here on.
  if (parts_.Uses("settle")) absl::StrAppend(&text, "settle()\n");
  absl::StrAppend(&text, "\n", body());
  return text;
}

}  // namespace sockdrift
