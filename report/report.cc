#include "report/report.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "report/json.h"
#include "report/page.h"
#include "report/profile_likeness.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

constexpr int kFormat = 1;  // of the data; js/model.js reads this one

std::vector<const Facts*> FactsOf(const ReportInput& input) {
  static const Facts& kNone = *new Facts;
  std::vector<const Facts*> facts;
  for (const ReportedHost& host : input.hosts) {
    facts.push_back(host.facts == nullptr ? &kNone : host.facts);
  }
  return facts;
}

// The largest group; of several as large the one that the report's first
// profile is in, so that two hosts are compared in the order of the command.
size_t ReferenceOf(const PlanSheet& sheet, std::optional<size_t> first) {
  if (!sheet.reference_is_tied || !first.has_value()) return 0;
  const size_t most = sheet.groups[0].hosts.size();
  return sheet.groups[*first].hosts.size() == most ? *first : 0;
}

// The catalogue's plan of each sheet: of its name, with the very program.
std::vector<const CompiledPlan*> KnownPlans(
    absl::Span<const CompiledPlan* const> catalogue,
    absl::Span<const PlanSheet> sheets) {
  std::map<std::string, const CompiledPlan*> by_name;
  for (const CompiledPlan* plan : catalogue) by_name[plan->name] = plan;
  std::vector<const CompiledPlan*> known;
  for (const PlanSheet& sheet : sheets) {
    const auto it = by_name.find(sheet.plan);
    const bool same =
        it != by_name.end() &&
        MeasurementDigest(it->second->program) == sheet.measurement;
    known.push_back(same ? it->second : nullptr);
  }
  return known;
}

std::vector<ProfileLikeness> LikenessesOf(
    const ReportInput& input, absl::Span<const Profile> profiles,
    absl::Span<const PlanSheet> sheets, absl::Span<const Facts* const> facts) {
  std::vector<ProfileLikeness> likenesses;
  if (input.atlas == nullptr) return likenesses;
  EntryRanker ranker(*input.atlas);
  for (const Profile& profile : profiles) {
    likenesses.push_back(
        LikenessOf(profile, sheets, facts, *input.atlas, ranker));
  }
  return likenesses;
}

}  // namespace

std::string FleetTitle(const std::string& run, const std::string& selector) {
  return absl::StrCat("Fleet", run.empty() ? "" : ", run ", run,
                      selector.empty() ? "" : ", hosts with ", selector);
}

absl::StatusOr<std::string> ReportPage(const ReportInput& input) {
  const std::vector<const Facts*> facts = FactsOf(input);
  std::vector<PlanSheet> sheets;
  for (const ReportedPlan& plan : input.plans) {
    sheets.push_back(GroupRecords(plan));
  }
  std::vector<Profile> profiles = FindProfiles(input.hosts.size(), sheets);
  ExplainProfiles(facts, profiles);
  const std::vector<const CompiledPlan*> known =
      KnownPlans(input.catalogue, sheets);
  std::vector<Judgement> judgements;
  for (const Profile& profile : profiles) {
    judgements.push_back(
        JudgeProfile(profile, sheets, known, facts, *input.claims));
  }
  Json plans = Json::array();
  for (size_t i = 0; i < sheets.size(); ++i) {
    CompareGroups(ReferenceOf(sheets[i], profiles.front().groups[i]), facts,
                  sheets[i]);
    Json& plan = plans.emplace_back(SheetJson(sheets[i], known[i]));
    plan["acknowledged"] = AcknowledgedJson(input.plans[i]);
    plan["expectations"] = ExpectationsJson(i, known[i], judgements);
  }
  const Json document = {
      {"format", kFormat},
      {"title", input.title},
      {"made_by", input.made_by},
      {"made",
       absl::FormatTime("%Y-%m-%d %H:%M UTC", input.made, absl::UTCTimeZone())},
      {"hosts", HostsJson(input)},
      {"facts", FactsJson(input)},
      {"profiles",
       ProfilesJson(profiles, LikenessesOf(input, profiles, sheets, facts))},
      {"claims", ClaimsJson(judgements)},
      {"plans", std::move(plans)}};
  // Names of hosts come from elsewhere and need not be UTF-8.
  return MakePage(input.title, document.dump(-1, ' ', false,
                                             Json::error_handler_t::replace));
}

}  // namespace sockdrift
