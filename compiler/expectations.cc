#include "compiler/expectations.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "compiler/claims.h"
#include "compiler/expectation_checks.h"
#include "compiler/given.h"
#include "compiler/map_reader.h"

namespace sockdrift {
namespace {

std::string UnknownClaim(const std::string& id, const ClaimBook& claims) {
  std::vector<std::string> ids;
  for (const auto& [known, claim] : claims.claims()) ids.push_back(known);
  return absl::StrCat("there is no claim ", id, Suggestion(id, ids),
                      "; claims.yaml lists them");
}

std::vector<ClaimReference> ReadClaims(MapReader& map, const ClaimBook* known,
                                       Report& report) {
  std::vector<ClaimReference> claims;
  for (const YamlNode* text : map.Texts("claim")) {
    absl::string_view id = text->text;
    ClaimReference claim;
    claim.negated = absl::ConsumePrefix(&id, "not ");
    claim.id = std::string(id);
    if (!IsClaimId(id)) {
      report.Add(*text, absl::StrCat("\"", text->text,
                                     "\" is no claim: an id such as A1, or "
                                     "`not B4`, is"));
      continue;
    }
    if (known != nullptr && known->Find(id) == nullptr) {
      report.Add(*text, UnknownClaim(claim.id, *known));
    }
    claims.push_back(std::move(claim));
  }
  return claims;
}

Expectation ReadExpectation(const YamlNode& node, const CellSpace& cells,
                            PlanContext& context) {
  Report& report = context.report;
  Expectation expectation;
  MapReader map(node, "an expectation", report);
  const YamlNode* id = map.Find("id");
  expectation.line = id != nullptr ? id->line : node.line;
  expectation.id = map.RequireText("id").value_or("");
  expectation.says = map.RequireText("says").value_or("");
  expectation.source = map.RequireText("source").value_or("");
  expectation.claims = ReadClaims(map, context.claims, report);
  expectation.given = ReadGiven(map.Find("given"), report);
  const YamlNode* where = map.Find("where");
  const YamlNode* outcome = map.Find("outcome");
  const YamlNode* table = map.Find("table");
  map.Finish();
  if (!map.is_map()) return expectation;
  if ((outcome == nullptr) == (table == nullptr)) {
    report.Add(node, "an expectation has either `outcome:` or `table:`");
    return expectation;
  }
  CheckReader reader(cells, context);
  std::vector<Check> checks = reader.ReadWhere(where);
  if (outcome != nullptr) {
    reader.ReadOutcome(*outcome, checks);
    expectation.checks = std::move(checks);
  } else {
    expectation.checks = reader.ReadTable(*table, checks);
  }
  return expectation;
}

}  // namespace

void ReadExpectations(const YamlNode& expect, const CellSpace& cells,
                      PlanContext& context) {
  if (!expect.list()) {
    context.report.Add(
        expect, absl::StrCat("`expect:` is a list, not ", expect.Describe()));
    return;
  }
  std::map<std::string, int> lines;
  for (const YamlNode& node : expect.items) {
    Expectation one = ReadExpectation(node, cells, context);
    const auto [it, fresh] = lines.emplace(one.id, one.line);
    if (!fresh && !one.id.empty()) {
      context.report.Add(node,
                         absl::StrCat("the id \"", one.id, "\" stands in line ",
                                      it->second, " already"));
    }
    context.plan.expectations.push_back(std::move(one));
  }
}

}  // namespace sockdrift
