// What a C program does before the first step, and what changes its world.
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "reproduce/c_program.h"
#include "reproduce/cell_text.h"
#include "reproduce/world_commands.h"

namespace sockdrift {
namespace {

using absl::StrCat;

std::string Quoted(absl::string_view text) {
  return StrCat("\"", absl::CEscape(text), "\"");
}

}  // namespace

absl::Status CProgram::MakeWorld() {
  SOCKDRIFT_RETURN_IF_ERROR(CheckWorld(script_));
  if (script_.own_namespace) {
    parts_.Use(script_.hosts.empty() ? "fresh_namespace" : "hosts");
    Line(script_.hosts.empty() ? "fresh_namespace();" : "make_hosts();");
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<WorldCommand> commands,
                               WorldCommands(script_));
    for (const WorldCommand& command : commands) WriteCommand(command);
    if (script_.looks_up) {
      parts_.Use("private_etc");
      Line("private_etc();");
      const std::string first =
          script_.hosts.empty() ? "" : script_.hosts[0].name;
      Line(StrCat("write_file(\"/etc/hosts\", ",
                  Quoted(HostsFileOf(script_, first)), ");"));
    }
  }
  if (script_.names_users) return absl::OkStatus();
  if (!script_.own_namespace) {
    parts_.Use("leave_root");
    Line("leave_root();");
    return absl::OkStatus();
  }
  parts_.Use("caps");
  parts_.Use("capabilities");
  Line("confine(own_caps, permitted_caps);");
  return absl::OkStatus();
}

void CProgram::WriteCommand(const WorldCommand& command) {
  switch (command.kind) {
    case WorldCommand::Kind::kRun:
      parts_.Use("run");
      Line(StrCat("run(", Quoted(command.text), ");"));
      break;
    case WorldCommand::Kind::kAwait:
      parts_.Use("await");
      Line(StrCat("await(", Quoted(command.text), ");"));
      break;
    case WorldCommand::Kind::kSysctl:
      parts_.Use("write_file");
      Line(StrCat("write_file(", Quoted(command.path), ", ",
                  Quoted(command.text), ");"));
      break;
    case WorldCommand::Kind::kEnter:
      Line(StrCat("enter(", command.host, ");"));
      break;
  }
}

void CProgram::EnterHost(size_t host) {
  parts_.Use("AS_ADMINISTRATOR");
  Line(StrCat("AS_ADMINISTRATOR(enter(", host, "));"));
  if (!script_.looks_up) return;
  Line(StrCat("write_file(\"/etc/hosts\", ",
              Quoted(HostsFileOf(script_, script_.hosts[host].name)), ");"));
}

void CProgram::BecomeUser(const std::string& user) {
  parts_.Use("as_user");
  Line(StrCat("as_user(", UserId(user), ");"));
}

absl::Status CProgram::ChangeWorld(const CellStep& step) {
  parts_.Use("AS_ADMINISTRATOR");
  parts_.Use("outcome");
  const auto raised = [this](absl::string_view call) {
    Line(StrCat("AS_ADMINISTRATOR(says(", call, "));"));
  };
  const std::string link = Quoted(step.Get(FieldId::kInterface));
  if (step.operation() == Operation::kSysctl) {
    parts_.Use("write_file");
    raised(StrCat("try_to_write(", Quoted(SysctlPath(step.Get(FieldId::kKey))),
                  ", ", Quoted(step.Get(FieldId::kValue)), ")"));
    return absl::OkStatus();
  }
  if (step.operation() == Operation::kLink) {
    parts_.Use("set_link");
    raised(StrCat("set_link(", link, ", ",
                  step.Get(FieldId::kState) == "up" ? 1 : 0, ")"));
    return absl::OkStatus();
  }
  const Prefix prefix = PrefixOf(step.Get(FieldId::kValue));
  const bool add = step.Get(FieldId::kHow, "add") == "add";
  parts_.Use("change_address");
  raised(StrCat("change_address(", link, ", ", Quoted(prefix.address), ", ",
                prefix.bits, ", ", add ? 1 : 0, ")"));
  return absl::OkStatus();
}

}  // namespace sockdrift
