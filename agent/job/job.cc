#include "agent/job/job.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "core/base/bytes.h"
#include "core/base/limits.h"
#include "core/base/status_macros.h"
#include "core/plan/program_codec.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kMagic = "sockdrift-job";
constexpr uint64_t kVersion = 3;
constexpr uint64_t kMaxOverrides = 1024;
// A program of kMaxSteps steps with axes of kMaxAxisValues values stays far
// below this.
constexpr size_t kMaxProgramBytes = size_t{64} << 20;

absl::StatusOr<uint16_t> ReadPort(ByteReader& in) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t port, in.Count(65535));
  return static_cast<uint16_t>(port);
}

absl::Status ReadOverrides(ByteReader& in, Job& job) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(kMaxOverrides));
  for (uint64_t i = 0; i < count; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string key, in.Text());
    SOCKDRIFT_ASSIGN_OR_RETURN(std::string value, in.Text());
    if (!job.overrides.empty() && job.overrides.rbegin()->first >= key) {
      return in.Error("overrides are not ascending");
    }
    job.overrides.emplace_hint(job.overrides.end(), std::move(key),
                               std::move(value));
  }
  return absl::OkStatus();
}

absl::Status ReadCells(ByteReader& in, Job& job) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t count, in.Count(kMaxCells));
  uint64_t next = 0;
  for (uint64_t i = 0; i < count; ++i) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t skipped, in.Count(kMaxCells));
    next += skipped;
    if (next >= kMaxCells) return in.Error("a cell number out of range");
    job.cells.push_back(static_cast<uint32_t>(next++));
  }
  return absl::OkStatus();
}

}  // namespace

std::string EncodeJob(const Job& job) {
  ByteWriter out;
  out.Raw(kMagic);
  out.Varint(kVersion);
  out.Text(job.plan);
  out.Text(EncodeProgram(job.program));
  out.Byte(static_cast<uint8_t>(job.world));
  out.Text(job.netns);
  out.Varint(job.overrides.size());
  for (const auto& [key, value] : job.overrides) {
    out.Text(key);
    out.Text(value);
  }
  out.Varint(job.cells.size());
  uint32_t next = 0;
  for (const uint32_t cell : job.cells) {
    out.Varint(cell - next);
    next = cell + 1;
  }
  out.Byte(job.repeats);
  out.Varint(job.shuffle_seed);
  out.Varint(job.first_port);
  out.Varint(job.last_port);
  out.Varint(job.max_open_files);
  out.Varint(job.max_memory_bytes);
  out.Byte(job.background ? 1 : 0);
  out.Byte(job.root_cgroup ? 1 : 0);
  return std::move(out).Take();
}

absl::StatusOr<Job> DecodeJob(absl::string_view bytes) {
  ByteReader in(bytes, "job");
  const absl::StatusOr<absl::string_view> magic = in.Raw(kMagic.size());
  if (!magic.ok() || *magic != kMagic) {
    return absl::InvalidArgumentError("job: these bytes are no sockdrift job");
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t version, in.Varint());
  if (version != kVersion) {
    return absl::FailedPreconditionError(absl::StrCat(
        "job: version ", version, ", but this probe reads version ", kVersion,
        "; use the sockdrift-probe that was installed with this program"));
  }
  Job job;
  SOCKDRIFT_ASSIGN_OR_RETURN(job.plan, in.Text());
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::string program,
                             in.Text(kMaxProgramBytes));
  SOCKDRIFT_ASSIGN_OR_RETURN(job.program, DecodeProgram(program));
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t world, in.Byte());
  if (world < static_cast<uint8_t>(World::kReplica) ||
      world > static_cast<uint8_t>(World::kHost)) {
    return in.Error("unknown world");
  }
  job.world = static_cast<World>(world);
  SOCKDRIFT_ASSIGN_OR_RETURN(job.netns, in.Text());
  SOCKDRIFT_RETURN_IF_ERROR(ReadOverrides(in, job));
  SOCKDRIFT_RETURN_IF_ERROR(ReadCells(in, job));
  SOCKDRIFT_ASSIGN_OR_RETURN(job.repeats, in.Byte());
  if (job.repeats > kMaxRepeats) return in.Error("too many repeats");
  SOCKDRIFT_ASSIGN_OR_RETURN(job.shuffle_seed, in.Varint());
  SOCKDRIFT_ASSIGN_OR_RETURN(job.first_port, ReadPort(in));
  SOCKDRIFT_ASSIGN_OR_RETURN(job.last_port, ReadPort(in));
  if (job.first_port > job.last_port) return in.Error("an inverted port range");
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint64_t files, in.Count(UINT32_MAX));
  job.max_open_files = static_cast<uint32_t>(files);
  SOCKDRIFT_ASSIGN_OR_RETURN(job.max_memory_bytes, in.Varint());
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t background, in.Byte());
  if (background > 1) return in.Error("a priority that is neither");
  job.background = background == 1;
  SOCKDRIFT_ASSIGN_OR_RETURN(const uint8_t root_cgroup, in.Byte());
  if (root_cgroup > 1) return in.Error("a cgroup that is neither");
  job.root_cgroup = root_cgroup == 1;
  SOCKDRIFT_RETURN_IF_ERROR(in.End());
  return job;
}

}  // namespace sockdrift
