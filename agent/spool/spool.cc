#include "agent/spool/spool.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"
#include "wire/convert/bodies.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

constexpr absl::string_view kSuffix = ".result";
constexpr size_t kMaxFile = size_t{1} << 30;

absl::StatusOr<Digest> RecordDigestOf(const v1::RecordBody& record) {
  return Digest::FromBytes(record.record_digest());
}

SpooledResult SummaryOf(const MeasuredRun& run) {
  return {.run_id = run.run_id,
          .set = run.report.set,
          .report = ReportDigest(run.report),
          .facts = FactsDigest(run.facts),
          .end = run.end};
}

std::vector<Digest> RecordsOf(const MeasuredRun& run) {
  std::vector<Digest> digests;
  for (const v1::RecordBody& record : run.records) {
    const absl::StatusOr<Digest> digest = RecordDigestOf(record);
    if (digest.ok()) digests.push_back(*digest);
  }
  return digests;
}

void LogRun(LogLevel level, absl::string_view message, absl::string_view run,
            absl::string_view error) {
  Log(level, message, {{"run", run}, {"error", error}});
}

}  // namespace

absl::StatusOr<std::unique_ptr<Spool>> Spool::Open(const std::string& folder,
                                                   const SpoolLimits& limits) {
  std::unique_ptr<Spool> spool(new Spool(folder, limits));
  MutexLock lock(&spool->mutex_);
  SOCKDRIFT_RETURN_IF_ERROR(spool->Load());
  return spool;
}

std::string Spool::PathOf(const Entry& entry) const {
  return absl::StrCat(folder_, "/", absl::StrFormat("%016d", entry.number),
                      kSuffix);
}

absl::Status Spool::Load() {
  std::error_code error;
  fs::create_directories(folder_, error);
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end;
       at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (error) {
    return absl::ErrnoToStatus(
        error.value(), absl::StrCat("the spool folder ", folder_,
                                    " cannot be used; see --state-dir"));
  }
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    uint64_t number = 0;
    const bool whole =
        absl::EndsWith(name, kSuffix) &&
        absl::SimpleAtoi(name.substr(0, name.size() - kSuffix.size()), &number);
    if (whole) {
      LoadFile(name, number);
    } else if (absl::StrContains(name, kSuffix) &&
               !absl::EndsWith(name, ".corrupt")) {
      // What a writer that was killed left half written.
      fs::remove(absl::StrCat(folder_, "/", name), error);
    }
  }
  DropOverLimits();
  return absl::OkStatus();
}

void Spool::LoadFile(const std::string& name, uint64_t number) {
  next_number_ = std::max(next_number_, number + 1);
  const std::string path = absl::StrCat(folder_, "/", name);
  const absl::StatusOr<std::string> bytes = ReadFileBytes(path, kMaxFile);
  if (!bytes.ok()) return SetAside(path, bytes.status().message());
  const absl::StatusOr<MeasuredRun> run = DecodeSpoolFile(*bytes);
  if (!run.ok()) return SetAside(path, run.status().message());
  Add({.number = number,
       .result = SummaryOf(*run),
       .records = RecordsOf(*run),
       .bytes = bytes->size(),
       .in_memory = ""});
}

void Spool::SetAside(const std::string& path, absl::string_view why) {
  ++corrupt_;
  const std::string aside = path + ".corrupt";
  std::error_code error;
  fs::rename(path, aside, error);
  Log(LogLevel::kError, "a spool file is corrupt and was set aside",
      {{"file", aside}, {"error", why}});
}

void Spool::Forget(size_t index) {
  const Entry& entry = entries_[index];
  if (read_number_ == entry.number) {
    read_number_ = 0;
    read_ = MeasuredRun();
  }
  if (entry.in_memory.empty()) std::remove(PathOf(entry).c_str());
  entries_.erase(entries_.begin() + static_cast<ptrdiff_t>(index));
}

void Spool::DropOverLimits() {
  size_t bytes = 0;
  for (const Entry& entry : entries_) bytes += entry.bytes;
  while (entries_.size() > 1 &&
         (bytes > limits_.max_bytes || entries_.size() > limits_.max_entries)) {
    LogRun(LogLevel::kWarning, "the spool is full: its oldest result was lost",
           entries_.front().result.run_id, "");
    bytes -= entries_.front().bytes;
    ++dropped_;
    Forget(0);
  }
}

