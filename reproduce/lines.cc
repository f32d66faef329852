// Lines that differ in a language's punctuation alone.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "reproduce/cell_text.h"
#include "reproduce/writer.h"

namespace sockdrift {

using absl::StrCat;

void ProgramWriter::Line(absl::string_view text) {
  absl::StrAppend(&body_, std::string(language_.indent_width * indent_, ' '),
                  text, "\n");
}

void ProgramWriter::Statement(absl::string_view text) {
  Line(StrCat(text, language_.end));
}

std::string ProgramWriter::Spelled(absl::string_view socket) const {
  const ScriptSocket* known = script_.FindSocket(socket);
  if (known == nullptr) return VariableOf(socket);
  if (known->rounds == 0) return known->variable;
  const size_t bracket = socket.find('[');
  if (bracket != absl::string_view::npos) {
    return StrCat(known->variable, socket.substr(bracket));
  }
  const auto index = index_.find(known->name);
  return StrCat(known->variable, "[",
                index == index_.end() ? "0" : index->second, "]");
}

std::string ProgramWriter::RoundOf(absl::string_view spelled) {
  const size_t bracket = spelled.find('[');
  return std::string(spelled.substr(bracket + 1, spelled.size() - bracket - 2));
}

absl::StatusOr<Target> ProgramWriter::TargetOf(const CellStep& step) const {
  return ParseTarget(step.Get(FieldId::kTo), *script_.program);
}

std::string ProgramWriter::PortOf(const Target& target) {
  switch (target.port_kind) {
    case PortKind::kNone:
      return "0";
    case PortKind::kNumber:
      return target.port;
    case PortKind::kSymbol:
      return VariableOf(target.port);
    case PortKind::kPool:
      return StrCat("one_of_", VariableOf(target.port), "()");
    case PortKind::kSocket:
      parts_.Use("port_of");
      return StrCat("port_of(", Spelled(target.port), ")");
  }
  return "0";
}

std::string ProgramWriter::LinkNumber(absl::string_view socket,
                                      absl::string_view link) {
  parts_.Use("link_number");
  return StrCat("link_number(", socket, ", ", Quoted(link), ")");
}

std::string ProgramWriter::BoundMs(const CellStep& step,
                                   absl::string_view otherwise) {
  const std::string within = step.Get(FieldId::kWithin, otherwise);
  return within.substr(0, within.find('m'));  // "500ms"
}

bool ProgramWriter::MustBound(const CellStep& step) {
  Known& known = KnownOf(step.Get(FieldId::kOf));
  if (known.type != "stream") return false;
  const std::string bound = BoundMs(step, "500ms");
  // In a loop the socket of the next round has none.
  if (known.bound == bound && loops_.empty()) return false;
  known.bound = bound;
  return true;
}

std::string ProgramWriter::ProcessVariable(absl::string_view process) {
  return VariableOf(StrCat("process_", process));
}

std::string ProgramWriter::Helper(absl::string_view name) const {
  return language_.has_macros ? absl::AsciiStrToUpper(name) : std::string(name);
}

std::string ProgramWriter::FlagsOf(const CellStep& step,
                                   absl::string_view prefix) const {
  return Flags(StrCat(language_.socket_module, prefix),
               step.Get(FieldId::kFlags));
}

void ProgramWriter::Made(const CellStep& step) {
  if (!NamesSendersByAddress(script_)) return;
  const std::string as = step.Get(FieldId::kAs);
  parts_.Use("made");
  Statement(StrCat("remember_name(", Spelled(as), ", ", Quoted(as), ")"));
}

void ProgramWriter::NeedPortOf(const CellStep& step, const Target& target) {
  if (target.port_kind != PortKind::kSocket) return;
  const std::string needs = Helper("needs");
  parts_.Use(needs);
  Statement(
      StrCat(needs, "(", SocketOf(step), ", ", Spelled(target.port), ")"));
}

void ProgramWriter::Settle() {
  if (!sent_ && loops_.empty()) return;
  parts_.Use("settle");
  Statement("settle()");
}

void ProgramWriter::Remember(absl::string_view socket, absl::string_view peer) {
  if (!script_.Faces(socket)) return;
  parts_.Use("ends");
  SayRemember(EndsVariable(socket), Spelled(socket), peer);
}

void ProgramWriter::Observe(const std::string& name) {
  parts_.Use(script_.has_must ? "print_and_must" : "print");
  const std::string recorded = Recorded(name);
  Line(StrCat("observe(", Quoted(name), ")", language_.end,
              recorded.empty() ? "" : StrCat("  ", language_.comment, " was "),
              recorded));
}

void ProgramWriter::Must(const std::string& what, const std::string& wanted) {
  parts_.Use("print_and_must");
  Statement(StrCat("must(", Quoted(what), ", ", Quoted(wanted), ")"));
}

void ProgramWriter::HandOver(const std::string& process) {
  Statement(StrCat("hand_over(", ProcessVariable(process), ")"));
}

void ProgramWriter::ChoosePort(const ScriptPort& port) {
  parts_.Use("choose_port");
  Statement(StrCat(port.variable, " = choose_port(", PortRange(port), ")"));
  chosen_ports_.insert(port.symbol);
}

void ProgramWriter::ChoosePortOf(const CellStep& step) {
  if (!script_.changes_world) return;
  for (const ScriptPort& port : script_.ports) {
    if (GoesTo(step, port) && !chosen_ports_.contains(port.symbol)) {
      ChoosePort(port);
    }
  }
}

}  // namespace sockdrift
