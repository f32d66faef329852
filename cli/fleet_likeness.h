// Which entries of the atlas hosts of a fleet behave like. The controller has
// no atlas: what a few hosts showed is fetched, one of each behaviour.
#ifndef SOCKDRIFT_CLI_FLEET_LIKENESS_H_
#define SOCKDRIFT_CLI_FLEET_LIKENESS_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "atlas/likeness.h"
#include "cli/controller_client.h"
#include "wire/behaviour_file.h"
#include "wire/json/json.h"

namespace sockdrift {

// Hosts that showed the same and whose kernels call themselves the same.
struct AlikeHosts {
  std::string genome;
  std::vector<const v1::FleetHost*> hosts;  // at least one
};
// The most hosts first. Hosts that were never measured are left out. `response`
// must outlive the answer.
std::vector<AlikeHosts> HostsByGenome(const v1::ListHostsResponse& response);

using Ranked = std::vector<Likeness>;  // as EntryRanker has it; may be empty

// The hosts of the fleet that the selector chooses; anything but kFine has been
// explained on the console.
ExitCode FetchHostList(ControllerClient& client, const std::string& selector,
                       bool with_facts, v1::ListHostsResponse& response,
                       Console& console);

// Calls `take` with files that together have what these hosts showed, few hosts
// a file. The scope's selector is not looked at. kCouldNotTell where none of
// them has anything in scope.
ExitCode FetchHosts(ControllerClient& client, const v1::AnalysisScope& scope,
                    absl::Span<const std::string> hosts, Console& console,
                    const std::function<void(BehaviourFile)>& take);

class FleetLikeness {
 public:
  // What is known of one host.
  struct Host {
    std::string kernel;  // as KernelVersionOf
    Ranked whole;        // over all plans of the first world it was measured in
    std::map<std::pair<std::string, World>, Ranked> plans;  // over that plan
  };

  // Asks for these hosts, in the scope's plans, world and run. Anything but
  // kFine has been explained on the console; what was found is kept.
  ExitCode Ask(ControllerClient& client, const v1::AnalysisScope& scope,
               absl::Span<const std::string> hosts, Console& console);

  const std::map<std::string, Host>& hosts() const { return hosts_; }
  // Null where it was not asked for or nothing was measured.
  const Host* Find(const std::string& host) const;
  // Empty where nothing is comparable.
  const Ranked& OfPlan(const std::string& host, const std::string& plan,
                       World world) const;

 private:
  std::map<std::string, Host> hosts_;
};

// `exact`, `far`, `compared`, `differing` and `nearest` of docs/json.md.
Json LikenessJson(const Ranked& ranked);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_FLEET_LIKENESS_H_
