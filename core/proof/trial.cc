#include "core/proof/trial.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/render.h"
#include "core/divergence/separation.h"

namespace sockdrift {
namespace {

// Whether both records show the same in a cell that both have DONE.
bool SameIn(const Record& a, const Record& b, uint32_t cell) {
  for (size_t i = 0; i < a.columns.size(); ++i) {
    if (a.Outcome(i, cell) != b.Outcome(i, cell)) return false;
  }
  return true;
}

// The first of the trial's records in which the cell is not DONE, or null.
const Record* NotDone(const TrialRecords& records, uint32_t cell) {
  const std::array trial = {records.group_control, records.reference_control,
                            records.group_changed, records.reference_changed};
  const auto* const it =
      std::find_if(trial.begin(), trial.end(), [&](const Record* record) {
        return record->status[cell] != CellStatus::kDone;
      });
  return it == trial.end() ? nullptr : *it;
}

void CountCell(const TrialRecords& records, uint32_t cell,
               TrialCounts& counts) {
  if (const Record* open = NotDone(records, cell)) {
    ++counts.not_done;
    if (counts.not_done_reason.empty()) {
      counts.not_done_reason = std::string(open->Reason(cell));
    }
    return;
  }
  if (!SameIn(*records.group, *records.group_control, cell) ||
      !SameIn(*records.reference, *records.reference_control, cell)) {
    ++counts.not_reproduced;
    return;
  }
  const bool group = SameIn(*records.group_changed, *records.reference, cell);
  const bool reference =
      SameIn(*records.reference_changed, *records.group, cell);
  ++(group && reference ? counts.followed
     : group            ? counts.group_followed
     : reference        ? counts.reference_followed
                        : counts.unmoved);
  const auto strange = [&](bool followed, const Record& changed,
                           const Record& before) {
    return !followed && !SameIn(changed, before, cell);
  };
  if (strange(group, *records.group_changed, *records.group) ||
      strange(reference, *records.reference_changed, *records.reference)) {
    ++counts.otherwise;
  }
}

}  // namespace

absl::StatusOr<std::vector<TrialSetting>> SettingsOf(
    absl::Span<const FactCondition> terms, const Facts& group_host,
    const Facts& reference_host) {
  std::vector<TrialSetting> settings;
  bool differ = false;
  for (const FactCondition& term : terms) {
    if (!CanBeSetInWorld(term.fact)) {
      return absl::FailedPreconditionError(
          absl::StrCat(term.fact, " cannot be set in a world"));
    }
    const auto group = group_host.find(term.fact);
    const auto reference = reference_host.find(term.fact);
    if (group == group_host.end() || reference == reference_host.end()) {
      return absl::FailedPreconditionError(
          absl::StrCat(term.fact,
                       " is not known of both hosts: the kernel of "
                       "one may not have it"));
    }
    differ |= group->second != reference->second;
    settings.push_back({term.fact, group->second, reference->second});
  }
  if (!differ) {
    return absl::FailedPreconditionError(
        "both hosts have the same values of it");
  }
  std::sort(settings.begin(), settings.end());
  return settings;
}

TrialCounts CountTrial(absl::Span<const uint32_t> cells,
                       const TrialRecords& records) {
  TrialCounts counts;
  counts.asked = cells.size();
  for (const uint32_t cell : cells) CountCell(records, cell, counts);
  return counts;
}

absl::string_view ProofVerdictName(ProofVerdict verdict) {
  switch (verdict) {
    case ProofVerdict::kProven:
      return "proven";
    case ProofVerdict::kRefuted:
      return "refuted";
    case ProofVerdict::kPartly:
      return "partly";
    case ProofVerdict::kUntested:
      return "untested";
  }
  return "unknown";
}

ProofVerdict JudgeTrial(const TrialCounts& counts) {
  if (counts.tested() == 0) return ProofVerdict::kUntested;
  if (counts.followed == counts.asked) return ProofVerdict::kProven;
  if (counts.unmoved == counts.asked) return ProofVerdict::kRefuted;
  return ProofVerdict::kPartly;
}

Proof Reversed(Proof proof) {
  std::swap(proof.group_host, proof.reference_host);
  std::swap(proof.counts.group_followed, proof.counts.reference_followed);
  for (TrialSetting& setting : proof.settings) {
    std::swap(setting.group_value, setting.reference_value);
  }
  if (proof.runs.size() == 3) std::swap(proof.runs[1], proof.runs[2]);
  return proof;
}

std::string WhyNotAllTested(const TrialCounts& counts) {
  std::vector<std::string> reasons;
  if (counts.not_done > 0) {
    reasons.push_back(absl::StrCat(
        WithCommas(counts.not_done), " of ", WithCommas(counts.asked),
        " cells did not end as DONE",
        counts.not_done_reason.empty() ? "" : ": " + counts.not_done_reason));
  }
  if (counts.not_reproduced > 0) {
    reasons.push_back(absl::StrCat(
        "in ", WithCommas(counts.not_reproduced), " of ",
        WithCommas(counts.asked),
        " cells an unchanged host did not behave as its group does: measure "
        "both again"));
  }
  return absl::StrJoin(reasons, "; ");
}

std::string RenderTrial(const TrialCounts& counts) {
  if (counts.asked > 0 && counts.followed == counts.asked) {
    return absl::StrCat("followed on both hosts in all ",
                        WithCommas(counts.asked),
                        counts.asked == 1 ? " cell" : " cells");
  }
  std::vector<std::string> parts = {absl::StrCat(
      "followed on both hosts in ", WithCommas(counts.followed), " of ",
      WithCommas(counts.asked), counts.asked == 1 ? " cell" : " cells")};
  const auto add = [&](size_t count, absl::string_view text) {
    if (count > 0) parts.push_back(absl::StrCat(text, WithCommas(count)));
  };
  add(counts.group_followed, "on the group's host alone in ");
  add(counts.reference_followed, "on the other host alone in ");
  add(counts.otherwise, "changed to something else in ");
  add(counts.asked - counts.tested(), "not tested in ");
  return absl::StrJoin(parts, ", ");
}

std::string RenderProof(const Proof& proof) {
  if (proof.verdict == ProofVerdict::kUntested) {
    return absl::StrCat("could not be tested: ", proof.reason);
  }
  const auto set_on = [&](const std::string& host,
                          std::string TrialSetting::*value) {
    return absl::StrCat(
        absl::StrJoin(proof.settings, ", ",
                      [&](std::string* out, const TrialSetting& setting) {
                        absl::StrAppend(out, setting.sysctl, " = ",
                                        setting.*value);
                      }),
        " on ", host);
  };
  const absl::string_view verdict =
      proof.verdict == ProofVerdict::kPartly
          ? absl::string_view("neither proven nor refuted")
          : ProofVerdictName(proof.verdict);
  return absl::StrCat(
      verdict, " by experiment: with ",
      set_on(proof.group_host, &TrialSetting::reference_value), " and ",
      set_on(proof.reference_host, &TrialSetting::group_value),
      " the behaviour ", RenderTrial(proof.counts),
      proof.reason.empty() ? "" : absl::StrCat(" (", proof.reason, ")"), "; ",
      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", proof.ended, absl::UTCTimeZone()),
      ", runs ", absl::StrJoin(proof.runs, " "));
}

}  // namespace sockdrift
