#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/claims_report.h"
#include "cli/verdicts.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 110;
constexpr size_t kRulesShown = 6;

std::string Paragraph(absl::string_view text, absl::string_view indent,
                      const Console& console) {
  const size_t width = std::min(console.width(), kTextWidth) - indent.size();
  return absl::StrCat(indent, Wrapped(text, width, indent), "\n");
}

// "for: plan[…]: bind.b is ok"; empty where there is no cell.
std::string Example(absl::string_view side, const ClaimSource& source,
                    const std::vector<uint32_t>& cells) {
  if (cells.empty()) return "";
  return absl::StrCat(
      side, ", such as ", FullCellName(*source.plan.plan, cells.front()), ": ",
      WhatWasSeen(source.plan.plan->program, *source.expectation,
                  *source.plan.record, cells.front()));
}

std::string SourceText(const ClaimSource& source, const Console& console) {
  std::string text =
      absl::StrCat("\n", console.Painted(source.plan.plan->name, Paint::kBold),
                   " ", console.Painted(source.expectation->id, Paint::kBold),
                   source.negated ? " (expects that it does not hold)" : "",
                   ": ", VerdictName(source.verdict, true), "\n",
                   Paragraph(absl::StrCat(source.expectation->says, " [",
                                          source.expectation->source, "]"),
                             "  ", console));
  if (!source.why_not_tested.empty()) {
    return text + Paragraph(source.why_not_tested, "  ", console);
  }
  absl::StrAppend(&text, "  ",
                  Counted(source.in_favour.size(), "cell", "cells"), " for, ",
                  WithCommas(source.against.size()), " against\n");
  for (const std::string& line : {Example("for", source, source.in_favour),
                                  Example("against", source, source.against)}) {
    if (!line.empty()) text += Paragraph(line, "    ", console);
  }
  const size_t shown = std::min(source.rules.size(), kRulesShown);
  for (size_t i = 0; i < shown; ++i) {
    text +=
        Paragraph(absl::StrCat("against: ", source.rules[i]), "    ", console);
  }
  if (shown < source.rules.size()) {
    absl::StrAppend(&text, "    … and ", source.rules.size() - shown,
                    " more rules: --output json has them all\n");
  }
  return text;
}

Json ExampleJson(const ClaimSource& source,
                 const std::vector<uint32_t>& cells) {
  if (cells.empty()) return "";
  return FullCellName(*source.plan.plan, cells.front());
}

Json SourceJson(const ClaimSource& source) {
  return {{"plan", source.plan.plan->name},
          {"file", source.plan.plan->file},
          {"line", source.expectation->line},
          {"id", source.expectation->id},
          {"says", source.expectation->says},
          {"source", source.expectation->source},
          {"negated", source.negated},
          {"verdict", std::string(VerdictName(source.verdict, true))},
          {"for", source.in_favour.size()},
          {"against", source.against.size()},
          {"example_for", ExampleJson(source, source.in_favour)},
          {"example_against", ExampleJson(source, source.against)},
          {"rules_against", source.rules},
          {"reason", source.why_not_tested}};
}

}  // namespace

std::string ClaimText(const JudgedClaim& claim, const Console& console) {
  const std::string remark = claim.verdict() == Verdict::kDepends
                                 ? claim.depends_on
                                 : claim.why_not_tested;
  std::string text = Paragraph(
      absl::StrCat(claim.id, ": ",
                   claim.text == nullptr ? claim.Brief() : claim.text->says),
      "", console);
  if (claim.text != nullptr && !claim.text->origin.empty()) {
    text += Paragraph(
        absl::StrCat("from: ", claim.text->origin, " (", claim.text->file, ")"),
        "  ", console);
  }
  text += Paragraph(
      absl::StrCat(
          VerdictName(claim.verdict(), true),
          remark.empty() ? "" : absl::StrCat(" (", remark, ")"), ": ",
          Counted(claim.in_favour, "cell", "cells"), " for, ",
          WithCommas(claim.against), " against, ",
          Counted(claim.sources.size(), "expectation", "expectations")),
      "  ", console);
  for (const ClaimSource& source : claim.sources) {
    text += SourceText(source, console);
  }
  return text;
}

std::string ClaimsJson(const Audit& audit,
                       const std::vector<JudgedClaim>& claims) {
  Json list = Json::array();
  for (const JudgedClaim& claim : claims) {
    Json sources = Json::array();
    for (const ClaimSource& source : claim.sources) {
      sources.push_back(SourceJson(source));
    }
    list.push_back(
        {{"claim", claim.id},
         {"short", claim.Brief()},
         {"says", claim.text == nullptr ? "" : claim.text->says},
         {"origin", claim.text == nullptr ? "" : claim.text->origin},
         {"verdict", std::string(VerdictName(claim.verdict(), true))},
         {"for", claim.in_favour},
         {"against", claim.against},
         {"depends_on", claim.depends_on},
         {"reason", claim.why_not_tested},
         {"expectations", std::move(sources)}});
  }
  return Printed({{"schema", "sockdrift.claims/1"},
                  {"host", audit.host},
                  {"world", std::string(WorldName(audit.world))},
                  {"claims", std::move(list)}});
}

}  // namespace sockdrift
