// The memory that a tally lies in, shared between a probe and who started it.
#ifndef SOCKDRIFT_AGENT_JOB_TALLY_MEMORY_H_
#define SOCKDRIFT_AGENT_JOB_TALLY_MEMORY_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "agent/job/job.h"
#include "agent/job/tally.h"
#include "agent/os/unique_fd.h"

namespace sockdrift {

// How often a job runs each cell.
inline uint8_t RepeatsOf(const Job& job) {
  return job.repeats != 0 ? job.repeats : job.program.repeats;
}

// A memory file, mapped shared; unmapped at the end.
class TallyMemory {
 public:
  // New, with an empty tally of the job's shape in it.
  static absl::StatusOr<TallyMemory> Make(const Job& job);
  // Takes up the file that another process made; INVALID_ARGUMENT when it
  // holds no tally.
  static absl::StatusOr<TallyMemory> Open(UniqueFd file);

  TallyMemory(TallyMemory&& other) noexcept;
  TallyMemory& operator=(TallyMemory&& other) noexcept;
  ~TallyMemory();

  int fd() const { return file_.get(); }
  Tally& tally() { return tally_; }
  const Tally& tally() const { return tally_; }

 private:
  TallyMemory(UniqueFd file, uint8_t* memory, size_t size, Tally tally)
      : file_(std::move(file)), memory_(memory), size_(size), tally_(tally) {}

  UniqueFd file_;
  uint8_t* memory_ = nullptr;
  size_t size_ = 0;
  Tally tally_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_JOB_TALLY_MEMORY_H_
