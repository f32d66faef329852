#include <iterator>
#include <memory>
#include <utility>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "cli/baseline_report.h"
#include "cli/controller_channel.h"
#include "cli/gate_commands.h"
#include "cli/named_file.h"
#include "cli/remote_baseline.h"
#include "cli/remote_commands.h"
#include "cli/wire_text.h"
#include "core/base/status_macros.h"
#include "core/divergence/render.h"
#include "sockdrift/v1/baseline_service.grpc.pb.h"
#include "wire/baseline_file.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

using Stub = v1::BaselineService::StubInterface;

struct BaselineOptions {
  std::string name;
  std::vector<std::string> files;
  std::string file;  // to write or read
  std::string host;
  ScopeOptions scope;
  TransportOptions controller;
  OutputFormat format = OutputFormat::kTable;
};

ExitCode Invalid(const absl::Status& status, Console& console) {
  console.Error(status);
  return ExitCode::kInvalid;
}

void SayWhatWasSet(const v1::Baseline& baseline, bool replaced,
                   Console& console) {
  console.Note(absl::StrCat(
      replaced ? "replaced " : "set ", baseline.name(), ": ",
      Counted(static_cast<uint64_t>(baseline.host_count()), "host", "hosts"),
      ", ",
      Counted(static_cast<uint64_t>(baseline.plan_count()), "plan", "plans"),
      ", ", baseline.source()));
}

// The hosts of all files in one.
absl::StatusOr<Baseline> ReadFiles(const BaselineOptions& options) {
  Baseline baseline;
  baseline.name = options.name;
  baseline.source = absl::StrCat("files ", absl::StrJoin(options.files, ", "));
  baseline.set = absl::Now();
  for (const std::string& path : options.files) {
    SOCKDRIFT_ASSIGN_OR_RETURN(BehaviourFile file, ReadNamedFile(path));
    baseline.behaviours.made_by = std::move(file.made_by);
    std::move(file.programs.begin(), file.programs.end(),
              std::back_inserter(baseline.behaviours.programs));
    std::move(file.hosts.begin(), file.hosts.end(),
              std::back_inserter(baseline.behaviours.hosts));
  }
  return baseline;
}

ExitCode SetFromBytes(const BaselineOptions& options, absl::string_view bytes,
                      const std::string& source, Console& console) {
  v1::ImportBaselineResponse response;
  const ExitCode sent = SendBaseline(options.controller, options.name, source,
                                     bytes, response, console);
  if (sent == ExitCode::kFine) {
    SayWhatWasSet(response.baseline(), response.replaced(), console);
  }
  return sent;
}

ExitCode SetFromFiles(const BaselineOptions& options, Console& console) {
  const absl::StatusOr<Baseline> baseline = ReadFiles(options);
  if (!baseline.ok()) return Invalid(baseline.status(), console);
  const absl::StatusOr<std::string> text = EncodeBaseline(*baseline);
  if (!text.ok()) return Invalid(text.status(), console);
  return SetFromBytes(options, *text, baseline->source, console);
}

ExitCode Set(const BaselineOptions& options, Console& console) {
  const absl::Status name = CheckBaselineName(options.name);
  if (!name.ok()) return Invalid(name, console);
  const bool of_fleet =
      !options.scope.run_id.empty() || !options.scope.selector.empty();
  const int ways = (options.files.empty() ? 0 : 1) +
                   (options.host.empty() ? 0 : 1) + (of_fleet ? 1 : 0);
  if (ways > 1) {
    console.Error(
        "a baseline is of files, --run, --host or a selector (-l narrows a "
        "--run)\n  'sockdrift baseline set --help' shows how each is given");
    return ExitCode::kInvalid;
  }
  if (!options.files.empty()) return SetFromFiles(options, console);
  v1::SetBaselineRequest request;
  request.set_name(options.name);
  *request.mutable_scope() = ToScope(options.scope);
  if (!options.host.empty()) {
    request.mutable_scope()->set_selector(
        absl::StrCat("host=\"", options.host, "\""));
  }
  v1::SetBaselineResponse response;
  const ExitCode code = CallController<v1::BaselineService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.SetBaseline(&context, request, &response);
      },
      /*unmeasured=*/true);
  if (code == ExitCode::kFine) {
    SayWhatWasSet(response.baseline(), response.replaced(), console);
  }
  return code;
}

ExitCode List(const BaselineOptions& options, Console& console) {
  v1::ListBaselinesResponse response;
  const ExitCode code = CallController<v1::BaselineService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.ListBaselines(&context, {}, &response);
      });
  if (code != ExitCode::kFine) return code;
  console.Data(options.format == OutputFormat::kJson
                   ? BaselinesJson(response)
                   : BaselinesTable(response, console));
  return code;
}

ExitCode Show(const BaselineOptions& options, Console& console) {
  v1::GetBaselineRequest request;
  request.set_name(options.name);
  v1::GetBaselineResponse response;
  const ExitCode code = CallController<v1::BaselineService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.GetBaseline(&context, request, &response);
      });
  if (code != ExitCode::kFine) return code;
  console.Data(options.format == OutputFormat::kJson
                   ? BaselineJson(response.baseline())
                   : BaselineText(response.baseline(), console));
  return code;
}

