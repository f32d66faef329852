// The store in one SQLite file: WAL, every commit synced. One thread writes,
// and whatever came while it wrote shares the next commit and its sync.
#ifndef SOCKDRIFT_CONTROLLER_STORE_SQLITE_STORE_H_
#define SOCKDRIFT_CONTROLLER_STORE_SQLITE_STORE_H_

#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "controller/store/directory_lock.h"
#include "controller/store/sqlite_connection.h"
#include "controller/store/store.h"
#include "core/base/mutex.h"

namespace sockdrift {

class SqliteStore : public Store {
 public:
  // Opens or makes `directory` and controller.db in it. FAILED_PRECONDITION: a
  // newer controller wrote it, or another one has it open; PERMISSION_DENIED,
  // RESOURCE_EXHAUSTED, DATA_LOSS as the messages say.
  static absl::StatusOr<std::unique_ptr<SqliteStore>> Open(
      const std::string& directory);
  // Commits what is queued.
  ~SqliteStore() override;

  void Commit(std::vector<Change> changes,
              std::function<void(const absl::Status&)> done) override;
  absl::StatusOr<StoredState> Load() override;
  absl::StatusOr<std::string> Program(const Digest& digest) override;
  absl::StatusOr<std::vector<PlanRow>> Plans() override;
  absl::StatusOr<std::string> Set(const Digest& digest) override;
  absl::StatusOr<std::string> Facts(const Digest& digest) override;
  absl::StatusOr<ReportRow> Report(const Digest& digest) override;
  absl::StatusOr<RecordRow> Record(const Digest& digest,
                                   bool with_body) override;
  absl::StatusOr<RunRow> Run(absl::string_view id) override;
  absl::StatusOr<std::vector<RunRow>> Runs(int limit) override;
  absl::StatusOr<std::vector<RunHostRow>> RunHosts(
      absl::string_view run) override;
  absl::StatusOr<std::vector<SightingRow>> Sightings(
      absl::string_view host) override;
  absl::StatusOr<std::vector<ProofRow>> Proofs(const Digest& measurement,
                                               World world) override;
  absl::StatusOr<std::vector<BaselineRow>> Baselines() override;
  absl::StatusOr<BaselineRow> Baseline(absl::string_view name) override;
  absl::StatusOr<std::vector<AcknowledgementRow>> Acknowledgements() override;
  absl::Status Health() override;
  void Flush() override;

 private:
  struct Item {
    std::vector<Change> changes;
    std::function<void(const absl::Status&)> done;
  };

  SqliteStore(DirectoryLock lock, std::unique_ptr<SqliteConnection> writer,
              std::unique_ptr<SqliteConnection> reader);

  void WriteLoop();
  // Commits the items together; where that fails and there are several, each
  // by itself, so that one that cannot be stored costs no other.
  void WriteBatch(std::deque<Item> batch);
  absl::Status WriteOnce(const std::deque<Item>& batch);
  template <typename Read>
  auto WithReader(Read read)
      -> decltype(read(std::declval<SqliteConnection&>()));

  DirectoryLock lock_;
  // Used by the writer thread only.
  std::unique_ptr<SqliteConnection> writer_;

  Mutex read_mutex_;
  std::unique_ptr<SqliteConnection> reader_ ABSL_GUARDED_BY(read_mutex_)
      ABSL_PT_GUARDED_BY(read_mutex_);

  Mutex mutex_;
  CondVar wake_;
  CondVar idle_;
  std::deque<Item> queue_ ABSL_GUARDED_BY(mutex_);
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status health_ ABSL_GUARDED_BY(mutex_);

  std::thread thread_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_STORE_SQLITE_STORE_H_