void Spool::Put(const MeasuredRun& run) {
  std::string bytes = EncodeSpoolFile(run);
  MutexLock lock(&mutex_);
  Entry entry = {.number = next_number_++,
                 .result = SummaryOf(run),
                 .records = RecordsOf(run),
                 .bytes = bytes.size(),
                 .in_memory = ""};
  const absl::Status written = WriteFileAtomically(PathOf(entry), bytes);
  if (!written.ok()) {
    LogRun(LogLevel::kError,
           "a result cannot be put on disk and is kept in memory", run.run_id,
           written.message());
    entry.in_memory = std::move(bytes);
  }
  Add(std::move(entry));
  DropOverLimits();
}

// The newest result of a run counts. The older one goes last, so that there is
// one at any moment.
void Spool::Add(Entry entry) {
  entries_.push_back(std::move(entry));
  const std::string& id = entries_.back().result.run_id;
  for (size_t i = 0; i + 1 < entries_.size(); ++i) {
    if (entries_[i].result.run_id == id) return Forget(i);
  }
}

bool Spool::Remove(absl::string_view run_id) {
  MutexLock lock(&mutex_);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (entries_[i].result.run_id == run_id) {
      Forget(i);
      return true;
    }
  }
  return false;
}

std::vector<SpooledResult> Spool::Results() const {
  MutexLock lock(&mutex_);
  std::vector<SpooledResult> results;
  for (const Entry& entry : entries_) results.push_back(entry.result);
  return results;
}

const MeasuredRun* Spool::Read(size_t index) {
  const Entry& entry = entries_[index];
  if (read_number_ == entry.number) return &read_;
  absl::StatusOr<std::string> bytes =
      entry.in_memory.empty() ? ReadFileBytes(PathOf(entry), kMaxFile)
                              : entry.in_memory;
  absl::StatusOr<MeasuredRun> run =
      bytes.ok() ? DecodeSpoolFile(*bytes)
                 : absl::StatusOr<MeasuredRun>(bytes.status());
  if (!run.ok()) {
    SetAside(PathOf(entry), run.status().message());
    Forget(index);
    return nullptr;
  }
  read_ = *std::move(run);
  read_number_ = entry.number;
  return &read_;
}

const MeasuredRun* Spool::ReadWhere(bool (*has)(const Entry&, const Digest&),
                                    const Digest& digest) {
  for (size_t i = 0; i < entries_.size();) {
    if (!has(entries_[i], digest)) {
      ++i;
      continue;
    }
    // One that has become unreadable is gone, and the next stands in its place.
    const MeasuredRun* run = Read(i);
    if (run != nullptr) return run;
  }
  return nullptr;
}

std::optional<v1::Report> Spool::FindReport(const Digest& digest) {
  MutexLock lock(&mutex_);
  const MeasuredRun* run = ReadWhere(
      [](const Entry& e, const Digest& d) { return e.result.report == d; },
      digest);
  if (run == nullptr) return std::nullopt;
  return ToProto(run->report);
}

std::optional<v1::RecordBody> Spool::FindRecord(const Digest& digest) {
  MutexLock lock(&mutex_);
  const MeasuredRun* run = ReadWhere(
      [](const Entry& e, const Digest& d) {
        return std::find(e.records.begin(), e.records.end(), d) !=
               e.records.end();
      },
      digest);
  if (run == nullptr) return std::nullopt;
  for (const v1::RecordBody& record : run->records) {
    if (record.record_digest() == digest.View()) return record;
  }
  return std::nullopt;
}

std::optional<v1::FactSet> Spool::FindFacts(const Digest& digest) {
  MutexLock lock(&mutex_);
  const MeasuredRun* run = ReadWhere(
      [](const Entry& e, const Digest& d) { return e.result.facts == d; },
      digest);
  if (run == nullptr) return std::nullopt;
  return ToProto(run->facts);
}

SpoolCounts Spool::counts() const {
  MutexLock lock(&mutex_);
  SpoolCounts counts{.entries = static_cast<int64_t>(entries_.size()),
                     .bytes = 0,
                     .dropped = dropped_,
                     .corrupt = corrupt_};
  for (const Entry& entry : entries_) {
    counts.bytes += static_cast<int64_t>(entry.bytes);
  }
  return counts;
}

}  // namespace sockdrift
