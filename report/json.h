// The report's data as JSON; report/page/js/model.js reads it.
#ifndef SOCKDRIFT_REPORT_JSON_H_
#define SOCKDRIFT_REPORT_JSON_H_

#include <vector>

#include "nlohmann/json.hpp"
#include "report/judgement.h"
#include "report/plan_sheet.h"
#include "report/profile_likeness.h"
#include "report/profiles.h"
#include "report/report.h"

namespace sockdrift {

using Json = nlohmann::ordered_json;

// Values that follow each other, as pairs of how many and which.
template <typename Values>
Json RunsJson(const Values& values) {
  Json runs = Json::array();
  for (size_t i = 0; i < values.size();) {
    size_t end = i + 1;
    while (end < values.size() && values[end] == values[i]) ++end;
    runs.push_back(end - i);
    runs.push_back(static_cast<int64_t>(values[i]));
    i = end;
  }
  return runs;
}

// Numbers, ascending, as pairs of the first of a row and how many.
Json RowsJson(const std::vector<uint32_t>& numbers);

Json CandidatesJson(const std::vector<Candidate>& candidates);

// `plan` is the catalogue's where it has the very program; else null.
Json SheetJson(const PlanSheet& sheet, const CompiledPlan* plan);

Json AcknowledgedJson(const ReportedPlan& plan);

// `likenesses` has one entry a profile, or none where there is no atlas.
Json ProfilesJson(const std::vector<Profile>& profiles,
                  const std::vector<ProfileLikeness>& likenesses);

// Of each expectation of the sheet its verdicts, one a profile.
Json ExpectationsJson(size_t sheet, const CompiledPlan* plan,
                      const std::vector<Judgement>& judgements);
// Every claim with its verdicts, one a profile.
Json ClaimsJson(const std::vector<Judgement>& judgements);

// Every host with what it is, and its facts: those that are the same on all
// once, the others as a table.
Json HostsJson(const ReportInput& input);
Json FactsJson(const ReportInput& input);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_JSON_H_
