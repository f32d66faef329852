#include "controller/baselines/baseline_proto.h"

#include <map>
#include <set>
#include <tuple>

#include "controller/runs/run_proto.h"
#include "core/base/status_macros.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

using PlanKey = std::pair<std::string, World>;

void WriteHost(const BaselineMember& member, Hub& hub, v1::BaselineHost& out) {
  out.set_host_id(member.host);
  *out.mutable_taken_time() = ToTimestamp(member.taken);
  if (!member.facts.has_value()) return;
  const std::shared_ptr<const Facts> facts = hub.FindFacts(*member.facts);
  if (facts == nullptr) return;
  const auto value = [&](const char* name) {
    const auto it = facts->find(name);
    return it == facts->end() ? std::string() : it->second;
  };
  out.set_kernel_release(value("kernel.release"));
  out.set_arch(value("kernel.arch"));
  out.set_distribution(value("os.pretty_name"));
}

absl::Status WritePlan(const std::vector<const BaselineMember*>& members,
                       Hub& hub, v1::BaselinePlan& out) {
  std::map<std::pair<Digest, Digest>, v1::BaselineBehaviour> behaviours;
  for (const BaselineMember* member : members) {
    v1::BaselineBehaviour& one =
        behaviours[{member->behaviour, member->measurement}];
    one.add_host_ids(member->host);
    if (one.host_ids_size() > 1) continue;
    SOCKDRIFT_ASSIGN_OR_RETURN(
        const RecordRow record,
        hub.store().Record(member->record, /*with_body=*/false));
    one.set_measurement_digest(std::string(member->measurement.View()));
    one.set_behaviour_digest(std::string(member->behaviour.View()));
    one.set_done_count(record.done);
    one.set_not_done_count(record.skip + record.error + record.unstable +
                           record.miss);
  }
  for (auto& [key, behaviour] : behaviours) {
    *out.add_behaviours() = std::move(behaviour);
  }
  return absl::OkStatus();
}

}  // namespace

v1::Baseline SummaryOf(const BaselineRow& row) {
  v1::Baseline out;
  out.set_name(row.name);
  out.set_source(row.source);
  *out.mutable_set_time() = ToTimestamp(row.set);
  std::set<std::string> hosts;
  std::set<PlanKey> plans;
  for (const BaselineMember& member : row.members) {
    hosts.insert(member.host);
    plans.insert({member.plan, member.world});
  }
  out.set_host_count(static_cast<int32_t>(hosts.size()));
  out.set_plan_count(static_cast<int32_t>(plans.size()));
  return out;
}

absl::StatusOr<v1::Baseline> DetailsOf(const BaselineRow& row, Hub& hub) {
  v1::Baseline out = SummaryOf(row);
  std::map<std::string, const BaselineMember*> hosts;
  std::map<PlanKey, std::vector<const BaselineMember*>> plans;
  for (const BaselineMember& member : row.members) {
    const BaselineMember*& newest = hosts[member.host];
    if (newest == nullptr || newest->taken < member.taken) newest = &member;
    plans[{member.plan, member.world}].push_back(&member);
  }
  for (const auto& [id, member] : hosts) {
    WriteHost(*member, hub, *out.add_hosts());
  }
  for (const auto& [key, members] : plans) {
    v1::BaselinePlan& plan = *out.add_plans();
    plan.set_plan(key.first);
    plan.set_world(ToProto(key.second));
    SOCKDRIFT_RETURN_IF_ERROR(WritePlan(members, hub, plan));
  }
  return out;
}

}  // namespace sockdrift
