#include "gate/report/plan_place.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/catalogue.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

void Note(const std::string& file, absl::string_view yaml, PlanPlaces& places) {
  int number = 0;
  for (absl::string_view line : absl::StrSplit(yaml, '\n')) {
    ++number;
    if (!absl::ConsumePrefix(&line, "plan:")) continue;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find(" #")));
    if (line.size() > 1 && (line.front() == '"' || line.front() == '\'')) {
      line = line.substr(1, line.size() - 2);
    }
    places.try_emplace(std::string(line), PlanPlace{file, number});
    return;
  }
}

}  // namespace

absl::StatusOr<PlanPlaces> FindPlanPlaces(
    const std::vector<std::string>& folders) {
  PlanPlaces places;
  for (const EmbeddedPlan& plan : EmbeddedPlans()) {
    Note(std::string(plan.path), plan.yaml, places);
  }
  for (const std::string& folder : folders) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanText> texts,
                               ReadPlanFolder(folder));
    for (const PlanText& text : texts) Note(text.file, text.yaml, places);
  }
  return places;
}

}  // namespace sockdrift
