#include "cli/diff_operand.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "cli/controller_client.h"
#include "cli/named_file.h"
#include "cli/remote_file.h"
#include "cli/suggest.h"
#include "cli/time_words.h"
#include "cli/wire_text.h"

namespace sockdrift {
namespace {

// Of several hosts those that the query speaks of, so that one is left.
void KeepQueriedHosts(const CellQuery& where, BehaviourFile& file) {
  QueryNames names;
  AddNames(file, names);
  std::erase_if(file.hosts, [&](const HostBehaviour& host) {
    return !where.MatchesHost(
        {host.host, &host.facts},
        [&](absl::string_view name) { return names.IsFactAlone(name); });
  });
}

}  // namespace

FileOperand SplitFileOperand(const std::string& operand) {
  const size_t mark = operand.rfind('#');
  return {operand.substr(0, mark),
          mark == std::string::npos ? "" : operand.substr(mark + 1)};
}

ExitCode OperandReader::Fetch(const v1::AnalysisScope& scope,
                              BehaviourFile& file) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(controller_);
  if (!client.ok()) {
    console_.Error(client.status());
    return ExitCode::kInvalid;
  }
  return FetchBehaviours(*client, scope, file, console_);
}

ExitCode OperandReader::ReadHost(const std::string& operand,
                                 absl::string_view host, DiffSide& side) {
  const size_t at = host.find('@');
  if (at == absl::string_view::npos) {
    BehaviourFile file;
    if (!fleet_.has_value()) {
      const ExitCode fetched = Fetch(scope_, file);
      if (fetched != ExitCode::kFine) return fetched;
      fleet_ = std::move(file);
    }
    return Take(*fleet_, operand, std::string(host), side);
  }
  const std::string name(host.substr(0, at));
  const absl::StatusOr<absl::Time> time =
      ParseTimeWords(host.substr(at + 1), absl::Now());
  if (!time.ok()) {
    console_.Error(absl::StrCat(operand, ": ", time.status().message()));
    return ExitCode::kInvalid;
  }
  v1::AnalysisScope scope = scope_;
  scope.set_selector(absl::StrCat("host=\"", name, "\""));
  *scope.mutable_at_time() = ToTimestamp(*time);
  BehaviourFile file;
  const ExitCode fetched = Fetch(scope, file);
  if (fetched != ExitCode::kFine) {
    console_.Note(absl::StrCat("'sockdrift history ", name,
                               "' shows when it was measured"));
    return fetched;
  }
  return Take(std::move(file), operand, name, side);
}

// --plan and --world, for files as for the controller.
void OperandReader::Narrow(HostBehaviour& host) {
  for (const BehaviourEntry& entry : host.entries) plans_.insert(entry.plan);
  std::erase_if(host.entries, [this](const BehaviourEntry& entry) {
    const auto& plans = scope_.plans();
    const bool other_plan =
        !plans.empty() &&
        std::find(plans.begin(), plans.end(), entry.plan) == plans.end();
    const bool other_world =
        scope_.world() != v1::WORLD_UNSPECIFIED &&
        static_cast<int>(scope_.world()) != static_cast<int>(entry.world);
    return other_plan || other_world;
  });
}

ExitCode OperandReader::Take(BehaviourFile file, const std::string& operand,
                             const std::string& host, DiffSide& side) {
  AddNames(file, names_);
  if (where_ != nullptr && host.empty() && file.hosts.size() > 1) {
    KeepQueriedHosts(*where_, file);
    if (file.hosts.empty()) {
      console_.Error(absl::StrCat("nothing matches: no host of ", operand,
                                  " is as --where says\n  'sockdrift cells ",
                                  operand, "' shows what is there"));
      return ExitCode::kCouldNotTell;
    }
  }
  absl::StatusOr<DiffSide> taken = TakeSide(std::move(file), operand, host);
  if (!taken.ok()) {
    console_.Error(taken.status());
    return ExitCode::kInvalid;
  }
  side = *std::move(taken);
  Narrow(side.file.hosts[side.host]);
  return ExitCode::kFine;
}

absl::Status OperandReader::RequireKnownNames() const {
  return where_ == nullptr ? absl::OkStatus() : CheckNames(*where_, names_);
}

absl::Status OperandReader::RequireKnownPlans() const {
  const std::vector<std::string> known(plans_.begin(), plans_.end());
  for (const std::string& wanted : scope_.plans()) {
    if (plans_.contains(wanted)) continue;
    const std::string nearest = Nearest(wanted, known);
    return absl::NotFoundError(absl::StrCat(
        "--plan ", wanted, ": no operand has a plan of that name",
        nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
        "\n  they have ", known.empty() ? "none" : absl::StrJoin(known, ", ")));
  }
  return absl::OkStatus();
}

ExitCode OperandReader::Read(const std::string& operand, DiffSide& side) {
  absl::string_view host = operand;
  if (absl::ConsumePrefix(&host, "host:")) {
    return ReadHost(operand, host, side);
  }
  const FileOperand parts = SplitFileOperand(operand);
  absl::StatusOr<BehaviourFile> file = ReadNamedFile(parts.file);
  if (!file.ok()) {
    console_.Error(file.status());
    return ExitCode::kInvalid;
  }
  return Take(*std::move(file), operand, parts.host, side);
}

ExitCode OperandReader::ReadHosts(const std::string& operand,
                                  BehaviourFile& file) {
  if (absl::StartsWith(operand, "host:") || absl::StrContains(operand, '#')) {
    DiffSide side;
    const ExitCode read = Read(operand, side);
    if (read != ExitCode::kFine) return read;
    HostBehaviour host = std::move(side.file.hosts[side.host]);
    file = std::move(side.file);
    file.hosts.clear();
    file.hosts.push_back(std::move(host));
    return ExitCode::kFine;
  }
  absl::StatusOr<BehaviourFile> all = ReadNamedFile(operand);
  if (!all.ok()) {
    console_.Error(all.status());
    return ExitCode::kInvalid;
  }
  file = *std::move(all);
  for (HostBehaviour& host : file.hosts) Narrow(host);
  return ExitCode::kFine;
}

}  // namespace sockdrift
