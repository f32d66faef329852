// Runs whose results are no host's behaviour: started, waited for and read.
#ifndef SOCKDRIFT_CONTROLLER_PROOF_EXPERIMENTER_H_
#define SOCKDRIFT_CONTROLLER_PROOF_EXPERIMENTER_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "controller/analysis/fleet_analysis.h"
#include "controller/proof/bell.h"
#include "controller/sessions/hub.h"
#include "core/behaviour/record.h"
#include "wire/convert/assignment_set.h"

namespace sockdrift {

// One run: cells of some plans on some hosts in one world.
struct ExperimentOrder {
  std::vector<std::string> hosts = {};
  World world = World::kReplica;
  std::map<std::string, std::string> overrides = {};  // only in fresh worlds
  bool root_cgroup = false;                           // only in fresh worlds
  // World, overrides and cgroup are filled in.
  std::vector<Assignment> assignments = {};
  // The assignments' plans; those that the controller knows may be left out.
  std::vector<PlanOfRun> plans = {};
};

// What one host answered to one assignment.
struct ExperimentAnswer {
  std::shared_ptr<const Record> record;  // null without a whole measurement
  std::string failure;                   // then why
};

struct ExperimentResult {
  std::string run;  // empty where it could not be started
  // One answer an assignment, for each host of the order.
  std::map<std::string, std::vector<ExperimentAnswer>> hosts;
};

class Experimenter {
 public:
  // What it is given must outlive it. At `deadline` every run ends.
  Experimenter(Hub& hub, FleetAnalysis& analysis, absl::Time deadline,
               std::shared_ptr<Bell> bell)
      : hub_(hub),
        analysis_(analysis),
        deadline_(deadline),
        bell_(std::move(bell)) {}

  // Starts all and waits for all: for their ends, the deadline, the bell's
  // calling off, or until a host's agent has been away for some seconds. What
  // was not measured has its reason; a result an order.
  std::vector<ExperimentResult> Run(const std::vector<ExperimentOrder>& orders);

  // Nobody waits for more: the deadline has come, or the work was called off.
  bool Over() const;
  // Why, in words.
  std::string WhyOver() const;

 private:
  struct Started;
  Started Start(const ExperimentOrder& order);
  void Await(std::vector<Started>& started);
  // Ends the runs of hosts whose agents stay away.
  void EndAbandoned(std::vector<Started>& started);
  ExperimentResult Read(const ExperimentOrder& order, const Started& started);
  ExperimentAnswer AnswerOf(const AssignmentResult& result);

  Hub& hub_;
  FleetAnalysis& analysis_;
  const absl::Time deadline_;
  const std::shared_ptr<Bell> bell_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CONTROLLER_PROOF_EXPERIMENTER_H_
