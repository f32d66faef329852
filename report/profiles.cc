#include "report/profiles.h"

#include <algorithm>
#include <map>
#include <utility>

namespace sockdrift {
namespace {

using Groups = std::vector<std::optional<size_t>>;

// Spreadsheet letters: A … Z, AA, AB …
std::string Letter(size_t index) {
  std::string letter;
  for (size_t rest = index + 1; rest > 0; rest = (rest - 1) / 26) {
    letter.insert(letter.begin(), static_cast<char>('A' + (rest - 1) % 26));
  }
  return letter;
}

// Whether the host is grouped in every plan in which some host is.
bool IsWhole(const Groups& groups, absl::Span<const PlanSheet> sheets) {
  for (size_t i = 0; i < groups.size(); ++i) {
    if (!groups[i].has_value() && !sheets[i].groups.empty()) return false;
  }
  return true;
}

// Whether both are grouped in some plan and alike in every such plan.
bool Agree(const Groups& a, const Groups& b) {
  bool common = false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!a[i].has_value() || !b[i].has_value()) continue;
    if (a[i] != b[i]) return false;
    common = true;
  }
  return common;
}

bool Before(const Profile& a, const Profile& b) {
  if (a.hosts.size() != b.hosts.size()) {
    return a.hosts.size() > b.hosts.size();
  }
  return a.hosts.front() < b.hosts.front();
}

std::vector<Groups> GroupsOfHosts(size_t hosts,
                                  absl::Span<const PlanSheet> sheets) {
  std::vector<Groups> groups(hosts, Groups(sheets.size()));
  for (size_t sheet = 0; sheet < sheets.size(); ++sheet) {
    for (size_t group = 0; group < sheets[sheet].groups.size(); ++group) {
      for (const size_t host : sheets[sheet].groups[group].hosts) {
        groups[host][sheet] = group;
      }
    }
  }
  return groups;
}

}  // namespace

std::vector<Profile> FindProfiles(size_t hosts,
                                  absl::Span<const PlanSheet> sheets) {
  const std::vector<Groups> groups = GroupsOfHosts(hosts, sheets);
  std::map<Groups, Profile> whole;
  for (size_t host = 0; host < hosts; ++host) {
    if (!IsWhole(groups[host], sheets)) continue;
    Profile& profile = whole[groups[host]];
    profile.groups = groups[host];
    profile.hosts.push_back(host);
  }
  std::vector<Profile> profiles;
  profiles.reserve(whole.size());
  for (auto& [key, profile] : whole) profiles.push_back(std::move(profile));
  std::sort(profiles.begin(), profiles.end(), Before);
  for (size_t host = 0; host < hosts; ++host) {
    if (IsWhole(groups[host], sheets)) continue;
    auto home = std::find_if(profiles.begin(), profiles.end(),
                             [&](const Profile& profile) {
                               return Agree(profile.groups, groups[host]);
                             });
    if (home == profiles.end()) {
      home = profiles.insert(profiles.end(), Profile());
      home->groups = groups[host];
    }
    home->hosts.push_back(host);
    ++home->partly;
    for (size_t i = 0; i < sheets.size(); ++i) {
      if (!home->groups[i].has_value()) home->groups[i] = groups[host][i];
    }
  }
  for (Profile& profile : profiles) {
    std::sort(profile.hosts.begin(), profile.hosts.end());
  }
  std::sort(profiles.begin(), profiles.end(), Before);
  for (size_t i = 0; i < profiles.size(); ++i) profiles[i].letter = Letter(i);
  return profiles;
}

void ExplainProfiles(absl::Span<const Facts* const> facts,
                     std::vector<Profile>& profiles) {
  for (Profile& profile : profiles) {
    std::vector<size_t> others;
    for (size_t host = 0; host < facts.size(); ++host) {
      if (!std::binary_search(profile.hosts.begin(), profile.hosts.end(),
                              host)) {
        others.push_back(host);
      }
    }
    if (!others.empty()) {
      profile.because = ExplainHosts(facts, profile.hosts, others);
    }
  }
}

}  // namespace sockdrift
