#include "agent/worlds/trial.h"

#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/job/job.h"
#include "agent/worlds/job_world.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kHead = "sockdrift-trial";
constexpr absl::string_view kRefused = "refused: ";
constexpr absl::string_view kCapabilities = "capabilities: ";
constexpr absl::string_view kUserNamespace = "by a user namespace";
constexpr absl::string_view kNote = "note: ";

}  // namespace

WorldTrial TryWorld(World world) {
  WorldTrial trial;
  Job job;
  job.world = world;
  const absl::StatusOr<std::unique_ptr<JobWorld>> entered =
      JobWorld::Enter(job);
  absl::Status status = entered.status();
  if (status.ok()) {
    trial.capabilities = ReadCapabilities().permitted;
    trial.by_user_namespace = (*entered)->by_user_namespace();
    status = (*entered)->SetUp();
  }
  if (status.ok()) status = (*entered)->Confine();
  if (!status.ok()) {
    trial.refused = std::string(status.message());
  } else {
    trial.notes = (*entered)->notes();
  }
  return trial;
}

std::string EncodeTrial(const WorldTrial& trial) {
  std::string text = absl::StrCat(kHead, "\n");
  if (!trial.refused.empty()) {
    return absl::StrCat(text, kRefused, trial.refused, "\n");
  }
  absl::StrAppend(&text, kCapabilities, absl::Hex(trial.capabilities), "\n");
  if (trial.by_user_namespace) absl::StrAppend(&text, kUserNamespace, "\n");
  for (const std::string& note : trial.notes) {
    absl::StrAppend(&text, kNote, note, "\n");
  }
  return text;
}

absl::StatusOr<WorldTrial> DecodeTrial(absl::string_view text) {
  const std::vector<absl::string_view> lines =
      absl::StrSplit(text, '\n', absl::SkipEmpty());
  if (lines.size() < 2 || lines[0] != kHead) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the probe did not say how the world was: \"", text, "\""));
  }
  WorldTrial trial;
  for (absl::string_view line : absl::MakeSpan(lines).subspan(1)) {
    if (absl::ConsumePrefix(&line, kRefused)) {
      trial.refused = std::string(line);
    } else if (absl::ConsumePrefix(&line, kCapabilities)) {
      if (!absl::SimpleHexAtoi(line, &trial.capabilities)) {
        return absl::InvalidArgumentError("the probe's capabilities");
      }
    } else if (line == kUserNamespace) {
      trial.by_user_namespace = true;
    } else if (absl::ConsumePrefix(&line, kNote)) {
      trial.notes.emplace_back(line);
    }
  }
  return trial;
}

}  // namespace sockdrift
