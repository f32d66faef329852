#include <pwd.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/acknowledgement_report.h"
#include "cli/controller_channel.h"
#include "cli/query_option.h"
#include "cli/remote_commands.h"
#include "sockdrift/v1/acknowledgement_service.grpc.pb.h"
#include "wire/json/acknowledgement_json.h"

namespace sockdrift {
namespace {

using Stub = v1::AcknowledgementService::StubInterface;

struct AcknowledgeOptions {
  std::string id;
  std::string where;
  std::string selector;
  std::string behaviour;
  std::string owner;
  std::string reason;
  std::string link;
  std::string expires;
  std::string by;
  bool dry_run = false;
  bool all = false;
  TransportOptions controller;
  OutputFormat format = OutputFormat::kTable;
};

// "alice@build-1": who types, as far as this machine knows.
std::string ThisUser() {
  std::string user;
  if (const char* before_sudo = std::getenv("SUDO_USER")) user = before_sudo;
  if (user.empty()) {
    std::array<char, 4096> buffer{};
    passwd entry = {};
    passwd* found = nullptr;
    getpwuid_r(getuid(), &entry, buffer.data(), buffer.size(), &found);
    user = found != nullptr ? found->pw_name : absl::StrCat(getuid());
  }
  std::array<char, 256> host{};
  if (gethostname(host.data(), host.size() - 1) != 0) return user;
  return absl::StrCat(user, "@", host.data());
}

// A day as it is, or how many days from today: "30d".
std::string LastDay(const std::string& words) {
  absl::string_view number = words;
  int days = 0;
  if (!absl::ConsumeSuffix(&number, "d") || !absl::SimpleAtoi(number, &days)) {
    return words;
  }
  const absl::CivilDay today =
      absl::ToCivilDay(absl::Now(), absl::UTCTimeZone());
  return absl::FormatCivilTime(today + days);
}

v1::AddAcknowledgementRequest RequestOf(const AcknowledgeOptions& options) {
  v1::AddAcknowledgementRequest request;
  request.set_validate_only(options.dry_run);
  v1::Acknowledgement& asked = *request.mutable_acknowledgement();
  asked.set_where(options.where);
  asked.set_selector(options.selector);
  asked.set_behaviour(options.behaviour);
  asked.set_owner(options.owner);
  asked.set_reason(options.reason);
  asked.set_link(options.link);
  asked.set_expires(LastDay(options.expires));
  asked.set_created_by(options.by.empty() ? ThisUser() : options.by);
  return request;
}

ExitCode Add(const AcknowledgeOptions& options, Console& console) {
  const absl::StatusOr<std::optional<CellQuery>> where =
      ParseWhere(options.where);
  if (!where.ok()) {
    console.Error(where.status());
    return ExitCode::kInvalid;
  }
  const v1::AddAcknowledgementRequest request = RequestOf(options);
  v1::AddAcknowledgementResponse response;
  const ExitCode code = CallController<v1::AcknowledgementService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.AddAcknowledgement(&context, request, &response);
      });
  if (code != ExitCode::kFine) return code;
  const v1::Acknowledgement& added = response.acknowledgement();
  if (options.format == OutputFormat::kJson) {
    Json document = {{"schema", "sockdrift.acknowledgement/1"}};
    document.update(AcknowledgementJson(added));
    console.Data(Printed(document));
  } else if (!options.dry_run) {
    console.Data(added.id() + "\n");
  }
  console.Note(absl::StrCat(options.dry_run ? "would mean " : "",
                            MeaningText(added), ", until ", added.expires()));
  return code;
}

ExitCode List(const AcknowledgeOptions& options, Console& console) {
  v1::ListAcknowledgementsRequest request;
  request.set_with_removed(options.all);
  v1::ListAcknowledgementsResponse response;
  const ExitCode code = CallController<v1::AcknowledgementService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.ListAcknowledgements(&context, request, &response);
      });
  if (code != ExitCode::kFine) return code;
  console.Data(options.format == OutputFormat::kJson
                   ? Printed(AcknowledgementsJson(response))
                   : AcknowledgementsTable(response, console));
  return code;
}

