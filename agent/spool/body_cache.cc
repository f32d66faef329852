#include "agent/spool/body_cache.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/digests.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFile = size_t{64} << 20;
constexpr size_t kDigestSize = 32;

}  // namespace

absl::StatusOr<std::unique_ptr<BodyCache>> BodyCache::Open(
    const std::string& folder, size_t max_bytes) {
  std::unique_ptr<BodyCache> cache(new BodyCache(folder, max_bytes));
  MutexLock lock(&cache->mutex_);
  SOCKDRIFT_RETURN_IF_ERROR(cache->Load());
  return cache;
}

absl::Status BodyCache::Load() {
  struct Found {
    fs::file_time_type time;
    Entry entry;
  };
  std::vector<Found> found;
  std::error_code error;
  fs::create_directories(folder_, error);
  for (fs::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    const absl::StatusOr<Digest> name =
        Digest::FromHex(at->path().filename().string());
    std::error_code gone;
    if (!name.ok()) {
      // A writer that was killed left it, or it was set aside; both are to be
      // had again.
      fs::remove(at->path(), gone);
      continue;
    }
    const auto size = static_cast<size_t>(at->file_size(gone));
    found.push_back({at->last_write_time(gone), {*name, size, ""}});
  }
  if (error) {
    return absl::ErrnoToStatus(
        error.value(), absl::StrCat("the cache folder ", folder_,
                                    " cannot be used; see --state-dir"));
  }
  std::sort(found.begin(), found.end(),
            [](const Found& a, const Found& b) { return a.time < b.time; });
  for (Found& one : found) {
    bytes_ += one.entry.bytes;
    entries_.push_back(std::move(one.entry));
  }
  return absl::OkStatus();
}

std::string BodyCache::PathOf(const Digest& name) const {
  return absl::StrCat(folder_, "/", name.Hex());
}

std::list<BodyCache::Entry>::iterator BodyCache::At(const Digest& name) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [&](const Entry& entry) { return entry.name == name; });
}

void BodyCache::Forget(std::list<Entry>::iterator at) {
  if (at->in_memory.empty()) std::remove(PathOf(at->name).c_str());
  bytes_ -= at->bytes;
  entries_.erase(at);
}

bool BodyCache::Has(const Digest& name) const {
  MutexLock lock(&mutex_);
  return std::any_of(entries_.begin(), entries_.end(),
                     [&](const Entry& entry) { return entry.name == name; });
}

std::optional<std::string> BodyCache::Find(const Digest& name) {
  MutexLock lock(&mutex_);
  const auto at = At(name);
  if (at == entries_.end()) return std::nullopt;
  if (!at->in_memory.empty()) return at->in_memory;
  absl::StatusOr<std::string> bytes = ReadFileBytes(PathOf(name), kMaxFile);
  if (bytes.ok() && bytes->size() > kDigestSize) {
    const absl::string_view body(bytes->data() + kDigestSize,
                                 bytes->size() - kDigestSize);
    if (Sha256(body).View() == absl::string_view(*bytes).substr(0, kDigestSize))
      return std::string(body);
  }
  ++corrupt_;
  const std::string aside = PathOf(name) + ".corrupt";
  Log(LogLevel::kError, "a cached body is corrupt and was set aside",
      {{"file", aside}});
  std::rename(PathOf(name).c_str(), aside.c_str());
  Forget(at);
  return std::nullopt;
}

void BodyCache::Put(const Digest& name, absl::string_view body) {
  MutexLock lock(&mutex_);
  if (const auto at = At(name); at != entries_.end()) Forget(at);
  Entry entry = {name, body.size() + kDigestSize, ""};
  const absl::Status written = WriteFileAtomically(
      PathOf(name), absl::StrCat(Sha256(body).View(), body));
  if (!written.ok()) {
    Log(LogLevel::kError, "a body cannot be cached and is kept in memory",
        {{"error", written.message()}});
    entry.in_memory = std::string(body);
  }
  bytes_ += entry.bytes;
  entries_.push_back(std::move(entry));
  while (bytes_ > max_bytes_ && entries_.size() > 1) Forget(entries_.begin());
}

void BodyCache::Discard(const Digest& name) {
  MutexLock lock(&mutex_);
  if (const auto at = At(name); at != entries_.end()) Forget(at);
}

int64_t BodyCache::corrupt() const {
  MutexLock lock(&mutex_);
  return corrupt_;
}

}  // namespace sockdrift
