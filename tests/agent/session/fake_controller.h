// The controller's side of the conversation for tests of agents: all in memory,
// strict about the rules of agent_service.proto.
#ifndef SOCKDRIFT_TESTS_AGENT_SESSION_FAKE_CONTROLLER_H_
#define SOCKDRIFT_TESTS_AGENT_SESSION_FAKE_CONTROLLER_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/digest.h"
#include "core/plan/expectation.h"
#include "core/plan/program.h"
#include "sockdrift/v1/agent_service.pb.h"
#include "wire/convert/assignment_set.h"
#include "wire/convert/report.h"

namespace sockdrift::testing {

class FakeController {
 public:
  // Makes a program known; its measurement digest.
  Digest AddProgram(const Program& program);
  // Wants a run; its set's digest.
  Digest Want(const std::string& run_id, const AssignmentSet& set,
              std::optional<int64_t> timeout_seconds = std::nullopt);
  void Cancel(const std::string& run_id) { wanted_.erase(run_id); }
  void AskForProgress(const std::string& run_id, int milliseconds);

  // A message that carries the complete list of wanted runs.
  v1::SyncResponse Wanted() const;
  // The answer to a request, if there is something to say. A request that
  // breaks a rule is an error for violations().
  std::optional<v1::SyncResponse> Handle(const v1::SyncRequest& request);
  // The stream broke, or the controller was started again: what is committed
  // and the bodies stay.
  void StreamEnded();

  // The report of a committed run; null before that.
  const Report* Committed(const std::string& run_id) const;
  const Facts* FactsOf(const std::string& run_id) const;
  bool Knows(const Digest& record) const { return records_.contains(record); }
  void Forget(const Digest& report) { reports_.erase(report); }

  std::vector<std::string> violations;
  std::vector<v1::Hello> hellos;
  std::vector<v1::RunProgress> progress;
  std::optional<v1::AgentCounters> counters;
  bool draining = false;
  // What has been asked for and sent so far.
  int sets_sent = 0;
  int programs_sent = 0;
  int reports_received = 0;
  int records_received = 0;

 private:
  struct Pending {
    Digest report;
    Digest facts;
  };
  void TakeHello(const v1::SyncRequest& request, v1::SyncResponse& response);
  void TakeBodies(const v1::SyncRequest& request);
  void SendBodies(const v1::SyncRequest& request, v1::SyncResponse& response);
  void Settle(v1::SyncResponse& response);
  // Whether nothing is missing for the run; asks for what is.
  bool Complete(const Pending& pending, v1::SyncResponse& response);
  Digest Read(const std::string& bytes, const char* what);

  std::map<std::string, v1::WantedRun> wanted_;
  std::map<Digest, AssignmentSet> sets_;
  std::map<Digest, std::string> programs_;
  std::map<Digest, Report> reports_;
  std::map<Digest, std::string> records_;
  std::map<Digest, Facts> facts_;
  std::map<std::string, Pending> pending_;
  std::map<std::string, Pending> committed_;
  std::set<Digest> asked_;
  Digest hello_facts_;
  bool greeted_ = false;
  std::string process_;
  int64_t sequence_ = 0;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_SESSION_FAKE_CONTROLLER_H_
