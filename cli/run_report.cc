#include "cli/run_report.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kHostsShown = 30;
constexpr size_t kReasonsShown = 10;

std::string Number(int64_t count) {
  return WithCommas(static_cast<uint64_t>(count));
}

Paint PaintOf(v1::RunHostState state) {
  switch (state) {
    case v1::RUN_HOST_STATE_ANSWERED:
      return Paint::kGood;
    case v1::RUN_HOST_STATE_FAILED:
      return Paint::kBad;
    default:
      return Paint::kDoubtful;
  }
}

std::string PhaseWord(v1::RunPhase phase) {
  return absl::AsciiStrToLower(
      absl::StripPrefix(v1::RunPhase_Name(phase), "RUN_PHASE_"));
}

// Those without an answer first: they are what needs a look.
std::vector<const v1::RunHost*> InOrder(const RunView& view) {
  std::vector<const v1::RunHost*> hosts;
  for (const auto& [name, host] : view.hosts) hosts.push_back(&host);
  std::stable_partition(hosts.begin(), hosts.end(),
                        [](const v1::RunHost* host) {
                          return host->state() != v1::RUN_HOST_STATE_ANSWERED;
                        });
  return hosts;
}

std::string HostsTable(const RunView& view, const Console& console) {
  Table table({{.title = "HOST", .shrinks = true},
               {.title = "STATE"},
               {.title = "GENOME"},
               {.title = "REASON", .shrinks = true}});
  const std::vector<const v1::RunHost*> hosts = InOrder(view);
  for (size_t i = 0; i < std::min(hosts.size(), kHostsShown); ++i) {
    table.Add({hosts[i]->host_id(),
               {StateWord(hosts[i]->state()), PaintOf(hosts[i]->state())},
               ShortDigest(hosts[i]->genome_digest()),
               hosts[i]->reason()});
  }
  std::string text = table.Render(console);
  if (hosts.size() > kHostsShown) {
    absl::StrAppend(&text, "… and ", hosts.size() - kHostsShown,
                    " more: --output json has them all\n");
  }
  return text;
}

std::string PlansTable(const RunView& view, const Console& console) {
  Table table({{.title = "PLAN", .shrinks = true},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "DONE", .alignment = Alignment::kRight},
               {.title = "SKIP", .alignment = Alignment::kRight},
               {.title = "ERROR", .alignment = Alignment::kRight},
               {.title = "UNSTABLE", .alignment = Alignment::kRight},
               {.title = "MISS", .alignment = Alignment::kRight}});
  for (const v1::RunPlan& plan : view.run.plans()) {
    table.Add({plan.plan(), Number(plan.cell_count()),
               Number(plan.cells().done_count()),
               Number(plan.cells().skip_count()),
               Number(plan.cells().error_count()),
               Number(plan.cells().unstable_count()),
               Number(plan.cells().miss_count())});
  }
  return table.Render(console);
}

std::string NotDone(const RunView& view, const Console& console) {
  if (view.not_done.empty()) return "";
  std::string text = absl::StrCat(
      "\n", console.Painted("Cells that are not DONE", Paint::kBold), "\n");
  const size_t shown = std::min(view.not_done.size(), kReasonsShown);
  for (size_t i = 0; i < shown; ++i) {
    const NotDoneCells& one = view.not_done[i];
    absl::StrAppend(
        &text,
        CutTo(absl::StrCat(
                  "  ", one.plan, ": ", Number(one.cells), " ",
                  CellStatusName(one.status), ": ",
                  one.reason.empty() ? "no reason was given" : one.reason),
              console.width()),
        "\n");
  }
  if (shown < view.not_done.size()) {
    absl::StrAppend(&text, "  … and ", view.not_done.size() - shown,
                    " more: --output json has them all\n");
  }
  return text;
}

Json ReasonList(const RunView& view, const std::string& plan) {
  Json reasons = Json::array();
  for (const NotDoneCells& one : view.not_done) {
    if (one.plan != plan) continue;
    reasons.push_back({{"status", std::string(CellStatusName(one.status))},
                       {"reason", one.reason},
                       {"cells", one.cells}});
  }
  return reasons;
}

Json HostList(const RunView& view, v1::RunHostState state) {
  Json list = Json::array();
  for (const auto& [name, host] : view.hosts) {
    if (host.state() != state) continue;
    list.push_back({{"host", name},
                    {"genome", HexDigest(host.genome_digest())},
                    {"reason", host.reason()}});
  }
  return list;
}

