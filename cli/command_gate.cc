#include <algorithm>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/gate_kernels.h"
#include "cli/gate_options.h"
#include "cli/named_file.h"
#include "cli/plan_source.h"
#include "cli/remote_baseline.h"
#include "cli/remote_commands.h"
#include "cli/remote_file.h"
#include "gate/report/file_side.h"
#include "gate/report/gate_report.h"
#include "gate/rules/rules_file.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxRulesBytes = 1 << 20;

ExitCode Invalid(const absl::Status& status, Console& console) {
  console.Error(status);
  return ExitCode::kInvalid;
}

Paint PaintOf(GateVerdict verdict) {
  switch (verdict) {
    case GateVerdict::kPass:
      return Paint::kGood;
    case GateVerdict::kFail:
      return Paint::kBad;
    case GateVerdict::kInconclusive:
      return Paint::kDoubtful;
  }
  return Paint::kNone;
}

GateTextStyle StyleOf(const GateOptions& options, const Console& console) {
  GateTextStyle style;
  style.width = console.width();
  style.most_rules = static_cast<size_t>(options.rules_shown);
  style.paint_verdict = [&console](absl::string_view text,
                                   GateVerdict verdict) {
    return console.Painted(text, PaintOf(verdict));
  };
  style.paint_title = [&console](absl::string_view text) {
    return console.Painted(text, Paint::kBold);
  };
  return style;
}

// Of a local judgement. Files are for machines: no colours in them.
ExitCode Publish(const std::vector<WantedReport>& wanted,
                 const GateReport& report, const GateOptions& options,
                 Console& console) {
  const Console plain(ColorWhen::kNever);
  std::vector<std::string> texts;
  for (const WantedReport& one : wanted) {
    const Console& to = one.file == "-" ? console : plain;
    absl::StatusOr<std::string> text =
        RenderGate(one.format, report, StyleOf(options, to));
    if (!text.ok()) return Invalid(text.status(), console);
    texts.push_back(*std::move(text));
  }
  return WriteReports(
      wanted, texts,
      static_cast<ExitCode>(GateExitCode(report.judgement->verdict)), console);
}

// What a controller holds, for a judgement here.
ExitCode FetchOperand(const GateOptions& options, const std::string& operand,
                      BehaviourFile& file, Console& console) {
  absl::string_view rest = operand;
  if (absl::ConsumePrefix(&rest, "baseline:")) {
    std::string text;
    const ExitCode fetched =
        FetchBaseline(options.controller, std::string(rest), text, console);
    if (fetched != ExitCode::kFine) return fetched;
    absl::StatusOr<BehaviourFile> decoded = DecodeBehaviourFile(text, operand);
    if (!decoded.ok()) return Invalid(decoded.status(), console);
    file = *std::move(decoded);
    return ExitCode::kFine;
  }
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) return Invalid(client.status(), console);
  v1::AnalysisScope scope;
  if (absl::ConsumePrefix(&rest, "host:")) {
    scope.set_selector(absl::StrCat("host=\"", rest, "\""));
  } else {
    absl::ConsumePrefix(&rest, "selector:");
    scope.set_selector(std::string(rest));
  }
  return FetchBehaviours(*client, scope, file, console);
}

ExitCode ReadSide(const GateOptions& options,
                  const std::vector<std::string>& operands, FileSide& side,
                  Console& console) {
  for (const std::string& operand : operands) {
    absl::Status read;
    if (IsFleetOperand(operand)) {
      BehaviourFile file;
      const ExitCode fetched = FetchOperand(options, operand, file, console);
      if (fetched != ExitCode::kFine) return fetched;
      read = side.Add(std::move(file), operand);
    } else {
      absl::StatusOr<BehaviourFile> file = ReadNamedFile(operand);
      read = file.ok() ? side.Add(*std::move(file), operand) : file.status();
    }
    if (!read.ok()) return Invalid(read, console);
  }
  return ExitCode::kFine;
}

absl::StatusOr<GateRules> ReadRules(const GateOptions& options) {
  if (options.rules_file.empty()) return GateRules();
  const absl::StatusOr<std::string> yaml = ReadRulesFile(options);
  if (!yaml.ok()) return yaml.status();
  return ParseGateRules(*yaml, options.rules_file);
}

ExitCode JudgeFiles(const GateOptions& options,
                    const std::vector<WantedReport>& wanted, Console& console) {
  const absl::Time started = absl::Now();
  const absl::StatusOr<GateRules> rules = ReadRules(options);
  if (!rules.ok()) return Invalid(rules.status(), console);
  const absl::StatusOr<PlanPlaces> places =
      FindPlanPlaces(options.plan_folders);
  if (!places.ok()) return Invalid(places.status(), console);
  FileSide baseline;
  FileSide candidates;
  ExitCode read = ReadSide(options, options.baseline, baseline, console);
  if (read == ExitCode::kFine) {
    read = ReadSide(options, options.candidates, candidates, console);
  }
  if (read != ExitCode::kFine) return read;
  GateKernels kernels(options, console);
  absl::Status booted = kernels.Find();
  if (booted.ok()) booted = kernels.AddTo(candidates, baseline.side());
  if (!booted.ok()) return Invalid(booted, console);
  GateCellIds ids;
  PrepareToMeet(baseline.side(), candidates.side(), ids);
  GateReport report;
  report.baseline = &baseline.side();
  report.candidates = &candidates.side();
  report.rules = &*rules;
  report.rules_file = options.rules_file;
  report.places = &*places;
  report.now = absl::Now();
  Judgement judgement =
      Judge(baseline.side().hosts, candidates.side().hosts, *rules, report.now);
  report.judgement = &judgement;
  if (judgement.verdict == GateVerdict::kFail && !options.no_confirm) {
    report.notes = kernels.RunAgain(judgement, candidates.side());
    if (!report.notes.empty()) {
      judgement = Judge(baseline.side().hosts, candidates.side().hosts, *rules,
                        report.now);
    } else {
      report.notes = {
          "divergent cells were not run again: behaviour files cannot be, "
          "hosts of a fleet can"};
    }
  }
  if (!options.kernels.empty()) {
    console.Note(absl::StrFormat("%.1f s from the command to the verdict",
                                 absl::ToDoubleSeconds(absl::Now() - started)));
  }
  return Publish(wanted, report, options, console);
}

