// The world of one job: made, set up, confined, and then at the engine's
// service. Everything in here changes the process for good.
#ifndef SOCKDRIFT_AGENT_WORLDS_JOB_WORLD_H_
#define SOCKDRIFT_AGENT_WORLDS_JOB_WORLD_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/engine/world_control.h"
#include "agent/job/job.h"
#include "agent/worlds/capabilities.h"
#include "agent/worlds/hosts.h"
#include "agent/worlds/sysctl_scope.h"
#include "agent/worlds/sysctls.h"
#include "agent/worlds/users.h"

namespace sockdrift {

// Enter, then SetUp, then Confine, then the engine.
class JobWorld : public WorldControl {
 public:
  // Takes the process into the job's world and gives a fresh one its sysctls.
  // FAILED_PRECONDITION says why this host cannot give it and what to do about
  // it; another world is never given instead. The job must outlive it.
  static absl::StatusOr<std::unique_ptr<JobWorld>> Enter(const Job& job);

  // The plan's own settings, then the job's overrides. The message is a reason
  // to SKIP every cell.
  absl::Status SetUp();

  // Limits, an unprivileged uid, no capability that the plan does not need,
  // the seccomp filter. Not OK where a call could run with more than that.
  absl::Status Confine();

  // What is to be known of the world: sysctls that did not take, limits that
  // were refused.
  const std::vector<std::string>& notes() const { return notes_; }

  // Whether the rights over it came from a user namespace.
  bool by_user_namespace() const { return by_user_namespace_; }

  const PortRules& ports() const override { return ports_; }
  std::string CannotHaveCaps(absl::Span<const absl::string_view> caps) override;
  absl::Status UseCaps(absl::Span<const absl::string_view> caps) override;
  std::string CannotHaveUser(absl::string_view user) override;
  absl::Status UseUser(absl::string_view user) override;
  absl::Status Renew() override { return RenewFor({}); }
  absl::Status RenewFor(absl::Span<const uint16_t> coordinate) override;
  int ChangeSysctl(const std::string& key, const std::string& value) override;
  int ChangeAddress(const std::string& link, const std::string& address,
                    bool add) override;
  int ChangeLink(const std::string& link, bool up) override;
  absl::Status UseHost(size_t host) override;

 private:
  explicit JobWorld(const Job& job) : job_(job), hosts_(job.program) {}

  absl::Status EnterFresh();
  absl::Status EnterOwn();
  absl::Status CopyInto(const Sysctls& wanted);
  absl::Status MakeAnother(absl::Span<const uint16_t> coordinate);
  absl::Status MakeHosts(absl::Span<const uint16_t> coordinate);
  // A new namespace with what all of this job's have.
  absl::Status LeaveForFresh();
  // What the plan wants of the present namespace, which is a host's where the
  // plan has several.
  absl::Status ApplyPlan(absl::Span<const uint16_t> coordinate,
                         const std::string& host);
  absl::Status ShowNames(const std::string& hosts_file);
  void ReadPorts();
  // Acts with these capabilities effective, those of them that there are.
  absl::Status With(CapabilityMask effective,
                    absl::FunctionRef<absl::Status()> act);
  // What `change` answers, an errno, with CAP_NET_ADMIN for as long; negative.
  template <typename Change>
  int AsAdministrator(Change change);
  // The capabilities that must stay permitted.
  CapabilityMask NeededCapabilities() const;

  const Job& job_;
  PortRules ports_;
  CapabilitySets capabilities_;
  Ids own_ids_;  // what calls are made with where no user is named
  // What a fresh namespace is given besides the plan's settings.
  std::vector<std::pair<std::string, std::string>> base_sysctls_;
  Hosts hosts_;
  std::vector<std::string> host_names_;  // each host's hosts file
  std::string shown_names_;              // what /etc/hosts holds
  std::vector<std::string> notes_;
  bool by_user_namespace_ = false;
  SysctlOwner sysctl_owner_ = SysctlOwner::kNamespace;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_JOB_WORLD_H_