Json PlanList(const RunView& view) {
  Json plans = Json::array();
  for (const v1::RunPlan& plan : view.run.plans()) {
    plans.push_back({{"plan", plan.plan()},
                     {"digest", HexDigest(plan.measurement_digest())},
                     {"cells", plan.cell_count()},
                     {"subset", plan.subset()},
                     {"done", plan.cells().done_count()},
                     {"skip", plan.cells().skip_count()},
                     {"error", plan.cells().error_count()},
                     {"unstable", plan.cells().unstable_count()},
                     {"miss", plan.cells().miss_count()},
                     {"reasons", ReasonList(view, plan.plan())}});
  }
  return plans;
}

}  // namespace

std::string StateWord(v1::RunHostState state) {
  return absl::AsciiStrToLower(
      absl::StripPrefix(v1::RunHostState_Name(state), "RUN_HOST_STATE_"));
}

std::string RunProgress(const RunView& view, int64_t seconds_left) {
  const v1::RunTally& tally = view.run.tally();
  int64_t finished = 0;
  int64_t total = 0;
  for (const auto& [name, host] : view.hosts) {
    if (host.state() != v1::RUN_HOST_STATE_HELD) continue;
    finished += host.finished_count();
    total += host.total_count();
  }
  std::string at_work = absl::StrCat(tally.held_count(), " at work");
  if (total > 0) absl::StrAppend(&at_work, " (", 100 * finished / total, "%)");
  return absl::StrCat("run ", view.run.run_id(), ": ", tally.answered_count(),
                      " of ", tally.selected_count(), " hosts answered, ",
                      at_work, ", ", tally.wanted_count(), " waiting; ",
                      std::max<int64_t>(seconds_left, 0), " s left");
}

std::string RunText(const RunView& view, const Console& console) {
  const v1::RunTally& tally = view.run.tally();
  const int64_t seconds =
      view.run.end_time().seconds() - view.run.create_time().seconds();
  std::string text = absl::StrCat(
      "run ", view.run.run_id(), " ", PhaseWord(view.run.phase()),
      view.run.has_end_time() ? absl::StrCat(" after ", seconds, " s") : "",
      ": world ", WorldText(view.run.world()), ", ",
      Counted(static_cast<uint64_t>(tally.selected_count()), "host", "hosts"),
      "\n\n", HostsTable(view, console), "\nanswered ", tally.answered_count(),
      ", failed ", tally.failed_count(), ", late ", tally.late_count(),
      ", offline ", tally.offline_count(), ", refused ", tally.refused_count());
  if (tally.wanted_count() + tally.held_count() > 0) {
    absl::StrAppend(&text, "; still waiting ", tally.wanted_count(),
                    ", at work ", tally.held_count());
  }
  return absl::StrCat(text, "\n\n", PlansTable(view, console),
                      NotDone(view, console));
}

std::string RunJson(const RunView& view) {
  Json overrides = Json::object();
  for (const v1::SysctlOverride& one : view.run.overrides()) {
    overrides[one.name()] = one.value();
  }
  Json document = {
      {"schema", "sockdrift.run/1"},
      {"run", view.run.run_id()},
      {"phase", PhaseWord(view.run.phase())},
      {"world", WorldText(view.run.world())},
      {"selector", view.run.selector()},
      {"overrides", std::move(overrides)},
      {"started", TimeText(view.run.create_time())},
      {"deadline", TimeText(view.run.deadline_time())},
      {"ended", view.run.has_end_time() ? TimeText(view.run.end_time()) : ""},
      {"selected", view.run.tally().selected_count()},
      {"plans", PlanList(view)}};
  for (int state = v1::RUN_HOST_STATE_WANTED;
       state <= v1::RUN_HOST_STATE_REFUSED; ++state) {
    const auto which = static_cast<v1::RunHostState>(state);
    document[StateWord(which)] = HostList(view, which);
  }
  return Printed(document);
}

ExitCode ExitCodeOf(const RunView& view) {
  const v1::RunTally& tally = view.run.tally();
  int64_t done = 0;
  for (const v1::RunPlan& plan : view.run.plans()) {
    done += plan.cells().done_count();
  }
  return done > 0 && tally.answered_count() == tally.selected_count()
             ? ExitCode::kFine
             : ExitCode::kCouldNotTell;
}

}  // namespace sockdrift
