#include "cli/baseline_report.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr int kHostsNamed = 3;

Json SummaryJson(const v1::Baseline& baseline) {
  return {{"name", baseline.name()},
          {"source", baseline.source()},
          {"set", TimeText(baseline.set_time())},
          {"hosts", baseline.host_count()},
          {"plans", baseline.plan_count()}};
}

std::string HostsOf(const v1::BaselineBehaviour& behaviour,
                    const v1::Baseline& baseline) {
  const auto& hosts = behaviour.host_ids();
  if (hosts.size() == baseline.hosts_size()) {
    return hosts.size() == 1 ? hosts[0] : "all";
  }
  if (hosts.size() <= kHostsNamed) return absl::StrJoin(hosts, ", ");
  return absl::StrCat(
      absl::StrJoin(hosts.begin(), hosts.begin() + kHostsNamed, ", "), " and ",
      hosts.size() - kHostsNamed, " more");
}

std::string HostsTable(const v1::Baseline& baseline, const Console& console) {
  Table table({{.title = "HOST", .shrinks = true},
               {.title = "KERNEL", .shrinks = true},
               {.title = "ARCH"},
               {.title = "DISTRIBUTION", .shrinks = true},
               {.title = "TAKEN"}});
  for (const v1::BaselineHost& host : baseline.hosts()) {
    table.Add({host.host_id(), host.kernel_release(), host.arch(),
               host.distribution(), TimeText(host.taken_time())});
  }
  return table.Render(console);
}

std::string PlansTable(const v1::Baseline& baseline, const Console& console) {
  Table table({{.title = "PLAN", .shrinks = true},
               {.title = "WORLD"},
               {.title = "BEHAVIOUR"},
               {.title = "DONE", .alignment = Alignment::kRight},
               {.title = "NOT DONE", .alignment = Alignment::kRight},
               {.title = "HOSTS", .shrinks = true}});
  for (const v1::BaselinePlan& plan : baseline.plans()) {
    for (const v1::BaselineBehaviour& behaviour : plan.behaviours()) {
      const auto missing = static_cast<uint64_t>(behaviour.not_done_count());
      table.Add(
          {plan.plan(),
           WorldText(plan.world()),
           ShortDigest(behaviour.behaviour_digest()),
           WithCommas(static_cast<uint64_t>(behaviour.done_count())),
           {WithCommas(missing), missing > 0 ? Paint::kDoubtful : Paint::kDim},
           HostsOf(behaviour, baseline)});
    }
  }
  return table.Render(console);
}

Json PlanJson(const v1::BaselinePlan& plan) {
  Json behaviours = Json::array();
  for (const v1::BaselineBehaviour& behaviour : plan.behaviours()) {
    behaviours.push_back(
        {{"measurement", HexDigest(behaviour.measurement_digest())},
         {"behaviour", HexDigest(behaviour.behaviour_digest())},
         {"hosts", std::vector<std::string>(behaviour.host_ids().begin(),
                                            behaviour.host_ids().end())},
         {"done", behaviour.done_count()},
         {"not_done", behaviour.not_done_count()}});
  }
  return {{"plan", plan.plan()},
          {"world", WorldText(plan.world())},
          {"behaviours", std::move(behaviours)}};
}

}  // namespace

std::string BaselinesTable(const v1::ListBaselinesResponse& response,
                           const Console& console) {
  Table table({{.title = "NAME", .shrinks = true},
               {.title = "HOSTS", .alignment = Alignment::kRight},
               {.title = "PLANS", .alignment = Alignment::kRight},
               {.title = "SET"},
               {.title = "SOURCE", .shrinks = true}});
  for (const v1::Baseline& baseline : response.baselines()) {
    table.Add({baseline.name(), absl::StrCat(baseline.host_count()),
               absl::StrCat(baseline.plan_count()),
               TimeText(baseline.set_time()), baseline.source()});
  }
  return table.Render(console);
}

std::string BaselinesJson(const v1::ListBaselinesResponse& response) {
  Json baselines = Json::array();
  for (const v1::Baseline& baseline : response.baselines()) {
    baselines.push_back(SummaryJson(baseline));
  }
  return Printed({{"schema", "sockdrift.baselines/1"},
                  {"baselines", std::move(baselines)}});
}

std::string BaselineText(const v1::Baseline& baseline, const Console& console) {
  return absl::StrCat(baseline.name(), ": ", baseline.source(), ", set ",
                      TimeText(baseline.set_time()), "\n\n",
                      HostsTable(baseline, console), "\n",
                      PlansTable(baseline, console));
}

std::string BaselineJson(const v1::Baseline& baseline) {
  Json hosts = Json::array();
  for (const v1::BaselineHost& host : baseline.hosts()) {
    hosts.push_back({{"host", host.host_id()},
                     {"taken", TimeText(host.taken_time())},
                     {"kernel", host.kernel_release()},
                     {"arch", host.arch()},
                     {"distribution", host.distribution()}});
  }
  Json plans = Json::array();
  for (const v1::BaselinePlan& plan : baseline.plans()) {
    plans.push_back(PlanJson(plan));
  }
  return Printed({{"schema", "sockdrift.baseline/1"},
                  {"name", baseline.name()},
                  {"source", baseline.source()},
                  {"set", TimeText(baseline.set_time())},
                  {"hosts", std::move(hosts)},
                  {"plans", std::move(plans)}});
}

}  // namespace sockdrift
