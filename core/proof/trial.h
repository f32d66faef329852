// An experiment about an explanation: what is set on which host, and what the
// outcomes say. Two hosts, one of the group and one of the group that it is
// compared with (the reference), run the cells in which the groups differ, in
// fresh worlds, unchanged and with the other one's settings.
#ifndef SOCKDRIFT_CORE_PROOF_TRIAL_H_
#define SOCKDRIFT_CORE_PROOF_TRIAL_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "core/behaviour/record.h"
#include "core/plan/expectation.h"
#include "core/plan/world.h"

namespace sockdrift {

// A sysctl that is set, with the value that each host has of its own.
struct TrialSetting {
  std::string sysctl;
  std::string group_value;
  std::string reference_value;
  friend auto operator<=>(const TrialSetting&, const TrialSetting&) = default;
};

// What to set for these facts, ascending by name. FAILED_PRECONDITION where a
// fact cannot be set in a world, is not known of one of the hosts, or where
// both hosts have the same values; the message is a clause that says so.
absl::StatusOr<std::vector<TrialSetting>> SettingsOf(
    absl::Span<const FactCondition> terms, const Facts& group_host,
    const Facts& reference_host);

// Records of the whole program's shape; of those of the trial only the cells
// that were asked for are looked at.
struct TrialRecords {
  // What the groups are known for.
  const Record* group = nullptr;
  const Record* reference = nullptr;
  // The hosts unchanged.
  const Record* group_control = nullptr;
  const Record* reference_control = nullptr;
  // Each with the other's settings.
  const Record* group_changed = nullptr;
  const Record* reference_changed = nullptr;
};

// Each cell is in exactly one of the counts but `asked` and `otherwise`.
struct TrialCounts {
  size_t asked = 0;
  size_t not_done = 0;        // not DONE in all of the four
  size_t not_reproduced = 0;  // an unchanged host was not as its group is
  size_t followed = 0;        // on both hosts
  size_t group_followed = 0;  // only the group's host did
  size_t reference_followed = 0;
  size_t unmoved = 0;    // neither did
  size_t otherwise = 0;  // some outcome changed to what neither group shows
  // Of the first cell that is not DONE; empty where it has none.
  std::string not_done_reason = {};

  size_t tested() const {
    return followed + group_followed + reference_followed + unmoved;
  }
  friend bool operator==(const TrialCounts&, const TrialCounts&) = default;
};

// Precondition: the cells are of the program.
TrialCounts CountTrial(absl::Span<const uint32_t> cells,
                       const TrialRecords& records);

// The numbers are in the controller's database.
enum class ProofVerdict : uint8_t {
  kProven = 1,    // followed in every cell, on both hosts
  kRefuted = 2,   // in none of the cells, on neither host; all were tested
  kPartly = 3,    // what is neither: some cells, one host, cells not tested
  kUntested = 4,  // no cell could be tested: no verdict
};
// "proven", "refuted", "partly", "untested".
absl::string_view ProofVerdictName(ProofVerdict verdict);

ProofVerdict JudgeTrial(const TrialCounts& counts);

// What an experiment showed, as it is kept.
struct Proof {
  ProofVerdict verdict = ProofVerdict::kUntested;
  // Ascending by name. Of what could not be tested these are facts of any kind.
  std::vector<TrialSetting> settings;
  std::string group_host;
  std::string reference_host;
  World world = World::kReplica;
  TrialCounts counts;
  // Unchanged, the group's host changed, the reference's changed.
  std::vector<std::string> runs;
  absl::Time ended;
  std::string reason;  // why nothing, or not all, could be tested
};

// The same experiment seen from the other group.
Proof Reversed(Proof proof);

// Why not every cell has a verdict, a clause; empty when every one has.
std::string WhyNotAllTested(const TrialCounts& counts);

// "followed on both hosts in all 48 cells", "followed in 12 of 48 cells, only
// on the group's host in 36". One clause.
std::string RenderTrial(const TrialCounts& counts);

// "proven by experiment: with net.ipv6.bindv6only = 0 on odd and … = 1 on plain
// the behaviour followed on both hosts in all 48 cells; 2026-11-21T15:00:00Z,
// runs …"; "could not be tested: …". One line.
std::string RenderProof(const Proof& proof);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_PROOF_TRIAL_H_
