// What a controller sent once and may name again: sets and programs by their
// digest, on disk. Losing it costs asking again. Thread-safe.
#ifndef SOCKDRIFT_AGENT_SPOOL_BODY_CACHE_H_
#define SOCKDRIFT_AGENT_SPOOL_BODY_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/base/digest.h"
#include "core/base/mutex.h"

namespace sockdrift {

class BodyCache {
 public:
  // Makes the folder when it is missing. Keeps at most `max_bytes`: the bodies
  // that came first go first.
  static absl::StatusOr<std::unique_ptr<BodyCache>> Open(
      const std::string& folder, size_t max_bytes);

  bool Has(const Digest& name) const;
  // nullopt when it is not there; a file that was changed on disk is set aside
  // with a log line and counts as not there.
  std::optional<std::string> Find(const Digest& name);
  // Where the disk refuses it, it is kept in memory, with a log line.
  void Put(const Digest& name, absl::string_view body);
  void Discard(const Digest& name);

  int64_t corrupt() const;

 private:
  struct Entry {
    Digest name;
    size_t bytes;
    std::string in_memory;
  };

  BodyCache(std::string folder, size_t max_bytes)
      : folder_(std::move(folder)), max_bytes_(max_bytes) {}

  absl::Status Load() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  std::string PathOf(const Digest& name) const;
  std::list<Entry>::iterator At(const Digest& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget(std::list<Entry>::iterator at)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string folder_;
  const size_t max_bytes_;
  mutable Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // oldest first
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t corrupt_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SPOOL_BODY_CACHE_H_
