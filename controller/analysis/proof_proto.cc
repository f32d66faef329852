#include "controller/analysis/proof_proto.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "controller/runs/run_proto.h"
#include "core/base/status_macros.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {
namespace {

v1::ProofVerdict ToProto(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::kProven:
      return v1::PROOF_VERDICT_PROVEN;
    case ProofVerdict::kRefuted:
      return v1::PROOF_VERDICT_REFUTED;
    case ProofVerdict::kPartly:
      return v1::PROOF_VERDICT_PARTLY;
    case ProofVerdict::kUntested:
      return v1::PROOF_VERDICT_UNTESTED;
  }
  return v1::PROOF_VERDICT_UNSPECIFIED;
}

absl::StatusOr<ProofVerdict> FromProto(v1::ProofVerdict verdict) {
  switch (verdict) {
    case v1::PROOF_VERDICT_PROVEN:
      return ProofVerdict::kProven;
    case v1::PROOF_VERDICT_REFUTED:
      return ProofVerdict::kRefuted;
    case v1::PROOF_VERDICT_PARTLY:
      return ProofVerdict::kPartly;
    case v1::PROOF_VERDICT_UNTESTED:
      return ProofVerdict::kUntested;
    default:
      return absl::InvalidArgumentError(
          absl::StrCat("verdict ", static_cast<int>(verdict),
                       " of an experiment is not known here"));
  }
}

void WriteCounts(const TrialCounts& counts, v1::ProofEvidence& out) {
  out.set_cell_count(static_cast<int64_t>(counts.asked));
  out.set_tested_count(static_cast<int64_t>(counts.tested()));
  out.set_followed_count(static_cast<int64_t>(counts.followed));
  out.set_group_followed_count(static_cast<int64_t>(counts.group_followed));
  out.set_first_followed_count(static_cast<int64_t>(counts.reference_followed));
  out.set_otherwise_count(static_cast<int64_t>(counts.otherwise));
  out.set_not_done_count(static_cast<int64_t>(counts.not_done));
  out.set_not_reproduced_count(static_cast<int64_t>(counts.not_reproduced));
}

TrialCounts ReadCounts(const v1::ProofEvidence& proto) {
  TrialCounts counts;
  counts.asked = static_cast<size_t>(proto.cell_count());
  counts.followed = static_cast<size_t>(proto.followed_count());
  counts.group_followed = static_cast<size_t>(proto.group_followed_count());
  counts.reference_followed = static_cast<size_t>(proto.first_followed_count());
  counts.otherwise = static_cast<size_t>(proto.otherwise_count());
  counts.not_done = static_cast<size_t>(proto.not_done_count());
  counts.not_reproduced = static_cast<size_t>(proto.not_reproduced_count());
  counts.unmoved = static_cast<size_t>(proto.tested_count()) - counts.tested();
  return counts;
}

}  // namespace

v1::ProofEvidence ToProto(const Proof& proof) {
  v1::ProofEvidence out;
  out.set_verdict(ToProto(proof.verdict));
  for (const TrialSetting& setting : proof.settings) {
    v1::ProofSetting& written = *out.add_settings();
    written.set_sysctl(setting.sysctl);
    written.set_group_value(setting.group_value);
    written.set_first_value(setting.reference_value);
  }
  out.set_group_host_id(proof.group_host);
  out.set_first_host_id(proof.reference_host);
  out.set_world(ToProto(proof.world));
  WriteCounts(proof.counts, out);
  for (const std::string& run : proof.runs) out.add_run_ids(run);
  *out.mutable_end_time() = ToTimestamp(proof.ended);
  out.set_reason(proof.reason);
  out.set_text(RenderProof(proof));
  return out;
}

absl::StatusOr<Proof> FromProto(const v1::ProofEvidence& proto) {
  Proof proof;
  SOCKDRIFT_ASSIGN_OR_RETURN(proof.verdict, FromProto(proto.verdict()));
  SOCKDRIFT_ASSIGN_OR_RETURN(proof.world, FromProto(proto.world()));
  for (const v1::ProofSetting& setting : proto.settings()) {
    proof.settings.push_back(
        {setting.sysctl(), setting.group_value(), setting.first_value()});
  }
  proof.group_host = proto.group_host_id();
  proof.reference_host = proto.first_host_id();
  proof.counts = ReadCounts(proto);
  proof.runs.assign(proto.run_ids().begin(), proto.run_ids().end());
  proof.ended = FromTimestamp(proto.end_time());
  proof.reason = proto.reason();
  return proof;
}

ProofRow RowOf(const Proof& proof, const PlanGroups& plan, size_t group) {
  return {
      .measurement = plan.key.measurement,
      .world = plan.key.world,
      .behaviour = plan.grouping.groups[group].behaviour,
      .reference = plan.grouping.groups[0].behaviour,
      .facts = absl::StrJoin(proof.settings, " ",
                             [](std::string* out, const TrialSetting& setting) {
                               out->append(setting.sysctl);
                             }),
      .body = ToProto(proof).SerializeAsString()};
}

absl::StatusOr<std::vector<std::vector<Proof>>> ReadProofs(
    Store& store, const PlanGroups& plan) {
  const std::vector<Group>& groups = plan.grouping.groups;
  std::vector<std::vector<Proof>> proofs(groups.size());
  if (groups.size() < 2) return proofs;
  SOCKDRIFT_ASSIGN_OR_RETURN(
      const std::vector<ProofRow> rows,
      store.Proofs(plan.key.measurement, plan.key.world));
  for (const ProofRow& row : rows) {
    v1::ProofEvidence proto;
    proto.ParseFromString(row.body);
    SOCKDRIFT_ASSIGN_OR_RETURN(const Proof proof, FromProto(proto));
    const Digest& first = groups[0].behaviour;
    for (size_t i = 1; i < groups.size(); ++i) {
      const Digest& other = groups[i].behaviour;
      if (row.behaviour == other && row.reference == first) {
        proofs[i].push_back(proof);
      } else if (row.behaviour == first && row.reference == other) {
        proofs[i].push_back(Reversed(proof));
      }
    }
  }
  // The same may have been tried from either side: the newest counts.
  for (std::vector<Proof>& of_group : proofs) {
    std::ranges::stable_sort(of_group, [](const Proof& a, const Proof& b) {
      return a.ended > b.ended;
    });
  }
  return proofs;
}

}  // namespace sockdrift
