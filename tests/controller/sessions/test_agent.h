// An agent's side of a stream, made by hand and by the protocol's rules, save
// where a test asks for a lie.
#ifndef SOCKDRIFT_TESTS_CONTROLLER_SESSIONS_TEST_AGENT_H_
#define SOCKDRIFT_TESTS_CONTROLLER_SESSIONS_TEST_AGENT_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "compiler/compile.h"
#include "controller/sessions/hub.h"
#include "core/base/mutex.h"
#include "core/behaviour/record.h"

namespace sockdrift::testing {

class TestAgent {
 public:
  // A stream on which nothing was said.
  explicit TestAgent(Hub& hub);
  // One that has said hello.
  TestAgent(Hub& hub, const std::string& host, const std::string& uuid,
            int64_t sequence = 1,
            std::optional<std::vector<std::string>> names = std::nullopt);
  ~TestAgent();
  TestAgent(TestAgent&&) = default;
  TestAgent& operator=(TestAgent&&) = delete;

  void Close();
  void SendEmpty();
  void SendFacts();
  // Has a result of the run: states it and answers all that it is asked for.
  void Measure(const std::string& run, const CompiledPlan& plan,
               const Record& record);
  // Only states it.
  void State(const std::string& run, const CompiledPlan& plan,
             const Record& record);
  // Sends the bodies that it was asked for, and those that it is asked for
  // then.
  void AnswerAsks();

  // Lost what it was asked for: those asks stay unanswered.
  void IgnoreAsks();

  // What it does otherwise from now on.
  void LieAboutBehaviour() { lie_ = true; }
  void SendInstead(const Record& record) { instead_ = record; }
  void set_overrides(std::map<std::string, std::string> overrides) {
    overrides_ = std::move(overrides);
  }

  // All responses so far.
  std::vector<v1::SyncResponse> Take() const;
  // The list that was stated last, without what was acknowledged since.
  std::vector<std::string> WantedRuns() const;
  std::vector<std::string> Committed() const;
  bool WasAskedForReport() const;
  // How the hub ended the stream; OK while it has not.
  absl::Status end() const;
  int reports_sent() const { return reports_sent_; }
  int records_sent() const { return records_sent_; }

 private:
  class Sink;
  v1::SyncRequest Next();

  Hub* hub_;
  std::shared_ptr<Sink> sink_;
  SessionId session_;
  int64_t sequence_ = 0;
  bool closed_ = false;
  bool lie_ = false;
  std::optional<Record> instead_;
  std::map<std::string, std::string> overrides_;
  std::optional<v1::Report> report_;
  std::optional<v1::RecordBody> record_;
  size_t answered_ = 0;  // responses whose asks were answered
  int reports_sent_ = 0;
  int records_sent_ = 0;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_CONTROLLER_SESSIONS_TEST_AGENT_H_
