#include "controller/web/report_page.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "atlas/embedded_atlas.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "report/report.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

constexpr char kHtml[] = "text/html; charset=utf-8";
constexpr char kText[] = "text/plain; charset=utf-8";

absl::StatusOr<v1::AnalysisScope> ScopeOf(const WebParameters& parameter) {
  v1::AnalysisScope scope;
  if (!parameter("plan").empty()) scope.add_plans(parameter("plan"));
  scope.set_selector(parameter("selector"));
  scope.set_run_id(parameter("run"));
  if (!parameter("world").empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const World world,
                               ParseWorld(parameter("world")));
    scope.set_world(ToProto(world));
  }
  return scope;
}

WebAnswer Refusal(const absl::Status& status) {
  int code = 500;
  if (absl::IsNotFound(status)) code = 404;
  if (absl::IsInvalidArgument(status)) code = 400;
  if (absl::IsUnavailable(status)) code = 503;
  return {code, kText, std::string(status.message()) + "\n"};
}

// Hosts by name, each with its index in the report.
void AddHosts(const std::vector<PlanGroups>& plans,
              std::map<std::string, size_t>& indices, ReportInput& input) {
  std::map<std::string, ReportedHost> hosts;
  for (const PlanGroups& plan : plans) {
    for (const HostShowing& shown : plan.hosts) {
      ReportedHost& host = hosts[shown.host];
      host.name = shown.host;
      if (shown.facts != nullptr) host.facts = shown.facts.get();
      host.seen = std::max(host.seen, shown.seen);
    }
  }
  for (auto& [name, host] : hosts) {
    indices[name] = input.hosts.size();
    input.hosts.push_back(std::move(host));
  }
}

void AddPlans(const std::vector<PlanGroups>& plans,
              const std::map<std::string, size_t>& indices,
              ReportInput& input) {
  for (const PlanGroups& plan : plans) {
    ReportedPlan& reported = input.plans.emplace_back();
    reported.plan = plan.plan;
    reported.world = plan.key.world;
    for (const HostShowing& shown : plan.hosts) {
      reported.records.push_back({.host = indices.at(shown.host),
                                  .program = &plan.program->program,
                                  .measurement = plan.key.measurement,
                                  .record = shown.record.get(),
                                  .behaviour = shown.behaviour});
    }
    for (const AcknowledgedCells& meant : plan.acknowledged) {
      const AcknowledgementRow& row = meant.by->row;
      ReportedAcknowledgement& one = reported.acknowledged.emplace_back();
      one.id = row.id;
      one.owner = row.owner;
      one.reason = row.reason;
      one.link = row.link;
      one.expires = row.expires;
      one.expired = meant.expired;
      one.cells = meant.cells.size();
      for (const size_t host : meant.hosts) {
        one.hosts.push_back(indices.at(plan.hosts[host].host));
      }
    }
  }
}

}  // namespace

absl::StatusOr<std::string> FleetReport::Make(const v1::AnalysisScope& scope,
                                              const Catalogue& catalogue,
                                              const ClaimBook& claims) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<PlanGroups> plans,
                             analysis_.Select(scope));
  ReportInput input;
  input.title = FleetTitle(scope.run_id(), scope.selector());
  input.made_by = "sockdrift " SOCKDRIFT_VERSION;
  input.made = absl::Now();
  input.claims = &claims;
  input.atlas = &BuiltInAtlas();
  for (const PlanOfRun& known : *catalogue) {
    input.catalogue.push_back(&known.plan);
  }
  std::map<std::string, size_t> indices;
  AddHosts(plans, indices, input);
  AddPlans(plans, indices, input);
  return ReportPage(input);
}

std::shared_ptr<const ClaimBook> FleetReport::ClaimsOf(
    const Catalogue& catalogue, uint64_t& generation) {
  MutexLock lock(&mutex_);
  if (catalogue != catalogue_) {
    catalogue_ = catalogue;
    ++generation_;
    absl::StatusOr<ClaimBook> book = ClaimsWith(plan_folders_);
    if (book.ok()) {
      claims_ = std::make_shared<const ClaimBook>(*std::move(book));
    } else {
      Log(LogLevel::kError, "claims in reports stay as they were",
          {{"error", std::string(book.status().message())}});
      if (claims_ == nullptr) {
        claims_ = std::make_shared<const ClaimBook>(BuiltInClaims());
      }
    }
  }
  generation = generation_;
  return claims_;
}

WebAnswer FleetReport::Answer(const WebParameters& parameter) {
  const absl::StatusOr<v1::AnalysisScope> scope = ScopeOf(parameter);
  if (!scope.ok()) return Refusal(scope.status());
  const Catalogue catalogue = hub_.Catalogue();
  uint64_t generation = 0;
  const std::shared_ptr<const ClaimBook> claims =
      ClaimsOf(catalogue, generation);
  const auto make = [&] { return Make(*scope, catalogue, *claims); };
  // A run that goes on changes without a sighting.
  const absl::StatusOr<std::string> page =
      scope->run_id().empty()
          ? pages_.Get(
                scope->SerializeAsString(),
                absl::StrCat(generation, " ", analysis_.Snapshot()->number),
                make)
          : pages_.Make(make);
  if (!page.ok()) return Refusal(page.status());
  return {200, kHtml, *page};
}

}  // namespace sockdrift
