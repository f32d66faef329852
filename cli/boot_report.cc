#include "cli/boot_report.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "cli/audit_report.h"
#include "cli/behaviour_diff.h"
#include "cli/ktap.h"
#include "cli/table.h"
#include "core/divergence/render.h"
#include "gate/causes/cause_file.h"
#include "gate/report/known_causes.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kPlansNamed = 6;
constexpr size_t kCausesShown = 6;

struct Counts {
  size_t cells = 0;
  size_t done = 0;
  size_t broken = 0;  // rules
};

Counts CountsOf(const Audit& audit) {
  Counts counts;
  for (const PlanAudit& plan : audit.plans) {
    counts.cells += plan.probe.record.cells();
    counts.done += plan.probe.record.CountOf(CellStatus::kDone);
    counts.broken += static_cast<size_t>(std::count_if(
        plan.findings.begin(), plan.findings.end(), [](const Finding& finding) {
          return finding.verdict == Verdict::kBroken;
        }));
  }
  return counts;
}

DiffSide SideOf(const Audit& audit) {
  return {audit.host, ToBehaviourFile(audit), 0};
}

// Letters by the index of an audit; "" for one that is in no group.
std::vector<std::string> LettersOf(const std::vector<KernelGroup>& groups,
                                   size_t audits) {
  std::vector<std::string> letters(audits);
  for (size_t group = 0; group < groups.size(); ++group) {
    for (const size_t member : groups[group].members) {
      letters[member] = GroupLetter(group);
    }
  }
  return letters;
}

std::string ReleaseOf(const Audit& audit) {
  const auto release = audit.facts.find("kernel.release");
  return release == audit.facts.end() ? "" : release->second;
}

std::string NamesOf(const KernelGroup& group,
                    const std::vector<BootedAudit>& audits) {
  return absl::StrJoin(group.members, ", ",
                       [&](std::string* out, size_t member) {
                         absl::StrAppend(out, audits[member].audit->host);
                       });
}

std::string Together(const std::vector<BootedAudit>& audits,
                     const std::vector<KernelGroup>& groups,
                     const Console& console) {
  std::string text = "\n";
  for (size_t i = 0; i < groups.size(); ++i) {
    const KernelGroup& group = groups[i];
    absl::StrAppend(&text, console.Painted(GroupLetter(i), Paint::kBold), "  ",
                    NamesOf(group, audits), "\n");
    if (i == 0) continue;
    std::vector<std::string> named = group.differing_plans;
    if (named.size() > kPlansNamed) {
      const size_t more = named.size() - kPlansNamed;
      named.resize(kPlansNamed);
      named.push_back(absl::StrCat(more, " more"));
    }
    const std::string line = absl::StrCat(
        "   ", Counted(group.differing_cells, "cell differs", "cells differ"),
        " from ", GroupLetter(0), " in ",
        Counted(group.differing_plans.size(), "plan", "plans"), ": ",
        absl::StrJoin(named, ", "));
    absl::StrAppend(&text, CutTo(line, console.width()), "\n");
    for (const std::string& cause : group.causes) {
      // The two sides of a comparison are these groups.
      const std::string named_cause = absl::StrReplaceAll(
          cause, {{"known: A:", absl::StrCat("known: ", GroupLetter(0), ":")},
                  {"known: B:", absl::StrCat("known: ", GroupLetter(i), ":")}});
      absl::StrAppend(&text,
                      CutTo(absl::StrCat("   ", named_cause), console.width()),
                      "\n");
    }
  }
  if (groups.size() > 1) {
    text += "\nwhich cells: --save FILE, then sockdrift diff FILE#A FILE#B\n";
  }
  return text;
}

}  // namespace

std::string GroupLetter(size_t group) {
  std::string letters(1, static_cast<char>('A' + group % 26));
  return group < 26 ? letters : GroupLetter(group / 26 - 1) + letters;
}

