// Which hosts are asked what their groups are like.
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "cli/analysis_report.h"

namespace sockdrift {

std::string SpeakerOf(const v1::BehaviourGroup& group) {
  return group.host_ids().empty() ? "" : group.host_ids(0);
}

std::string MostUsualHost(const PlanAnalyses& plans) {
  absl::flat_hash_map<absl::string_view, size_t> times;
  absl::string_view usual;
  for (const v1::PlanAnalysis& plan : plans) {
    if (plan.groups().empty()) continue;
    for (const std::string& host : plan.groups(0).host_ids()) {
      const size_t of_host = ++times[host];
      const size_t most = times[usual];
      if (of_host > most || (of_host == most && host < usual)) usual = host;
    }
  }
  return std::string(usual);
}

std::vector<std::string> SpeakersOf(const PlanAnalyses& plans, size_t most) {
  std::vector<std::string> speakers;
  const std::string usual = MostUsualHost(plans);
  if (!usual.empty()) speakers.push_back(usual);
  for (const v1::PlanAnalysis& plan : plans) {
    for (const v1::BehaviourGroup& group : plan.groups()) {
      const std::string speaker = SpeakerOf(group);
      if (speakers.size() < most && !speaker.empty() &&
          std::ranges::find(speakers, speaker) == speakers.end()) {
        speakers.push_back(speaker);
      }
    }
  }
  return speakers;
}

}  // namespace sockdrift
