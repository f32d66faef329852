// Hosts, their facts and who behaves alike over all plans.
#include <map>
#include <set>

#include "absl/time/time.h"
#include "core/divergence/fact_relevance.h"
#include "report/json.h"

namespace sockdrift {
namespace {

// A fact of a host; what is not known is told apart from an empty text.
std::string FactOf(const ReportedHost& host, const std::string& name) {
  if (host.facts == nullptr) return kUnknownFact;
  const auto found = host.facts->find(name);
  return found == host.facts->end() ? kUnknownFact : found->second;
}

std::set<std::string> FactNames(const ReportInput& input) {
  std::set<std::string> names;
  for (const ReportedHost& host : input.hosts) {
    if (host.facts == nullptr) continue;
    for (const auto& [name, value] : *host.facts) names.insert(name);
  }
  return names;
}

Json AtlasJson(const ProfileLikeness& likeness) {
  Json misnamed = Json::array();
  for (const MisnamedKernel& one : likeness.misnamed) {
    misnamed.push_back({{"kernel", one.version},
                        {"hosts", one.hosts},
                        {"entry", one.entry},
                        {"differing", one.differing}});
  }
  return {{"says", likeness.says},         {"nearest", likeness.nearest},
          {"compared", likeness.compared}, {"differing", likeness.differing},
          {"far", likeness.far},           {"misnamed", std::move(misnamed)}};
}

}  // namespace

Json AcknowledgedJson(const ReportedPlan& plan) {
  Json list = Json::array();
  for (const ReportedAcknowledgement& one : plan.acknowledged) {
    list.push_back({{"id", one.id},
                    {"owner", one.owner},
                    {"reason", one.reason},
                    {"link", one.link},
                    {"expires", one.expires},
                    {"expired", one.expired},
                    {"cells", one.cells},
                    {"hosts", one.hosts}});
  }
  return list;
}

Json ProfilesJson(const std::vector<Profile>& profiles,
                  const std::vector<ProfileLikeness>& likenesses) {
  Json json = Json::array();
  for (size_t i = 0; i < profiles.size(); ++i) {
    const Profile& profile = profiles[i];
    Json groups = Json::array();
    for (const std::optional<size_t>& group : profile.groups) {
      groups.push_back(group.has_value() ? static_cast<int64_t>(*group) : -1);
    }
    json.push_back({{"letter", profile.letter},
                    {"hosts", profile.hosts},
                    {"groups", std::move(groups)},
                    {"partly", profile.partly},
                    {"because", CandidatesJson(profile.because)},
                    {"atlas", likenesses.empty() ? AtlasJson(ProfileLikeness())
                                                 : AtlasJson(likenesses[i])}});
  }
  return json;
}

Json HostsJson(const ReportInput& input) {
  Json hosts = Json::array();
  for (const ReportedHost& host : input.hosts) {
    hosts.push_back({{"name", host.name},
                     {"source", host.source},
                     {"seen", absl::FormatTime("%Y-%m-%d %H:%M UTC", host.seen,
                                               absl::UTCTimeZone())}});
  }
  return hosts;
}

Json FactsJson(const ReportInput& input) {
  Json same = Json::array();
  Json differing = Json::array();
  for (const std::string& name : FactNames(input)) {
    std::map<std::string, size_t> codes;
    for (const ReportedHost& host : input.hosts) {
      codes.try_emplace(FactOf(host, name), 0);
    }
    if (codes.size() == 1) {
      same.push_back({name, codes.begin()->first});
      continue;
    }
    Json values = Json::array();
    for (auto& [value, code] : codes) {
      code = values.size();
      values.push_back(value);
    }
    std::vector<size_t> of_hosts;
    for (const ReportedHost& host : input.hosts) {
      of_hosts.push_back(codes[FactOf(host, name)]);
    }
    differing.push_back({{"fact", name},
                         {"relevant", FindIrrelevant(name) == nullptr},
                         {"values", std::move(values)},
                         {"hosts", RunsJson(of_hosts)}});
  }
  return {{"same", std::move(same)}, {"differing", std::move(differing)}};
}

}  // namespace sockdrift
