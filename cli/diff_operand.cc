#include "cli/diff_operand.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/controller_client.h"
#include "cli/remote_file.h"
#include "cli/suggest.h"

namespace sockdrift {

ExitCode OperandReader::Fetch() {
  if (fleet_.has_value()) return ExitCode::kFine;
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(controller_);
  if (!client.ok()) {
    console_.Error(client.status());
    return ExitCode::kInvalid;
  }
  BehaviourFile file;
  const ExitCode fetched = FetchBehaviours(*client, scope_, file, console_);
  if (fetched == ExitCode::kFine) fleet_ = std::move(file);
  return fetched;
}

// --plan and --world, for files as for the controller.
void OperandReader::DropWhatIsOutOfScope(BehaviourFile& file) const {
  const auto out_of_scope = [this](const BehaviourEntry& entry) {
    const auto& plans = scope_.plans();
    const bool other_plan =
        !plans.empty() &&
        std::find(plans.begin(), plans.end(), entry.plan) == plans.end();
    const bool other_world =
        scope_.world() != v1::WORLD_UNSPECIFIED &&
        static_cast<int>(scope_.world()) != static_cast<int>(entry.world);
    return other_plan || other_world;
  };
  for (HostBehaviour& host : file.hosts) {
    std::erase_if(host.entries, out_of_scope);
  }
}

ExitCode OperandReader::Take(BehaviourFile file, const std::string& operand,
                             const std::string& host, DiffSide& side) {
  absl::StatusOr<DiffSide> taken = TakeSide(std::move(file), operand, host);
  if (!taken.ok()) {
    console_.Error(taken.status());
    return ExitCode::kInvalid;
  }
  side = *std::move(taken);
  for (const BehaviourEntry& entry : side.behaviour().entries) {
    plans_.insert(entry.plan);
  }
  DropWhatIsOutOfScope(side.file);
  return ExitCode::kFine;
}

absl::Status OperandReader::RequireKnownPlans() const {
  const std::vector<std::string> known(plans_.begin(), plans_.end());
  for (const std::string& wanted : scope_.plans()) {
    if (plans_.contains(wanted)) continue;
    const std::string nearest = Nearest(wanted, known);
    return absl::NotFoundError(absl::StrCat(
        "--plan ", wanted, ": neither side has a plan of that name",
        nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
        "\n  they have ", known.empty() ? "none" : absl::StrJoin(known, ", ")));
  }
  return absl::OkStatus();
}

ExitCode OperandReader::Read(const std::string& operand, DiffSide& side) {
  absl::string_view host = operand;
  if (absl::ConsumePrefix(&host, "host:")) {
    const ExitCode fetched = Fetch();
    if (fetched != ExitCode::kFine) return fetched;
    return Take(*fleet_, operand, std::string(host), side);
  }
  const size_t mark = operand.rfind('#');
  absl::StatusOr<BehaviourFile> file =
      ReadBehaviourFile(operand.substr(0, mark));
  if (!file.ok()) {
    console_.Error(file.status());
    return ExitCode::kInvalid;
  }
  return Take(*std::move(file), operand,
              mark == std::string::npos ? "" : operand.substr(mark + 1), side);
}

}  // namespace sockdrift
