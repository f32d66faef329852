#include "cli/gate_reports.h"

#include <algorithm>
#include <cerrno>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/suggest.h"
#include "gate/report/gate_report.h"

namespace sockdrift {
namespace {

constexpr char kStandardOutput[] = "-";

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

}  // namespace

absl::StatusOr<std::vector<WantedReport>> ReadWantedReports(
    const std::vector<std::string>& reports, OutputFormat format) {
  std::vector<WantedReport> wanted;
  int to_standard_output = 0;
  for (const std::string& text : reports) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (std::find(GateFormats().begin(), GateFormats().end(), name) ==
        GateFormats().end()) {
      const std::string nearest = Nearest(name, GateFormats());
      return absl::InvalidArgumentError(absl::StrCat(
          "--report ", text, ": the formats are ",
          absl::StrJoin(GateFormats(), ", "),
          nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
    }
    if (equals == std::string::npos || equals + 1 == text.size()) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--report ", text, ": a file is missing; write --report ", name,
          "=FILE, or ", name, "=- for standard output"));
    }
    wanted.push_back({name, text.substr(equals + 1)});
    to_standard_output += wanted.back().file == kStandardOutput;
  }
  if (to_standard_output > 1) {
    return absl::InvalidArgumentError(
        "--report: standard output (-) can take one report only");
  }
  if (to_standard_output == 0) {
    wanted.push_back(
        {format == OutputFormat::kJson ? "json" : "table", kStandardOutput});
  }
  return wanted;
}

ExitCode WriteReports(const std::vector<WantedReport>& wanted,
                      const std::vector<std::string>& texts, ExitCode code,
                      Console& console) {
  for (size_t i = 0; i < wanted.size() && i < texts.size(); ++i) {
    if (wanted[i].file == kStandardOutput) {
      console.Data(texts[i]);
      continue;
    }
    const absl::Status written = WriteReport(wanted[i].file, texts[i]);
    if (written.ok()) continue;
    console.Error(written);
    code = ExitCode::kOwnFault;
  }
  return code;
}

}  // namespace sockdrift
