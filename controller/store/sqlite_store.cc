#include "controller/store/sqlite_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "controller/store/sqlite_migrations.h"
#include "controller/store/sqlite_reads.h"
#include "controller/store/sqlite_writes.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

// A commit that takes more than this many sets in keeps the first of them
// waiting for no gain.
constexpr size_t kBatch = 512;

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteStore>> SqliteStore::Open(
    const std::string& directory) {
  SOCKDRIFT_ASSIGN_OR_RETURN(DirectoryLock lock,
                             DirectoryLock::Take(directory));
  const std::string path = absl::StrCat(directory, "/controller.db");
  SOCKDRIFT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> writer,
                             SqliteConnection::Open(path));
  // Refusing a newer database must come before anything is written to it, and
  // changing the journal's mode writes.
  SOCKDRIFT_RETURN_IF_ERROR(Migrate(*writer));
  SOCKDRIFT_RETURN_IF_ERROR(
      writer->Execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                      "PRAGMA journal_size_limit=67108864"));
  SOCKDRIFT_ASSIGN_OR_RETURN(std::unique_ptr<SqliteConnection> reader,
                             SqliteConnection::Open(path));
  SOCKDRIFT_RETURN_IF_ERROR(reader->Execute("PRAGMA query_only=1"));
  return std::unique_ptr<SqliteStore>(
      new SqliteStore(std::move(lock), std::move(writer), std::move(reader)));
}

SqliteStore::SqliteStore(DirectoryLock lock,
                         std::unique_ptr<SqliteConnection> writer,
                         std::unique_ptr<SqliteConnection> reader)
    : lock_(std::move(lock)),
      writer_(std::move(writer)),
      reader_(std::move(reader)),
      thread_([this] { WriteLoop(); }) {}

SqliteStore::~SqliteStore() {
  {
    MutexLock lock(&mutex_);
    closing_ = true;
    wake_.NotifyAll();
  }
  thread_.join();
}

void SqliteStore::Commit(std::vector<Change> changes,
                         std::function<void(const absl::Status&)> done) {
  {
    MutexLock lock(&mutex_);
    if (!closing_) {
      queue_.push_back({std::move(changes), std::move(done)});
      wake_.NotifyOne();
      return;
    }
  }
  if (done) done(absl::UnavailableError("the store is closing"));
}

void SqliteStore::WriteLoop() {
  while (true) {
    std::deque<Item> batch;
    {
      MutexLock lock(&mutex_);
      writing_ = false;
      if (queue_.empty()) idle_.NotifyAll();
      while (queue_.empty() && !closing_) wake_.Wait(&mutex_);
      if (queue_.empty()) return;
      while (!queue_.empty() && batch.size() < kBatch) {
        batch.push_back(std::move(queue_.front()));
        queue_.pop_front();
      }
      writing_ = true;
    }
    WriteBatch(std::move(batch));
  }
}

void SqliteStore::WriteBatch(std::deque<Item> batch) {
  const absl::Status status = WriteOnce(batch);
  {
    MutexLock lock(&mutex_);
    if (health_.code() != status.code()) {
      if (status.ok()) {
        Log(LogLevel::kInfo, "the store commits again");
      } else {
        Log(LogLevel::kError, "a commit failed",
            {{"error", std::string(status.message())}});
      }
    }
    health_ = status;
  }
  if (!status.ok() && batch.size() > 1) {
    while (!batch.empty()) {
      std::deque<Item> one;
      one.push_back(std::move(batch.front()));
      batch.pop_front();
      WriteBatch(std::move(one));
    }
    return;
  }
  for (const Item& item : batch) {
    if (item.done) item.done(status);
  }
}

absl::Status SqliteStore::WriteOnce(const std::deque<Item>& batch) {
  SOCKDRIFT_RETURN_IF_ERROR(writer_->Execute("BEGIN IMMEDIATE"));
  absl::Status status;
  for (const Item& item : batch) {
    for (const Change& change : item.changes) {
      status.Update(ApplyChange(*writer_, change));
      if (!status.ok()) break;
    }
    if (!status.ok()) break;
  }
  if (status.ok()) status = writer_->Execute("COMMIT");
  // After a full disk SQLite may have rolled back by itself; then this fails,
  // and means nothing.
  if (!status.ok()) writer_->Execute("ROLLBACK").IgnoreError();
  return status;
}

