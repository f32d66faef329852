// Results on disk until the controller has acknowledged them. A result is
// fsynced before anyone hears of it; what a kill -9 leaves behind is either a
// whole result or none. Thread-safe.
#ifndef SOCKDRIFT_AGENT_SPOOL_SPOOL_H_
#define SOCKDRIFT_AGENT_SPOOL_SPOOL_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/spool/spool_file.h"
#include "core/base/digest.h"
#include "core/base/mutex.h"
#include "sockdrift/v1/host.pb.h"
#include "sockdrift/v1/record.pb.h"

namespace sockdrift {

struct SpoolLimits {
  size_t max_bytes = size_t{64} << 20;
  size_t max_entries = 1000;
};

// What is known of a result without reading it.
struct SpooledResult {
  std::string run_id;
  Digest set;
  Digest report;
  Digest facts;
  absl::Time end;
};

struct SpoolCounts {
  int64_t entries = 0;  // now
  int64_t bytes = 0;    // now
  int64_t dropped = 0;  // since the process started
  int64_t corrupt = 0;  // likewise
};

class Spool {
 public:
  // Makes the folder when it is missing and reads what is there. Corrupt files
  // are renamed to *.corrupt with a log line, unfinished ones removed. The
  // status is errno's, with the path, when the folder cannot be used.
  static absl::StatusOr<std::unique_ptr<Spool>> Open(const std::string& folder,
                                                     const SpoolLimits& limits);

  // Keeps the result, instead of an older one of the same run. Over the limits
  // the oldest others are dropped, counted and logged. Where the disk refuses
  // it, it is kept in memory, with a log line: then it does not survive this
  // process, and the run, unacknowledged, is made again.
  void Put(const MeasuredRun& run);

  // Whether there was one.
  bool Remove(absl::string_view run_id);

  std::vector<SpooledResult> Results() const;  // oldest first

  // From any result that has it; nullopt when none has (any more).
  std::optional<v1::Report> FindReport(const Digest& digest);
  std::optional<v1::RecordBody> FindRecord(const Digest& digest);
  std::optional<v1::FactSet> FindFacts(const Digest& digest);

  SpoolCounts counts() const;

 private:
  struct Entry {
    uint64_t number;  // ascending in the order of Put
    SpooledResult result;
    std::vector<Digest> records;
    size_t bytes;
    std::string in_memory;  // the file's bytes when the disk refused them
  };

  Spool(std::string folder, const SpoolLimits& limits)
      : folder_(std::move(folder)), limits_(limits) {}

  std::string PathOf(const Entry& entry) const;
  absl::Status Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void LoadFile(const std::string& name, uint64_t number)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void SetAside(const std::string& path, absl::string_view why)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Add(Entry entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(size_t index) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void DropOverLimits() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The whole result; null when its file has become unreadable, which sets it
  // aside. Valid until the next call.
  const MeasuredRun* Read(size_t index) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const MeasuredRun* ReadWhere(bool (*has)(const Entry&, const Digest&),
                               const Digest& digest)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string folder_;
  const SpoolLimits limits_;
  mutable Mutex mutex_;
  std::vector<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_number_ ABSL_GUARDED_BY(mutex_) = 1;
  int64_t dropped_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t corrupt_ ABSL_GUARDED_BY(mutex_) = 0;
  // The entry read last: a controller asks for many records of one result.
  uint64_t read_number_ ABSL_GUARDED_BY(mutex_) = 0;
  MeasuredRun read_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SPOOL_SPOOL_H_