absl::Status CheckOperands(const GateOptions& options) {
  const bool operands = !options.baseline.empty() ||
                        !options.candidates.empty() ||
                        !options.kernels.empty() || !options.rules_file.empty();
  if (!options.name.empty()) {
    return operands ? absl::InvalidArgumentError(absl::StrCat(
                          "the gate ", options.name,
                          " says itself what it compares, by which rules: give "
                          "its name alone, or --baseline and --candidate"))
                    : absl::OkStatus();
  }
  if (options.baseline.empty() ||
      (options.candidates.empty() && options.kernels.empty())) {
    return absl::InvalidArgumentError(
        "give --baseline and --candidate (or -l, or --kernel), or the NAME of "
        "a gate of the "
        "controller's\n  'sockdrift gate --help' shows what each can be");
  }
  const auto fleet = static_cast<size_t>(std::count_if(
      options.candidates.begin(), options.candidates.end(), &IsFleetOperand));
  if (fleet != 0 && !options.kernels.empty()) {
    return absl::InvalidArgumentError(
        "kernels are booted here and hosts of a fleet judged by the "
        "controller: give --kernel or hosts, not both");
  }
  if (!options.append.empty() && options.kernels.empty()) {
    return absl::InvalidArgumentError(
        "--append is for kernels that are booted: give --kernel");
  }
  if (fleet != 0 && fleet != options.candidates.size()) {
    return absl::InvalidArgumentError(
        "candidates are behaviour files or hosts of a fleet, not both: what "
        "fails on hosts is run again, and files cannot be");
  }
  return absl::OkStatus();
}

ExitCode Gate(const GateOptions& options, Console& console) {
  const absl::StatusOr<std::vector<WantedReport>> wanted =
      ReadWantedReports(options.reports, options.format);
  if (!wanted.ok()) return Invalid(wanted.status(), console);
  const absl::Status operands = CheckOperands(options);
  if (!operands.ok()) return Invalid(operands, console);
  if (!options.name.empty()) return AskVerdict(options, *wanted, console);
  if (!options.candidates.empty() &&
      IsFleetOperand(options.candidates.front())) {
    return AskAboutHosts(options, *wanted, console);
  }
  return JudgeFiles(options, *wanted, console);
}

void AddOperands(CLI::App& command, GateOptions& options,
                 std::string& selector) {
  command
      .add_option("NAME", options.name,
                  "a gate of the controller's folder, which says itself what "
                  "it compares")
      ->option_text("NAME");
  command
      .add_option("--baseline", options.baseline,
                  "a behaviour or baseline file, atlas:NAME, baseline:NAME, "
                  "host:NAME or selector:SELECTOR; may be given several times")
      ->allow_extra_args(false)
      ->option_text("OPERAND");
  command
      .add_option("--candidate", options.candidates,
                  "what to judge: a behaviour file, atlas:NAME, host:NAME or "
                  "selector:SELECTOR; may be given several times")
      ->allow_extra_args(false)
      ->option_text("OPERAND");
  AddSelectorOption(command, selector);
  command
      .add_option("--kernel", options.kernels,
                  "a kernel to boot and judge, as 'sockdrift boot' takes it; "
                  "may be given several times")
      ->allow_extra_args(false)
      ->option_text("KERNEL");
  command
      .add_option("--append", options.append,
                  "a further parameter of those kernels; may be given several "
                  "times")
      ->allow_extra_args(false)
      ->option_text("ARG");
  command.add_flag("--no-confirm", options.no_confirm,
                   "leave divergent cells as they were measured instead of "
                   "running them again on the candidates");
}

void AddReports(CLI::App& command, GateOptions& options) {
  command
      .add_option("--rules", options.rules_file,
                  "which cells count, how much data there must be, waivers "
                  "(docs/gate.md)")
      ->option_text("FILE");
  command
      .add_option("--report", options.reports,
                  "a report beside the output: table, json, junit, sarif or "
                  "md; may be given several times; - is standard output")
      ->allow_extra_args(false)
      ->option_text("FORMAT=FILE");
  command
      .add_option("--rules-shown", options.rules_shown,
                  "most rules of divergence in a table, of one plan")
      ->check(CLI::Range(1, 1000000))
      ->option_text("N");
}

}  // namespace

absl::StatusOr<std::string> ReadRulesFile(const GateOptions& options) {
  if (options.rules_file.empty()) return std::string();
  return ReadFileBytes(options.rules_file, kMaxRulesBytes);
}

void AddGateCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "gate",
      "PASS, FAIL or INCONCLUSIVE: whether candidates behave as a baseline "
      "does; for files it needs no controller");
  auto options = std::make_shared<GateOptions>();
  auto selector = std::make_shared<std::string>();
  AddOperands(*command, *options, *selector);
  AddReports(*command, *options);
  AddPlansFolderOption(*command, options->plan_folders);
  AddControllerOptions(*command, options->controller);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options, selector] {
    if (!selector->empty()) {
      options->candidates.push_back("selector:" + *selector);
    }
    invocation.action = [options](Console& console) {
      return Gate(*options, console);
    };
  });
}

}  // namespace sockdrift
