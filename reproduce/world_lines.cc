// What a program does before the first step, and what changes its world.
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "reproduce/cell_text.h"
#include "reproduce/writer.h"

namespace sockdrift {

using absl::StrCat;

absl::Status ProgramWriter::Prepare() {
  SOCKDRIFT_RETURN_IF_ERROR(MakeWorld());
  if (!script_.changes_world) {
    for (const ScriptPort& port : script_.ports) ChoosePort(port);
  }
  return absl::OkStatus();
}

absl::Status ProgramWriter::MakeWorld() {
  SOCKDRIFT_RETURN_IF_ERROR(CheckWorld(script_));
  if (script_.own_namespace) {
    parts_.Use(script_.hosts.empty() ? "fresh_namespace" : "hosts");
    Statement(script_.hosts.empty() ? "fresh_namespace()" : "make_hosts()");
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<WorldCommand> commands,
                               WorldCommands(script_));
    for (const WorldCommand& command : commands) WriteCommand(command);
    if (script_.looks_up) {
      parts_.Use("private_etc");
      Statement("private_etc()");
      WriteHostsFile(script_.hosts.empty() ? "" : script_.hosts[0].name);
    }
  }
  if (script_.names_users) return absl::OkStatus();
  if (!script_.own_namespace) {
    parts_.Use("leave_root");
    Statement("leave_root()");
    return absl::OkStatus();
  }
  parts_.Use("caps");
  parts_.Use("capabilities");
  Statement("confine(own_caps, permitted_caps)");
  return absl::OkStatus();
}

void ProgramWriter::WriteHostsFile(absl::string_view host) {
  Statement(StrCat("write_file(\"/etc/hosts\", ",
                   Quoted(HostsFileOf(script_, host)), ")"));
}

void ProgramWriter::WriteCommand(const WorldCommand& command) {
  switch (command.kind) {
    case WorldCommand::Kind::kRun:
      parts_.Use("run");
      Statement(StrCat("run(", Quoted(command.text), ")"));
      break;
    case WorldCommand::Kind::kAwait:
      parts_.Use("run_until_ok");
      Statement(StrCat("run_until_ok(", Quoted(command.text), ")"));
      break;
    case WorldCommand::Kind::kSysctl:
      parts_.Use("write_file");
      Statement(StrCat("write_file(", Quoted(command.path), ", ",
                       Quoted(command.text), ")"));
      break;
    case WorldCommand::Kind::kEnter:
      Statement(StrCat("enter(", command.host, ")"));
      break;
  }
}

void ProgramWriter::EnterHost(size_t host) {
  parts_.Use(Helper("as_administrator"));
  SayEnterHost(host);
  if (script_.looks_up) WriteHostsFile(script_.hosts[host].name);
}

void ProgramWriter::BecomeUser(const std::string& user) {
  parts_.Use("as_user");
  Statement(StrCat("as_user(", UserId(user), ")"));
}

void ProgramWriter::ChangeWorld(const CellStep& step) {
  parts_.Use(Helper("as_administrator"));
  parts_.Use("outcome");
  const std::string link = Quoted(step.Get(FieldId::kInterface));
  if (step.operation() == Operation::kSysctl) {
    parts_.Use("try_to_write");
    SayAsAdministrator(StrCat("try_to_write(",
                              Quoted(SysctlPath(step.Get(FieldId::kKey))), ", ",
                              Quoted(step.Get(FieldId::kValue)), ")"));
    return;
  }
  if (step.operation() == Operation::kLink) {
    parts_.Use("set_link");
    const bool up = step.Get(FieldId::kState) == "up";
    SayAsAdministrator(StrCat("set_link(", link, ", ",
                              up ? language_.yes : language_.no, ")"));
    return;
  }
  parts_.Use("change_address");
  const Prefix prefix = PrefixOf(step.Get(FieldId::kValue));
  const bool add = step.Get(FieldId::kHow, "add") == "add";
  SayAsAdministrator(StrCat("change_address(", link, ", ",
                            Quoted(prefix.address), ", ", prefix.bits, ", ",
                            add ? language_.yes : language_.no, ")"));
}

}  // namespace sockdrift
