#include "controller/gates/gate_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "controller/fleet/selector.h"
#include "core/base/status_macros.h"
#include "wire/baseline_file.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxBytes = 1 << 20;

absl::Status CheckOperand(const std::string& operand) {
  absl::string_view rest = operand;
  if (absl::ConsumePrefix(&rest, "selector:")) {
    return Selector::Parse(rest).status();
  }
  if (absl::ConsumePrefix(&rest, "baseline:")) return CheckBaselineName(rest);
  return absl::OkStatus();
}

// What only a controller asks of a gate's file.
std::vector<std::string> MistakesOf(const GateFile& gate) {
  std::vector<std::string> mistakes;
  if (!CheckBaselineName(gate.rules.name).ok()) {
    mistakes.push_back(absl::StrCat(
        "`gate:` is a name of 1 to 63 characters of [A-Za-z0-9._-] here, as it "
        "stands in addresses and metrics, not \"",
        gate.rules.name, "\""));
  }
  if (gate.baseline.empty()) {
    mistakes.emplace_back(
        "`baseline:` is missing: baseline:NAME, host:NAME or "
        "selector:SELECTOR");
  }
  for (const std::string& operand : gate.baseline) {
    const absl::Status status = CheckOperand(operand);
    if (!status.ok()) {
      mistakes.push_back(
          absl::StrCat("`baseline:` ", operand, ": ", status.message()));
    }
  }
  if (gate.candidates.empty()) {
    mistakes.emplace_back(
        "`candidates:` is missing: a selector of the hosts to judge");
  }
  const absl::Status selector = Selector::Parse(gate.candidates).status();
  if (!selector.ok()) {
    mistakes.push_back(absl::StrCat("`candidates:`: ", selector.message()));
  }
  return mistakes;
}

absl::StatusOr<GateDefinition> ReadGate(const std::string& path) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string yaml,
                             ReadFileBytes(path, kMaxBytes));
  SOCKDRIFT_ASSIGN_OR_RETURN(GateFile gate, ParseGateFile(yaml, path));
  const std::vector<std::string> mistakes = MistakesOf(gate);
  if (mistakes.empty()) return GateDefinition{std::move(gate), path};
  return absl::InvalidArgumentError(absl::StrJoin(
      mistakes, "\n", [&](std::string* out, const std::string& mistake) {
        absl::StrAppend(out, path, ": ", mistake);
      }));
}

}  // namespace

absl::Status ReadGates(const std::string& folder,
                       std::map<std::string, GateDefinition>& gates) {
  std::error_code error;
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path());
  }
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat("--gates ", folder, ": ", error.message(),
                     "; give a folder with one YAML file a gate"));
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> mistakes;
  std::map<std::string, GateDefinition> read;
  const auto keep = [&](const std::string& path) {
    for (const auto& [name, old] : gates) {
      if (old.file == path) read.try_emplace(name, old);
    }
  };
  for (const std::string& path : paths) {
    absl::StatusOr<GateDefinition> gate = ReadGate(path);
    if (!gate.ok()) {
      mistakes.emplace_back(gate.status().message());
      keep(path);
      continue;
    }
    const std::string name = gate->gate.rules.name;
    const auto [it, is_new] = read.try_emplace(name, *gate);
    if (!is_new) {
      mistakes.push_back(absl::StrCat(path, ": the gate ", name, " stands in ",
                                      it->second.file, " already"));
    }
  }
  gates = std::move(read);
  if (mistakes.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(mistakes, "\n"));
}

}  // namespace sockdrift
