#include "cli/atlas_report.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "core/causes/cause.h"
#include "core/divergence/documented.h"
#include "core/divergence/fact_relevance.h"
#include "core/divergence/render.h"
#include "core/divergence/rule_screen.h"
#include "gate/causes/cause_file.h"
#include "gate/report/known_causes.h"

namespace sockdrift {
namespace {

constexpr size_t kFactsShown = 12;
constexpr size_t kFactWidth = 60;
constexpr size_t kCausesShown = 10;
constexpr size_t kRulesShown = 6;
constexpr size_t kIndent = 2;

std::string DayOf(const HostSection& entry) {
  return absl::FormatTime("%Y-%m-%d", entry.taken, absl::UTCTimeZone());
}

std::string KindOf(const HostSection& entry) {
  return IsDocumented(entry.facts) ? "documented" : "measured";
}

// "as 6.16 in all 118,275 cells", "6.12: 89 of 118,275 cells differ".
std::string NeighbourOf(const Atlas& atlas, const ListedEntry& listed) {
  if (listed.others.empty()) return "";
  const absl::Span<const Likeness> nearest = Nearest(listed.others);
  const Likeness& first = nearest.front();
  const std::string names = NameEntries(atlas, nearest);
  const std::string cells = Counted(first.compared, "cell", "cells");
  return first.differing == 0
             ? absl::StrCat("as ", names, " in all ", cells)
             : absl::StrCat(names, ": ", WithCommas(first.differing), " of ",
                            cells);
}

Json EntryJson(const ListedEntry& listed) {
  const HostSection& entry = *listed.entry;
  Json nearest = Json::array();
  const absl::Span<const Likeness> alike = Nearest(listed.others);
  for (const Likeness& one : alike) nearest.push_back(one.entry->host);
  return {{"entry", entry.host},
          {"title", FactOf(entry, atlas_fact::kTitle)},
          {"kind", KindOf(entry)},
          {"documented", FactOf(entry, kDocumentedFact)},
          {"kernel", KernelVersionOf(entry.facts)},
          {"arch", FactOf(entry, "kernel.arch")},
          {"package", FactOf(entry, atlas_fact::kPackage)},
          {"command", FactOf(entry, atlas_fact::kCommand)},
          {"variant_of", FactOf(entry, atlas_fact::kVariantOf)},
          {"taken", absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", entry.taken,
                                     absl::UTCTimeZone())},
          {"plans", entry.entries.size()},
          {"cells", listed.cells},
          {"nearest", std::move(nearest)},
          {"nearest_compared", alike.empty() ? 0 : alike.front().compared},
          {"nearest_differing", alike.empty() ? 0 : alike.front().differing}};
}

std::vector<std::string> IdsOf(const std::vector<JudgedClaim>& claims,
                               Verdict verdict) {
  std::vector<std::string> ids;
  for (const JudgedClaim& claim : claims) {
    if (claim.verdict() == verdict) ids.push_back(claim.id);
  }
  return ids;
}

// "Claims: 60 hold, 20 do not (…), 16 depend (…)": those that hold are most.
std::string ClaimsLine(const std::vector<JudgedClaim>& claims) {
  const std::vector<std::string> broken = IdsOf(claims, Verdict::kDoesNotHold);
  const std::vector<std::string> depend = IdsOf(claims, Verdict::kDepends);
  const auto list = [](const std::vector<std::string>& ids) {
    return ids.empty() ? "" : absl::StrCat(" (", absl::StrJoin(ids, ", "), ")");
  };
  return absl::StrCat("Of ", claims.size(), " claims ",
                      IdsOf(claims, Verdict::kHolds).size(), " hold, ",
                      broken.size(), " do not", list(broken), ", ",
                      depend.size(), " depend", list(depend));
}

// The facts that bear most on sockets.
std::string FactsTable(const HostSection& entry, const Console& console) {
  std::vector<std::pair<int, std::string>> names;
  for (const auto& [name, value] : entry.facts) {
    if (FindIrrelevant(name) == nullptr) {
      names.emplace_back(Remoteness(name), name);
    }
  }
  std::sort(names.begin(), names.end());
  Table table({{.title = "FACT"}, {.title = "VALUE", .shrinks = true}});
  for (size_t i = 0; i < std::min(names.size(), kFactsShown); ++i) {
    table.Add(
        {names[i].second, CutTo(entry.facts.at(names[i].second), kFactWidth)});
  }
  std::string text = table.Render(console);
  if (names.size() > kFactsShown) {
    absl::StrAppend(&text, "… and ", names.size() - kFactsShown,
                    " more: --output json has them all\n");
  }
  return text;
}

// Which rules of the plans it breaks, one a line.
std::vector<std::string> BrokenRules(const Audit& audit) {
  std::vector<std::string> rules;
  for (const PlanAudit& plan : audit.plans) {
    for (size_t i = 0; i < plan.findings.size(); ++i) {
      if (plan.findings[i].verdict != Verdict::kBroken) continue;
      rules.push_back(
          absl::StrCat(plan.plan.name, " ", plan.plan.expectations[i].id));
    }
  }
  return rules;
}

// A line each, those with most cells first, as many as a screen has room for.
std::string CausesShown(const Audit& audit, const Console& console) {
  const std::vector<std::string> causes =
      CauseLinesOfHost(CausesOf(audit, BuiltInCauses()), Console::kUnbounded);
  if (causes.empty()) return "";
  const size_t width = std::min(console.width(), ScreenLimits::kScreenWidth);
  std::string text = "\n";
  for (size_t i = 0; i < std::min(causes.size(), kCausesShown); ++i) {
    absl::StrAppend(&text, CutTo(causes[i], width), "\n");
  }
  if (causes.size() > kCausesShown) {
    absl::StrAppend(&text, "… and ", causes.size() - kCausesShown,
                    " more known causes: --output json has them all\n");
  }
  return text;
}

std::string Paragraph(const std::string& text, const Console& console) {
  const size_t width = std::min(console.width(), ScreenLimits::kScreenWidth);
  return absl::StrCat(absl::StrJoin(Wrap(text, width, kIndent), "\n"), "\n");
}

std::string RulesShown(const Audit& audit, const Console& console) {
  std::vector<std::string> rules = BrokenRules(audit);
  if (rules.empty()) return "";
  const size_t all = rules.size();
  rules.resize(std::min(all, kRulesShown));
  return absl::StrCat("\n",
                      Paragraph(absl::StrCat("Broken rules, ", all, ": ",
                                             absl::StrJoin(rules, ", "),
                                             all > rules.size() ? " …" : ""),
                                console));
}

}  // namespace

