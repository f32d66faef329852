// The memory in which a probe notes what it sees while it sees it, shared with
// the process that started it: when a probe dies, all that it had finished is
// still known. One tally, one job. Written by one thread of one process, read
// by another after the writer has ended (or for progress, where a torn number
// does no harm).
#ifndef SOCKDRIFT_AGENT_JOB_TALLY_H_
#define SOCKDRIFT_AGENT_JOB_TALLY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/behaviour/record.h"

namespace sockdrift {

// The states of one run of one cell, in the order in which they come.
enum class CellRun : uint8_t {
  kNotStarted = 0,
  kInFlight = 1,  // what stays here when the probe dies is an ERROR
  kDone = 2,
  kSkip = 3,
  kError = 4,
};

// How far the probe as a whole has come.
enum class TallyPhase : uint32_t {
  kStarted = 0,       // nothing is known yet
  kWorldRefused = 1,  // message says why; no call was made
  kRunning = 2,
  kFinished = 3,
  kFailed = 4,  // the prober failed as a whole; message says why
};

// A view of the shared memory; it owns nothing. The layout is private to this
// build: both sides are always the same binary's.
class Tally {
 public:
  // Bytes that a tally of this shape needs.
  static size_t Size(uint32_t cells, uint32_t observations, uint32_t repeats);

  // Lays a new tally out in zeroed memory of at least Size() bytes.
  static Tally Create(absl::Span<uint8_t> memory, uint32_t cells,
                      uint32_t observations, uint32_t repeats);
  // Takes up one that is laid out already; INVALID_ARGUMENT when the memory
  // holds none of a sound shape.
  static absl::StatusOr<Tally> Open(absl::Span<uint8_t> memory);

  uint32_t cells() const;
  uint32_t observations() const;
  uint32_t repeats() const;
  // Cell runs that have ended; for progress.
  uint64_t finished() const;
  TallyPhase phase() const;
  std::string message() const;

  // --- the writer's side ---

  void SetPhase(TallyPhase phase, absl::string_view message);
  // The code of a text (an outcome or a reason), added when it is new. Slow
  // path: the engine keeps its own table from values to codes. When the
  // dictionary is full, the code of "other".
  uint32_t Intern(absl::string_view text);
  // Notes a line about the world: a sysctl that did not take, a port range that
  // had to be left.
  void Note(absl::string_view line);
  void Start(uint32_t repeat, uint32_t cell);
  // `codes` has one entry an observation, kNotObserved where it was not made.
  void Done(uint32_t repeat, uint32_t cell, absl::Span<const uint32_t> codes);
  void Skip(uint32_t repeat, uint32_t cell, uint32_t reason);
  void Error(uint32_t repeat, uint32_t cell, uint32_t reason);

  // --- the reader's side ---

  CellRun StateOf(uint32_t repeat, uint32_t cell) const;
  std::vector<std::string> Notes() const;
  // Folds the repeats into a canonical record. All repeats DONE and equal:
  // DONE. Disagreeing: UNSTABLE, with the differing outcomes as its reason.
  // Any SKIP or ERROR: that. In flight: ERROR, with `death` as its reason.
  // Not run in some repeat: MISS, with `death`, or "not selected" for cells
  // that `wanted` (ascending; empty: all) leaves out. ERROR comes before SKIP,
  // SKIP before MISS. `names` are the observations' names, for the reasons of
  // UNSTABLE cells; numbers stand for those that it lacks.
  // A reader whose writer has died calls Open again first: Fold reads nothing
  // outside the memory whatever the writer left, if the header is sound.
  Record Fold(absl::Span<const uint32_t> wanted, absl::string_view death,
              absl::Span<const std::string> names = {}) const;

 private:
  struct Header;
  explicit Tally(uint8_t* base);
  Header& header() const;

  absl::string_view TextOf(uint32_t code) const;
  absl::Span<const uint16_t> CodesOf(uint32_t repeat, uint32_t cell) const {
    return {codes_ + RunIndex(repeat, cell) * observations_, observations_};
  }
  // The first repeat in which the cell's run is in this state.
  std::optional<uint32_t> RunIn(uint32_t cell, CellRun state) const;
  // In which observations the repeats differ; empty when they do not.
  std::string Disagreement(uint32_t cell,
                           absl::Span<const std::string> names) const;
  void End(uint32_t repeat, uint32_t cell, CellRun state, uint32_t reason);
  size_t RunIndex(uint32_t repeat, uint32_t cell) const {
    return size_t{repeat} * cells_ + cell;
  }

  uint8_t* base_;
  // Of the header, and where its parts begin.
  uint32_t cells_;
  uint32_t observations_;
  uint32_t repeats_;
  uint32_t* text_ends_;
  char* texts_;
  char* notes_;
  uint8_t* states_;
  uint16_t* reasons_;
  uint16_t* codes_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_JOB_TALLY_H_