std::vector<KernelGroup> GroupKernels(const std::vector<BootedAudit>& audits) {
  std::vector<size_t> order;
  std::vector<DiffSide> sides(audits.size());
  for (size_t i = 0; i < audits.size(); ++i) {
    if (!audits[i].audit.ok()) continue;
    sides[i] = SideOf(*audits[i].audit);
    order.push_back(i);
  }
  // Who could execute most comes first: others are compared with that.
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return CountsOf(*audits[a].audit).done > CountsOf(*audits[b].audit).done;
  });
  std::vector<KernelGroup> groups;
  for (const size_t kernel : order) {
    const auto group =
        std::find_if(groups.begin(), groups.end(), [&](const KernelGroup& one) {
          const BehaviourDiff diff =
              Compare(sides[one.representative], sides[kernel], {});
          return diff.compared() > 0 && diff.differing() == 0;
        });
    if (group == groups.end()) {
      groups.emplace_back();
      groups.back().members = {kernel};
      groups.back().representative = kernel;
    } else {
      group->members.push_back(kernel);
    }
  }
  std::stable_sort(groups.begin(), groups.end(),
                   [](const KernelGroup& a, const KernelGroup& b) {
                     return a.members.size() > b.members.size();
                   });
  for (KernelGroup& group : groups) {
    std::sort(group.members.begin(), group.members.end());
    const BehaviourDiff diff =
        Compare(sides[groups.front().representative],
                sides[group.representative], BuiltInCauses());
    group.differing_cells = diff.differing();
    for (const PlanDiff& plan : diff.plans) {
      if (!plan.comparison.differing.empty()) {
        group.differing_plans.push_back(plan.plan);
      }
    }
    group.causes =
        CauseLines(diff.causes, {"A", "B"}, Console::kUnbounded, kCausesShown);
  }
  return groups;
}

std::string BootText(const std::vector<BootedAudit>& audits,
                     const std::vector<KernelGroup>& groups,
                     const Console& console) {
  const std::vector<std::string> letters = LettersOf(groups, audits.size());
  Table table({{.title = "KERNEL", .shrinks = true},
               {.title = "RELEASE", .shrinks = true},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "DONE", .alignment = Alignment::kRight},
               {.title = "RULES BROKEN", .alignment = Alignment::kRight},
               {.title = "SECONDS", .alignment = Alignment::kRight},
               {.title = "GENOME"},
               {.title = "GROUP"}});
  for (size_t i = 0; i < audits.size(); ++i) {
    if (!audits[i].audit.ok()) {
      table.Add({audits[i].kernel.name,
                 {"did not boot", Paint::kBad},
                 "-",
                 "-",
                 "-",
                 "-",
                 "-",
                 "-"});
      continue;
    }
    const Audit& audit = *audits[i].audit;
    const Counts counts = CountsOf(audit);
    table.Add({audit.host,
               ReleaseOf(audit),
               WithCommas(counts.cells),
               {WithCommas(counts.done),
                counts.done < counts.cells ? Paint::kDoubtful : Paint::kNone},
               {WithCommas(counts.broken),
                counts.broken > 0 ? Paint::kBad : Paint::kDim},
               absl::StrFormat("%.1f", absl::ToDoubleSeconds(audit.elapsed)),
               audit.genome.ShortHex(),
               letters[i]});
  }
  return table.Render(console) + Together(audits, groups, console);
}

std::string BootJson(const std::vector<BootedAudit>& audits,
                     const std::vector<KernelGroup>& groups) {
  const std::vector<std::string> letters = LettersOf(groups, audits.size());
  Json kernels = Json::array();
  for (size_t i = 0; i < audits.size(); ++i) {
    const absl::StatusOr<Audit>& audit = audits[i].audit;
    Json kernel = {{"kernel", audits[i].kernel.name},
                   {"group", letters[i]},
                   {"reason", std::string(audit.status().message())},
                   {"audit", audit.ok() ? Json::parse(AuditJson(*audit))
                                        : Json::object()}};
    kernels.push_back(std::move(kernel));
  }
  Json list = Json::array();
  for (size_t i = 0; i < groups.size(); ++i) {
    Json members = Json::array();
    for (const size_t member : groups[i].members) {
      members.push_back(audits[member].audit->host);
    }
    list.push_back({{"group", GroupLetter(i)},
                    {"kernels", std::move(members)},
                    {"differing", groups[i].differing_cells},
                    {"plans", groups[i].differing_plans}});
  }
  return Printed({{"schema", "sockdrift.boot/1"},
                  {"kernels", std::move(kernels)},
                  {"groups", std::move(list)}});
}

std::string BootKtap(const std::vector<BootedAudit>& audits) {
  std::vector<KtapGroup> groups;
  for (const BootedAudit& one : audits) {
    groups.push_back(
        {.name = one.audit.ok() ? one.audit->host : one.kernel.name,
         .document = one.audit.ok() ? AuditKtap(*one.audit) : "",
         .why = one.audit.ok() ? one.audit->trouble
                               : std::string(one.audit.status().message())});
  }
  return KtapOf(groups);
}

}  // namespace sockdrift
