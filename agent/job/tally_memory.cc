#include "agent/job/tally_memory.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

absl::StatusOr<uint8_t*> Map(const UniqueFd& file, size_t size) {
  void* memory =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.get(), 0);
  if (memory == MAP_FAILED) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("mapping a tally of ", size, " bytes"));
  }
  return static_cast<uint8_t*>(memory);
}

}  // namespace

absl::StatusOr<TallyMemory> TallyMemory::Make(const Job& job) {
  const uint32_t cells = CellSpace(job.program).size();
  const auto observations =
      static_cast<uint32_t>(job.program.observations.size());
  const size_t size = Tally::Size(cells, observations, RepeatsOf(job));
  UniqueFd file(::memfd_create("sockdrift-tally", MFD_CLOEXEC));
  if (!file.valid() || ::ftruncate(file.get(), static_cast<off_t>(size)) != 0) {
    return absl::ErrnoToStatus(errno, "making memory for a tally");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(uint8_t* const memory, Map(file, size));
  const Tally tally =
      Tally::Create({memory, size}, cells, observations, RepeatsOf(job));
  return TallyMemory(std::move(file), memory, size, tally);
}

absl::StatusOr<TallyMemory> TallyMemory::Open(UniqueFd file) {
  struct stat about;
  if (::fstat(file.get(), &about) != 0) {
    return absl::ErrnoToStatus(errno, "looking at a tally's memory");
  }
  const auto size = static_cast<size_t>(about.st_size);
  SOCKDRIFT_ASSIGN_OR_RETURN(uint8_t* const memory, Map(file, size));
  const absl::StatusOr<Tally> tally = Tally::Open({memory, size});
  if (!tally.ok()) {
    ::munmap(memory, size);
    return tally.status();
  }
  return TallyMemory(std::move(file), memory, size, *tally);
}

TallyMemory::TallyMemory(TallyMemory&& other) noexcept
    : file_(std::move(other.file_)),
      memory_(std::exchange(other.memory_, nullptr)),
      size_(other.size_),
      tally_(other.tally_) {}

TallyMemory& TallyMemory::operator=(TallyMemory&& other) noexcept {
  std::swap(file_, other.file_);
  std::swap(memory_, other.memory_);
  std::swap(size_, other.size_);
  std::swap(tally_, other.tally_);
  return *this;
}

TallyMemory::~TallyMemory() {
  if (memory_ != nullptr) ::munmap(memory_, size_);
}

}  // namespace sockdrift
