#include "cli/ladder_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 100;  // where output is no terminal

std::string LayerText(int layer) {
  switch (layer) {
    case v1::LADDER_LAYER_KERNEL:
      return "kernel";
    case v1::LADDER_LAYER_SYSCTLS:
      return "sysctls";
    case v1::LADDER_LAYER_NAMESPACE:
      return "namespace";
    default:
      return "unknown";
  }
}

std::string LayersText(const v1::LadderFinding& finding) {
  return absl::StrJoin(
      finding.layers(), " or ",
      [](std::string* out, int layer) { out->append(LayerText(layer)); });
}

// Where nobody is compared with the lowest rung, it changes nothing.
bool Compared(const v1::PlanLadder& plan) {
  return !plan.against_host_id().empty();
}

std::string RungsText(const v1::PlanLadder& plan, const Console& console) {
  Table table({{.title = "  RUNG"},
               {.title = "DONE", .alignment = Alignment::kRight},
               {.title = Compared(plan) ? "DIFFER" : "CHANGED",
                .alignment = Alignment::kRight},
               {.title = "", .shrinks = true}});
  for (const v1::LadderRung& rung : plan.rungs()) {
    const bool refused = !rung.refusal().empty();
    const auto count = [&](int64_t number) {
      return refused ? std::string("-")
                     : WithCommas(static_cast<uint64_t>(number));
    };
    table.Add({absl::StrCat("  ", WorldText(rung.world())),
               count(rung.done_count()), count(rung.changed_count()),
               refused ? "not measured: " + rung.refusal() : ""});
  }
  return table.Render(console);
}

std::string Line(const std::string& text, const Console& console) {
  const size_t width = std::min(console.width(), kTextWidth);
  return absl::StrCat("  ", Wrapped(text, width - 2, "      "), "\n");
}

std::string FindingText(const v1::LadderFinding& finding,
                        const Console& console) {
  return Line(
      absl::StrCat(LayersText(finding), ": ",
                   Counted(static_cast<uint64_t>(finding.cell_count()),
                           "cell changes", "cells change"),
                   " first in ", WorldText(finding.world()), ", such as ",
                   finding.example_cell(), ": ", finding.example_change()),
      console);
}

std::string PlanText(const std::string& host, const v1::PlanLadder& plan,
                     const Console& console) {
  std::string text = absl::StrCat(
      console.Painted(plan.plan(), Paint::kBold), ": ",
      Counted(static_cast<uint64_t>(plan.cell_count()), "cell", "cells"),
      " on ", host,
      Compared(plan) ? absl::StrCat(" against ", plan.against_host_id())
                     : std::string(),
      "\n", RungsText(plan, console));
  for (const v1::LadderFinding& finding : plan.findings()) {
    text += FindingText(finding, console);
  }
  if (plan.unchanged_count() > 0) {
    text +=
        Line(absl::StrCat(Counted(static_cast<uint64_t>(plan.unchanged_count()),
                                  "cell changes", "cells change"),
                          " on no rung that was measured",
                          Compared(plan)
                              ? ""
                              : ": against another host (--against) the lowest "
                                "rung would tell the kernels apart"),
             console);
  }
  for (const std::string& suspect : plan.suspects()) {
    text += Line("suspect: " + suspect, console);
  }
  return text;
}

Json RungJson(const v1::LadderRung& rung) {
  return {{"world", WorldText(rung.world())},
          {"measured", rung.refusal().empty()},
          {"reason", rung.refusal()},
          {"done", rung.done_count()},
          {"changed", rung.changed_count()}};
}

Json FindingJson(const v1::LadderFinding& finding) {
  Json layers = Json::array();
  for (const int layer : finding.layers()) layers.push_back(LayerText(layer));
  return {{"layers", std::move(layers)},
          {"world", WorldText(finding.world())},
          {"cells", finding.cell_count()},
          {"example", finding.example_cell()},
          {"change", finding.example_change()}};
}

}  // namespace

std::string LadderText(const std::string& host, const PlanLadders& plans,
                       const Console& console) {
  std::vector<std::string> texts;
  for (const v1::PlanLadder& plan : plans) {
    texts.push_back(PlanText(host, plan, console));
  }
  return absl::StrJoin(texts, "\n");
}

std::string LadderJson(const std::string& host, const PlanLadders& plans) {
  Json list = Json::array();
  for (const v1::PlanLadder& plan : plans) {
    Json rungs = Json::array();
    for (const v1::LadderRung& rung : plan.rungs()) {
      rungs.push_back(RungJson(rung));
    }
    Json findings = Json::array();
    for (const v1::LadderFinding& finding : plan.findings()) {
      findings.push_back(FindingJson(finding));
    }
    Json suspects = Json::array();
    for (const std::string& suspect : plan.suspects()) {
      suspects.push_back(suspect);
    }
    list.push_back({{"plan", plan.plan()},
                    {"digest", HexDigest(plan.measurement_digest())},
                    {"against", plan.against_host_id()},
                    {"cells", plan.cell_count()},
                    {"rungs", std::move(rungs)},
                    {"findings", std::move(findings)},
                    {"unchanged", plan.unchanged_count()},
                    {"suspects", std::move(suspects)}});
  }
  return Printed({{"schema", "sockdrift.ladder/1"},
                  {"host", host},
                  {"plans", std::move(list)}});
}

ExitCode ExitCodeOf(const PlanLadders& plans) {
  bool compared = false;
  for (const v1::PlanLadder& plan : plans) {
    if (!plan.findings().empty()) return ExitCode::kFindings;
    compared |= plan.unchanged_count() > 0;
  }
  return compared ? ExitCode::kFine : ExitCode::kCouldNotTell;
}

}  // namespace sockdrift
