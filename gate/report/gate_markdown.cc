#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "core/divergence/render.h"
#include "gate/report/gate_causes.h"
#include "gate/report/gate_report.h"

namespace sockdrift {
namespace {

// Text of a table's cell or a list's item: nothing in it is markup.
std::string Escaped(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"},
                                    {"|", "\\|"},
                                    {"*", "\\*"},
                                    {"_", "\\_"},
                                    {"`", "\\`"},
                                    {"[", "\\["},
                                    {"<", "&lt;"},
                                    {"&", "&amp;"},
                                    {"\n", " "}});
}

void AddDivergences(const GateReport& report, std::string& out) {
  if (report.judgement->divergences.empty()) return;
  absl::StrAppend(&out,
                  "\n### Divergences\n\n"
                  "| | plan | what differs from the baseline | hosts |\n"
                  "| --- | --- | --- | --- |\n");
  for (const Divergence& divergence : report.judgement->divergences) {
    std::string state = Disposition(divergence);
    if (divergence.waiver.has_value()) {
      absl::StrAppend(&state,
                      divergence.waiver_expired ? ", expired waiver " : " ",
                      report.WaiverOf(divergence).id);
    }
    for (const Rule& rule : divergence.rules) {
      absl::StrAppend(&out, "| ", Escaped(state), " | ",
                      Escaped(PlanTitle(divergence.plan, divergence.world)),
                      " | ", Escaped(RenderRule(rule, *divergence.program)),
                      " | ", Escaped(HostList(report, divergence.hosts)),
                      " |\n");
    }
  }
}

// What is known of the divergences, those of which nothing is left out.
void AddCauses(const GateReport& report, std::string& out) {
  std::string list;
  for (const Divergence& divergence : report.judgement->divergences) {
    for (const std::string& line :
         CauseLinesOf(report, divergence, std::string::npos)) {
      absl::StrAppend(&list, "- ",
                      Escaped(PlanTitle(divergence.plan, divergence.world)),
                      ": ", Escaped(line), "\n");
    }
  }
  if (!list.empty()) {
    absl::StrAppend(&out, "\n### What is known of them\n\n", list);
  }
}

void AddGaps(const GateReport& report, std::string& out) {
  if (report.judgement->gaps.empty()) return;
  absl::StrAppend(&out, "\n### Missing data\n\n");
  for (const Gap& gap : report.judgement->gaps) {
    absl::StrAppend(&out, "- ", Escaped(GapText(gap)));
    if (!gap.hosts.empty()) {
      absl::StrAppend(&out, " (", Escaped(HostList(report, gap.hosts)), ")");
    }
    absl::StrAppend(&out, "\n");
  }
}

}  // namespace

std::string GateMarkdown(const GateReport& report) {
  const Judgement& judgement = *report.judgement;
  std::string out =
      absl::StrCat("## sockdrift gate ", Escaped(report.rules->name), ": ",
                   GateVerdictName(judgement.verdict), "\n\n");
  for (const std::string& reason : Reasons(report)) {
    absl::StrAppend(&out, "- ", Escaped(reason), "\n");
  }
  AddDivergences(report, out);
  AddCauses(report, out);
  AddGaps(report, out);
  if (!judgement.waivers.empty()) absl::StrAppend(&out, "\n### Waivers\n\n");
  for (size_t i = 0; i < judgement.waivers.size(); ++i) {
    absl::StrAppend(
        &out, "- ",
        Escaped(WaiverText(report.rules->waivers[i], judgement.waivers[i])),
        "\n");
  }
  return out;
}

}  // namespace sockdrift
