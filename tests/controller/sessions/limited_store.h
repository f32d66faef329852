#ifndef SOCKDRIFT_TESTS_CONTROLLER_SESSIONS_LIMITED_STORE_H_
#define SOCKDRIFT_TESTS_CONTROLLER_SESSIONS_LIMITED_STORE_H_

#include <atomic>
#include <memory>
#include <utility>
#include <vector>

#include "controller/store/store.h"

namespace sockdrift::testing {

// A store whose disk can be made full.
class LimitedStore : public Store {
 public:
  explicit LimitedStore(std::unique_ptr<Store> store)
      : store_(std::move(store)) {}

  void SetFull(bool full) { full_ = full; }

  void Commit(std::vector<Change> changes,
              std::function<void(const absl::Status&)> done) override {
    if (!full_) {
      store_->Commit(std::move(changes), std::move(done));
      return;
    }
    // Answered from the store's thread, as a real one would.
    store_->Commit({}, [done = std::move(done)](const absl::Status&) {
      if (done) done(absl::ResourceExhaustedError("the disk is full"));
    });
  }
  absl::StatusOr<StoredState> Load() override { return store_->Load(); }
  absl::StatusOr<std::string> Program(const Digest& d) override {
    return store_->Program(d);
  }
  absl::StatusOr<std::vector<PlanRow>> Plans() override {
    return store_->Plans();
  }
  absl::StatusOr<std::string> Set(const Digest& d) override {
    return store_->Set(d);
  }
  absl::StatusOr<std::string> Facts(const Digest& d) override {
    return store_->Facts(d);
  }
  absl::StatusOr<ReportRow> Report(const Digest& d) override {
    return store_->Report(d);
  }
  absl::StatusOr<RecordRow> Record(const Digest& d, bool body) override {
    return store_->Record(d, body);
  }
  absl::StatusOr<RunRow> Run(absl::string_view id) override {
    return store_->Run(id);
  }
  absl::StatusOr<std::vector<RunRow>> Runs(int limit) override {
    return store_->Runs(limit);
  }
  absl::StatusOr<std::vector<RunHostRow>> RunHosts(
      absl::string_view run) override {
    return store_->RunHosts(run);
  }
  absl::StatusOr<std::vector<SightingRow>> Sightings(
      absl::string_view host) override {
    return store_->Sightings(host);
  }
  absl::StatusOr<std::vector<ProofRow>> Proofs(const Digest& measurement,
                                               World world) override {
    return store_->Proofs(measurement, world);
  }
  absl::StatusOr<std::vector<BaselineRow>> Baselines() override {
    return store_->Baselines();
  }
  absl::StatusOr<BaselineRow> Baseline(absl::string_view name) override {
    return store_->Baseline(name);
  }
  absl::StatusOr<std::vector<AcknowledgementRow>> Acknowledgements() override {
    return store_->Acknowledgements();
  }
  absl::Status Health() override { return store_->Health(); }
  void Flush() override { store_->Flush(); }

 private:
  std::unique_ptr<Store> store_;
  std::atomic<bool> full_ = false;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CONTROLLER_SESSIONS_LIMITED_STORE_H_