std::string AtlasListText(const Atlas& atlas,
                          const std::vector<ListedEntry>& listed,
                          const Console& console) {
  Table table({{.title = "ENTRY"},
               {.title = "KIND"},
               {.title = "WHAT", .shrinks = true},
               {.title = "DATE"},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "NEAREST OTHER", .shrinks = true}});
  for (const ListedEntry& one : listed) {
    table.Add({one.entry->host, KindOf(*one.entry),
               FactOf(*one.entry, atlas_fact::kTitle), DayOf(*one.entry),
               WithCommas(one.cells), NeighbourOf(atlas, one)});
  }
  return table.Render(console);
}

std::string AtlasListJson(const Atlas& /*atlas*/,
                          const std::vector<ListedEntry>& listed) {
  Json entries = Json::array();
  for (const ListedEntry& one : listed) entries.push_back(EntryJson(one));
  return Printed(
      {{"schema", "sockdrift.atlas/1"}, {"entries", std::move(entries)}});
}

std::string AtlasShowText(const Atlas& atlas, const ShownEntry& shown,
                          const Console& console) {
  const HostSection& entry = *shown.listed.entry;
  const bool documented = IsDocumented(entry.facts);
  std::string text =
      console.Painted(absl::StrCat("atlas:", entry.host, ": ",
                                   FactOf(entry, atlas_fact::kTitle), "\n"),
                      Paint::kBold);
  if (documented) {
    text += Paragraph(
        absl::StrCat("Documented, not measured: ",
                     FactOf(entry, kDocumentedFact), "; read ", DayOf(entry)),
        console);
  } else {
    text += Paragraph(absl::StrCat("measured ", DayOf(entry), ": ",
                                   FactOf(entry, atlas_fact::kPackage), ", ",
                                   FactOf(entry, "kernel.arch")),
                      console);
    text += Paragraph(FactOf(entry, atlas_fact::kCommand), console);
  }
  text += Paragraph(
      absl::StrCat(Counted(shown.listed.cells, "cell", "cells"), " of ",
                   Counted(entry.entries.size(), "plan", "plans"),
                   shown.plans_missing > 0 && !documented
                       ? absl::StrCat("; ", shown.plans_missing,
                                      " of the catalogue's are not measured")
                       : ""),
      console);
  const std::string neighbour = NeighbourOf(atlas, shown.listed);
  if (!neighbour.empty()) {
    text += Paragraph(absl::StrCat("nearest other: ", neighbour), console);
  }
  if (documented) {
    return text + "\n" +
           Paragraph(absl::StrCat("'sockdrift cells atlas:", entry.host,
                                  " --where status:DONE' lists what it says"),
                     console);
  }
  text += "\n" + FactsTable(entry, console);
  text += CausesShown(shown.audit, console);
  text += RulesShown(shown.audit, console);
  return text + "\n" + Paragraph(ClaimsLine(shown.claims), console);
}

std::string AtlasShowJson(const Atlas& /*atlas*/, const ShownEntry& shown) {
  Json json = {{"schema", "sockdrift.atlas-entry/1"}};
  json.update(EntryJson(shown.listed));
  Json facts = Json::object();
  for (const auto& [name, value] : shown.listed.entry->facts) {
    facts[name] = value;
  }
  json["facts"] = std::move(facts);
  json["known_causes"] = Json::array();
  json["broken_rules"] = BrokenRules(shown.audit);
  json["claims"] = Json::object();
  json["plans_missing"] = shown.plans_missing;
  if (!IsDocumented(shown.listed.entry->facts)) {
    json["known_causes"] =
        CausesJson(CausesOf(shown.audit, BuiltInCauses()), {});
    json["claims"] = {
        {"holds", IdsOf(shown.claims, Verdict::kHolds)},
        {"does-not-hold", IdsOf(shown.claims, Verdict::kDoesNotHold)},
        {"depends", IdsOf(shown.claims, Verdict::kDepends)}};
  }
  return Printed(json);
}

}  // namespace sockdrift