ExitCode Remove(const AcknowledgeOptions& options, Console& console) {
  v1::RemoveAcknowledgementRequest request;
  request.set_id(options.id);
  request.set_removed_by(options.by.empty() ? ThisUser() : options.by);
  v1::RemoveAcknowledgementResponse response;
  const ExitCode code = CallController<v1::AcknowledgementService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.RemoveAcknowledgement(&context, request, &response);
      });
  if (code == ExitCode::kFine) {
    console.Note(absl::StrCat("removed ", options.id));
  }
  return code;
}

// A subcommand that asks a controller.
CLI::App& AddOne(CLI::App& acknowledge, Invocation& invocation,
                 const char* name, const char* about,
                 const std::shared_ptr<AcknowledgeOptions>& options,
                 ExitCode (*act)(const AcknowledgeOptions&, Console&)) {
  CLI::App* command = acknowledge.add_subcommand(name, about);
  AddControllerOptions(*command, options->controller);
  command->callback([&invocation, options, act] {
    invocation.action = [options, act](Console& console) {
      return act(*options, console);
    };
  });
  return *command;
}

void AddByOption(CLI::App& command, std::string& by) {
  command
      .add_option("--by", by,
                  "who asks for it, by default USER@HOST; a certificate of the "
                  "call says it otherwise")
      ->option_text("WHO");
}

void AddAdd(CLI::App& acknowledge, Invocation& invocation) {
  const auto options = std::make_shared<AcknowledgeOptions>();
  CLI::App& command = AddOne(
      acknowledge, invocation, "add",
      "Acknowledges a divergence: which cells, on which hosts, who answers for "
      "it, why, and until when",
      options, &Add);
  AddWhereOption(command, options->where);
  AddSelectorOption(command, options->selector);
  command
      .add_option("--behaviour", options->behaviour,
                  "only this behaviour, by the first digits of its digest as "
                  "explain shows it: a host that changes in any cell of the "
                  "plan is not meant any more")
      ->option_text("DIGEST");
  command.add_option("--owner", options->owner, "who answers for it; needed")
      ->option_text("WHO");
  command.add_option("--reason", options->reason, "why it is accepted; needed")
      ->option_text("TEXT");
  command.add_option("--link", options->link, "where more stands")
      ->option_text("URL");
  command
      .add_option("--expires", options->expires,
                  "the last day on which it holds, UTC, or in how many days "
                  "that is; at most 366; needed")
      ->option_text("2026-12-31|30d");
  AddByOption(command, options->by);
  command.add_flag("--dry-run", options->dry_run,
                   "say what it would mean, and keep nothing");
  AddOutputOption(command, options->format);
}

}  // namespace

void AddAcknowledgeCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* acknowledge = app.add_subcommand(
      "acknowledge",
      "Divergences that someone answers for until a day: shown as such, "
      "counted nowhere, no alert");
  acknowledge->require_subcommand(1);
  AddAdd(*acknowledge, invocation);
  const auto list = std::make_shared<AcknowledgeOptions>();
  CLI::App& list_command =
      AddOne(*acknowledge, invocation, "list",
             "Those that stand, and what each means now", list, &List);
  list_command.add_flag("--all", list->all, "also those that were removed");
  AddOutputOption(list_command, list->format);
  const auto rm = std::make_shared<AcknowledgeOptions>();
  CLI::App& rm_command =
      AddOne(*acknowledge, invocation, "rm",
             "Takes one back: its cells count again", rm, &Remove);
  rm_command.add_option("ID", rm->id, "its id, as list shows it")
      ->required()
      ->option_text("ID");
  AddByOption(rm_command, rm->by);
}

}  // namespace sockdrift
