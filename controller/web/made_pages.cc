#include "controller/web/made_pages.h"

#include "core/base/status_macros.h"

namespace sockdrift {

absl::StatusOr<std::string> MadePages::Make(Maker make) {
  {
    MutexLock lock(&mutex_);
    if (being_made_ >= kMadeAtOnce) {
      return absl::UnavailableError(
          "other reports are being made; ask again in a few seconds");
    }
    ++being_made_;
  }
  absl::StatusOr<std::string> page = make();
  MutexLock lock(&mutex_);
  --being_made_;
  return page;
}

absl::StatusOr<std::string> MadePages::Get(const std::string& key,
                                           const std::string& version,
                                           Maker make) {
  {
    MutexLock lock(&mutex_);
    if (version_ != version) pages_.clear();
    version_ = version;
    const auto found = pages_.find(key);
    if (found != pages_.end()) return found->second;
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::string page, Make(make));
  MutexLock lock(&mutex_);
  // What it was made of may have been left behind meanwhile.
  if (version_ == version && pages_.size() < kKept) pages_[key] = page;
  return page;
}

}  // namespace sockdrift
