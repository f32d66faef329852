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
    case v1::LADDER_LAYER_CGROUP:
      return "cgroup";
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

// "replica", "pristine, root cgroup": of a rung or a finding.
template <typename OnARung>
std::string RungText(const OnARung& on) {
  return absl::StrCat(WorldText(on.world()),
                      on.root_cgroup() ? ", root cgroup" : "");
}

// Where nobody is compared with the lowest rung, it changes nothing.
bool Compared(const v1::PlanLadder& plan) {
  return !plan.against_host_id().empty();
}

// Cells that no rung could compare.
int64_t Unmeasured(const v1::PlanLadder& plan) {
  int64_t left = plan.cell_count() - plan.unchanged_count();
  for (const v1::LadderFinding& finding : plan.findings()) {
    left -= finding.cell_count();
  }
  return left;
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
    table.Add({absl::StrCat("  ", RungText(rung)), count(rung.done_count()),
               count(rung.changed_count()),
               refused ? "not measured: " + rung.refusal() : rung.note()});
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
                   " first in ", RungText(finding), ", such as ",
                   finding.example_cell(), ": ", finding.example_change()),
      console);
}

std::string RungsWithout(const v1::PlanLadder& plan) {
  std::vector<std::string> missing;
  for (const v1::LadderRung& rung : plan.rungs()) {
    if (!rung.refusal().empty()) missing.push_back(RungText(rung));
  }
  return absl::StrJoin(missing, "; ");
}

// What it means that cells change nowhere, which depends on what was asked.
std::string UnchangedText(const v1::PlanLadder& plan) {
  const auto unchanged = static_cast<uint64_t>(plan.unchanged_count());
  if (!Compared(plan)) {
    return absl::StrCat(
        Counted(unchanged, "cell answers", "cells answer"),
        " alike on every rung that was measured, so nothing that these add "
        "changes them; whether the kernel does, another host tells "
        "(--against)");
  }
  if (!plan.known_to_differ()) {
    return absl::StrCat(
        Counted(unchanged, "cell answers", "cells answer"), " as on ",
        plan.against_host_id(),
        " on every rung that was measured: these do not differ");
  }
  const std::string without = RungsWithout(plan);
  return absl::StrCat(
      Counted(unchanged, "cell", "cells"),
      " in which the hosts differed when they were last measured ",
      unchanged == 1 ? "is" : "are", " alike on every rung that was measured: ",
      without.empty() ? std::string()
                      : absl::StrCat("the cause is on a rung that was not (",
                                     without, "), or "),
      "a host has changed since");
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
    text += Line(UnchangedText(plan), console);
  }
  const int64_t unmeasured = Unmeasured(plan);
  if (unmeasured > 0) {
    text +=
        Line(absl::StrCat(
                 Counted(static_cast<uint64_t>(unmeasured), "cell", "cells"),
                 " could not be compared: not DONE ",
                 Compared(plan) ? "on both hosts on any rung" : "on two rungs"),
             console);
  }
  for (const std::string& suspect : plan.suspects()) {
    text += Line("suspect: " + suspect, console);
  }
  return text;
}

template <typename OnARung>
const char* CgroupText(const OnARung& on) {
  return on.root_cgroup() ? "root" : "own";
}

Json RungJson(const v1::LadderRung& rung) {
  return {{"world", WorldText(rung.world())},
          {"cgroup", CgroupText(rung)},
          {"measured", rung.refusal().empty()},
          {"reason", rung.refusal()},
          {"note", rung.note()},
          {"done", rung.done_count()},
          {"changed", rung.changed_count()}};
}

Json FindingJson(const v1::LadderFinding& finding) {
  Json layers = Json::array();
  for (const int layer : finding.layers()) layers.push_back(LayerText(layer));
  return {{"layers", std::move(layers)},
          {"world", WorldText(finding.world())},
          {"cgroup", CgroupText(finding)},
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
                    {"not_compared", Unmeasured(plan)},
                    {"known_to_differ", plan.known_to_differ()},
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