ExitCode WriteText(const BaselineOptions& options, const std::string& text,
                   Console& console) {
  if (options.file == "-") {
    console.Data(text);
    return ExitCode::kFine;
  }
  const absl::Status written = WriteFileAtomically(options.file, text);
  if (written.ok()) {
    console.Note(absl::StrCat(options.file, ": ", text.size() / 1024 + 1,
                              " KiB of text"));
    return ExitCode::kFine;
  }
  console.Error(written);
  return ExitCode::kOwnFault;
}

ExitCode Export(const BaselineOptions& options, Console& console) {
  if (!options.files.empty()) {
    const absl::Status name = CheckBaselineName(options.name);
    if (!name.ok()) return Invalid(name, console);
    const absl::StatusOr<Baseline> baseline = ReadFiles(options);
    if (!baseline.ok()) return Invalid(baseline.status(), console);
    const absl::StatusOr<std::string> text = EncodeBaseline(*baseline);
    if (!text.ok()) return Invalid(text.status(), console);
    return WriteText(options, *text, console);
  }
  std::string text;
  const ExitCode fetched =
      FetchBaseline(options.controller, options.name, text, console);
  return fetched == ExitCode::kFine ? WriteText(options, text, console)
                                    : fetched;
}

ExitCode Import(const BaselineOptions& options, Console& console) {
  constexpr size_t kMaxBytes = size_t{256} << 20;
  const absl::StatusOr<std::string> bytes =
      ReadFileBytes(options.file, kMaxBytes);
  if (!bytes.ok()) return Invalid(bytes.status(), console);
  // Read here first: what is wrong with it is told with its path and line.
  const absl::StatusOr<BehaviourFile> file =
      DecodeBehaviourFile(*bytes, options.file);
  if (!file.ok()) return Invalid(file.status(), console);
  return SetFromBytes(options, *bytes, absl::StrCat("file ", options.file),
                      console);
}

ExitCode Remove(const BaselineOptions& options, Console& console) {
  v1::RemoveBaselineRequest request;
  request.set_name(options.name);
  v1::RemoveBaselineResponse response;
  const ExitCode code = CallController<v1::BaselineService>(
      options.controller, console,
      [&](Stub& stub, grpc::ClientContext& context) {
        return stub.RemoveBaseline(&context, request, &response);
      });
  if (code == ExitCode::kFine) {
    console.Note(absl::StrCat("removed ", options.name));
  }
  return code;
}

// A subcommand that asks a controller.
CLI::App* Add(CLI::App& baseline, Invocation& invocation, const char* name,
              const char* about,
              const std::shared_ptr<BaselineOptions>& options,
              ExitCode (*act)(const BaselineOptions&, Console&)) {
  CLI::App* command = baseline.add_subcommand(name, about);
  AddControllerOptions(*command, options->controller);
  command->callback([&invocation, options, act] {
    invocation.action = [options, act](Console& console) {
      return act(*options, console);
    };
  });
  return command;
}

void AddName(CLI::App& command, BaselineOptions& options) {
  command.add_option("NAME", options.name, "the baseline's name")
      ->required()
      ->option_text("NAME");
}

void AddSet(CLI::App& baseline, Invocation& invocation) {
  const auto options = std::make_shared<BaselineOptions>();
  CLI::App& command =
      *Add(baseline, invocation, "set",
           "Pins behaviours under a name: the latest of the fleet, of a run, "
           "of a host, or those of files; one of that name is replaced",
           options, &Set);
  AddName(command, *options);
  command
      .add_option("FILE", options->files,
                  "behaviour files to pin, instead of what the fleet showed")
      ->option_text("FILE…");
  command.add_option("--host", options->host, "what this host showed last")
      ->option_text("HOST");
  AddScopeOptions(command, options->scope);
}

void AddExport(CLI::App& baseline, Invocation& invocation) {
  const auto options = std::make_shared<BaselineOptions>();
  CLI::App& command =
      *Add(baseline, invocation, "export",
           "Writes a baseline as text for git (docs/baseline-file.md)", options,
           &Export);
  AddName(command, *options);
  command
      .add_option("FILE", options->file,
                  "the file to write; - is standard output")
      ->required()
      ->option_text("FILE");
  command
      .add_option("--from", options->files,
                  "behaviour files to write as a baseline; asks no controller")
      ->option_text("FILE…");
}

void AddImport(CLI::App& baseline, Invocation& invocation) {
  const auto options = std::make_shared<BaselineOptions>();
  CLI::App& command = *Add(baseline, invocation, "import",
                           "Pins the hosts of a baseline or behaviour file "
                           "under a name",
                           options, &Import);
  AddName(command, *options);
  command.add_option("FILE", options->file, "the file to read")
      ->required()
      ->option_text("FILE");
}

}  // namespace

void AddBaselineCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* baseline = app.add_subcommand(
      "baseline", "Behaviours pinned under a name, to compare with");
  baseline->require_subcommand(1);
  AddSet(*baseline, invocation);
  const auto list = std::make_shared<BaselineOptions>();
  AddOutputOption(*Add(*baseline, invocation, "list",
                       "The baselines that a controller keeps", list, &List),
                  list->format);
  const auto show = std::make_shared<BaselineOptions>();
  CLI::App* command =
      Add(*baseline, invocation, "show",
          "One baseline: its hosts, and what they showed", show, &Show);
  AddName(*command, *show);
  AddOutputOption(*command, show->format);
  AddExport(*baseline, invocation);
  AddImport(*baseline, invocation);
  const auto rm = std::make_shared<BaselineOptions>();
  AddName(*Add(*baseline, invocation, "rm", "Forgets a baseline", rm, &Remove),
          *rm);
}

}  // namespace sockdrift
