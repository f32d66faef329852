#include <fstream>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/gate.h"
#include "cli/plan_source.h"
#include "cli/suggest.h"
#include "gate/rules/rules_file.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxRulesBytes = 1 << 20;
constexpr char kStandardOutput[] = "-";

struct GateOptions {
  std::vector<std::string> baseline;
  std::vector<std::string> candidates;
  std::string rules_file;
  std::vector<std::string> reports;  // FORMAT=FILE
  std::vector<std::string> plan_folders;
  OutputFormat format = OutputFormat::kTable;
  int rules_shown = 6;
};

// A report as it was asked for.
struct WantedReport {
  std::string format;
  std::string file;  // "-": standard output
};

const std::vector<std::string>& Formats() {
  static const auto* formats =
      new std::vector<std::string>{"table", "json", "junit", "sarif", "md"};
  return *formats;
}

absl::StatusOr<std::vector<WantedReport>> ReadWanted(
    const std::vector<std::string>& reports) {
  std::vector<WantedReport> wanted;
  int to_standard_output = 0;
  for (const std::string& text : reports) {
    const size_t equals = text.find('=');
    const std::string format = text.substr(0, equals);
    if (std::find(Formats().begin(), Formats().end(), format) ==
        Formats().end()) {
      const std::string nearest = Nearest(format, Formats());
      return absl::InvalidArgumentError(absl::StrCat(
          "--report ", text, ": the formats are ",
          absl::StrJoin(Formats(), ", "),
          nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
    }
    if (equals == std::string::npos || equals + 1 == text.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--report ", text, ": a file is missing; write --report ", format,
          "=FILE, or ", format, "=- for standard output"));
    }
    wanted.push_back({format, text.substr(equals + 1)});
    to_standard_output += wanted.back().file == kStandardOutput;
  }
  if (to_standard_output > 1) {
    return absl::InvalidArgumentError(
        "--report: standard output (-) can take one report only");
  }
  return wanted;
}

std::string Rendered(const std::string& format, const GateReport& report,
                     const GateOptions& options, const Console& console) {
  if (format == "json") return GateJson(report);
  if (format == "junit") return GateJUnit(report);
  if (format == "sarif") return GateSarif(report);
  if (format == "md") return GateMarkdown(report);
  return GateText(report, static_cast<size_t>(options.rules_shown), console);
}

// In place and not by a new file: $GITHUB_STEP_SUMMARY and pipes stay the file
// that they are.
absl::Status WriteReport(const std::string& file, const std::string& text) {
  errno = 0;
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << text;
  out.close();
  if (out.good()) return absl::OkStatus();
  return absl::ErrnoToStatus(
      errno, absl::StrCat("the report ", file, " cannot be written"));
}

ExitCode Publish(const std::vector<WantedReport>& wanted,
                 const GateReport& report, const GateOptions& options,
                 Console& console) {
  bool printed = false;
  ExitCode code = ExitCodeOf(report.judgement->verdict);
  // Files are for machines: no colours in them.
  const Console plain(ColorWhen::kNever);
  for (const WantedReport& one : wanted) {
    if (one.file == kStandardOutput) {
      console.Data(Rendered(one.format, report, options, console));
      printed = true;
      continue;
    }
    const absl::Status written =
        WriteReport(one.file, Rendered(one.format, report, options, plain));
    if (written.ok()) continue;
    console.Error(written);
    code = ExitCode::kOwnFault;
  }
  if (!printed) {
    console.Data(
        Rendered(options.format == OutputFormat::kJson ? "json" : "table",
                 report, options, console));
  }
  return code;
}

absl::Status ReadSide(const std::vector<std::string>& paths, GateSide& side) {
  for (const std::string& path : paths) {
    const absl::Status read = side.Read(path);
    if (!read.ok()) return read;
  }
  return absl::OkStatus();
}

absl::StatusOr<GateRules> ReadRules(const std::string& path) {
  if (path.empty()) return GateRules();
  const absl::StatusOr<std::string> yaml = ReadFileBytes(path, kMaxRulesBytes);
  if (!yaml.ok()) return yaml.status();
  return ParseGateRules(*yaml, path);
}

ExitCode Invalid(const absl::Status& status, Console& console) {
  console.Error(status);
  return ExitCode::kInvalid;
}

ExitCode Gate(const GateOptions& options, Console& console) {
  const absl::StatusOr<std::vector<WantedReport>> wanted =
      ReadWanted(options.reports);
  if (!wanted.ok()) return Invalid(wanted.status(), console);
  const absl::StatusOr<GateRules> rules = ReadRules(options.rules_file);
  if (!rules.ok()) return Invalid(rules.status(), console);
  const absl::StatusOr<PlanPlaces> places =
      FindPlanPlaces(options.plan_folders);
  if (!places.ok()) return Invalid(places.status(), console);
  GateSide baseline;
  GateSide candidates;
  absl::Status read = ReadSide(options.baseline, baseline);
  read.Update(ReadSide(options.candidates, candidates));
  if (!read.ok()) return Invalid(read, console);
  PrepareToMeet(baseline, candidates);
  GateReport report;
  report.baseline = &baseline;
  report.candidates = &candidates;
  report.rules = &*rules;
  report.rules_file = options.rules_file;
  report.places = &*places;
  report.now = absl::Now();
  const Judgement judgement =
      Judge(baseline.hosts, candidates.hosts, *rules, report.now);
  report.judgement = &judgement;
  return Publish(*wanted, report, options, console);
}

}  // namespace

void AddGateCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "gate",
      "PASS, FAIL or INCONCLUSIVE: whether candidates behave as a baseline "
      "does; needs no controller");
  auto options = std::make_shared<GateOptions>();
  const auto files = [&](const char* flag, std::vector<std::string>& into,
                         const char* about) {
    command->add_option(flag, into, about)
        ->required()
        ->allow_extra_args(false)
        ->option_text("FILE");
  };
  files("--baseline", options->baseline,
        "a behaviour file of one or several hosts; may be given several times");
  files("--candidate", options->candidates,
        "a behaviour file to judge; may be given several times");
  command
      ->add_option("--rules", options->rules_file,
                   "which cells count, how much data there must be, waivers "
                   "(docs/gate.md)")
      ->option_text("FILE");
  command
      ->add_option("--report", options->reports,
                   "a report beside the output: table, json, junit, sarif or "
                   "md; may be given several times; - is standard output")
      ->allow_extra_args(false)
      ->option_text("FORMAT=FILE");
  command
      ->add_option("--rules-shown", options->rules_shown,
                   "most rules of divergence in a table, of one plan")
      ->check(CLI::Range(1, 1000000))
      ->option_text("N");
  AddPlansFolderOption(*command, options->plan_folders);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Gate(*options, console);
    };
  });
}

}  // namespace sockdrift