template <typename Read>
auto SqliteStore::WithReader(Read read)
    -> decltype(read(std::declval<SqliteConnection&>())) {
  MutexLock lock(&read_mutex_);
  auto result = read(*reader_);
  reader_->ResetStatements();
  return result;
}

absl::StatusOr<StoredState> SqliteStore::Load() {
  return WithReader([](SqliteConnection& db) { return LoadState(db); });
}

absl::StatusOr<std::string> SqliteStore::Program(const Digest& digest) {
  return WithReader([&](SqliteConnection& db) {
    return SelectBody(db, "SELECT canonical FROM program WHERE digest=?",
                      digest, "program");
  });
}

absl::StatusOr<std::vector<PlanRow>> SqliteStore::Plans() {
  return WithReader([](SqliteConnection& db) { return SelectPlans(db); });
}

absl::StatusOr<std::string> SqliteStore::Set(const Digest& digest) {
  return WithReader([&](SqliteConnection& db) {
    return SelectBody(db, "SELECT body FROM assignment_set WHERE digest=?",
                      digest, "assignment set");
  });
}

absl::StatusOr<std::string> SqliteStore::Facts(const Digest& digest) {
  return WithReader([&](SqliteConnection& db) {
    return SelectBody(db, "SELECT body FROM facts WHERE digest=?", digest,
                      "facts");
  });
}

absl::StatusOr<ReportRow> SqliteStore::Report(const Digest& digest) {
  return WithReader(
      [&](SqliteConnection& db) { return SelectReport(db, digest); });
}

absl::StatusOr<RecordRow> SqliteStore::Record(const Digest& digest,
                                              bool with_body) {
  return WithReader([&](SqliteConnection& db) {
    return SelectRecord(db, digest, with_body);
  });
}

absl::StatusOr<RunRow> SqliteStore::Run(absl::string_view id) {
  return WithReader([&](SqliteConnection& db) { return SelectRun(db, id); });
}

absl::StatusOr<std::vector<RunRow>> SqliteStore::Runs(int limit) {
  return WithReader(
      [&](SqliteConnection& db) { return SelectRuns(db, limit); });
}

absl::StatusOr<std::vector<RunHostRow>> SqliteStore::RunHosts(
    absl::string_view run) {
  return WithReader(
      [&](SqliteConnection& db) { return SelectRunHosts(db, run); });
}

absl::StatusOr<std::vector<SightingRow>> SqliteStore::Sightings(
    absl::string_view host) {
  return WithReader(
      [&](SqliteConnection& db) { return SelectSightings(db, host); });
}

absl::StatusOr<std::vector<ProofRow>> SqliteStore::Proofs(
    const Digest& measurement, World world) {
  return WithReader([&](SqliteConnection& db) {
    return SelectProofs(db, measurement, world);
  });
}

absl::StatusOr<std::vector<BaselineRow>> SqliteStore::Baselines() {
  return WithReader([](SqliteConnection& db) { return SelectBaselines(db); });
}

absl::StatusOr<BaselineRow> SqliteStore::Baseline(absl::string_view name) {
  return WithReader(
      [&](SqliteConnection& db) { return SelectBaseline(db, name); });
}

absl::StatusOr<std::vector<AcknowledgementRow>>
SqliteStore::Acknowledgements() {
  return WithReader(
      [](SqliteConnection& db) { return SelectAcknowledgements(db); });
}

absl::Status SqliteStore::Health() {
  MutexLock lock(&mutex_);
  return health_;
}

void SqliteStore::Flush() {
  MutexLock lock(&mutex_);
  while (!queue_.empty() || writing_) idle_.Wait(&mutex_);
}

}  // namespace sockdrift
