#include "agent/supervise/standstill.h"

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace sockdrift {
namespace {

constexpr std::chrono::seconds kSlack(30);

}  // namespace

Standstill::Standstill(const Job& job)
    : longest_(std::chrono::milliseconds(job.program.limit_ms) + kSlack),
      since_(Clock::now()) {}

bool Standstill::Seen(uint64_t finished, Clock::time_point now) {
  if (finished != finished_) {
    finished_ = finished;
    since_ = now;
  }
  return now - since_ >= longest_;
}

std::string Standstill::Describe() const {
  return absl::StrCat("killed because no cell ended for ",
                      absl::FormatDuration(absl::FromChrono(longest_)));
}

}  // namespace sockdrift
