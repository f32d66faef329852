#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <filesystem>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "agent/facts/facts.h"
#include "agent/main/ending_signals.h"
#include "agent/main/options.h"
#include "agent/os/unique_fd.h"
#include "agent/policy/policy.h"
#include "agent/session/agent.h"
#include "agent/session/grpc_stream.h"
#include "agent/session/identity.h"
#include "agent/spool/body_cache.h"
#include "agent/spool/spool.h"
#include "agent/supervise/supervise.h"
#include "agent/worlds/doctor.h"
#include "core/base/log.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

constexpr int kFine = 0;
constexpr int kUsage = 2;
constexpr size_t kCacheBytes = size_t{64} << 20;

// Everything that must be right before an agent begins.
struct Parts {
  Identity identity;
  UniqueFd state_lock;
  std::unique_ptr<Spool> spool;
  std::unique_ptr<BodyCache> sets;
  std::unique_ptr<BodyCache> programs;
  std::unique_ptr<Dialer> dialer;
};

absl::StatusOr<UniqueFd> LockState(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  const std::string path = absl::StrCat(folder, "/lock");
  UniqueFd lock(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock.valid()) {
    return absl::ErrnoToStatus(
        errno, absl::StrCat("the state folder ", folder,
                            " cannot be used; see --state-dir"));
  }
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("another agent uses the state folder ", folder,
                     "; end it or give this one another --state-dir"));
  }
  return lock;
}

absl::StatusOr<Identity> MakeIdentity(const AgentCommandLine& line) {
  Identity identity;
  identity.host_id =
      line.host_id.empty() ? DefaultHostId(line.root) : line.host_id;
  SOCKDRIFT_RETURN_IF_ERROR(ValidateHostId(identity.host_id));
  identity.process_uuid = NewUuid();
  SOCKDRIFT_ASSIGN_OR_RETURN(identity.labels, ParseLabels(line.labels));
  if (!line.policy_file.empty()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(identity.policy, LoadPolicy(line.policy_file));
  }
  return identity;
}

// Why this host does not give some worlds. The probes that find out are also
// what tells at the start that there is no probe.
absl::StatusOr<std::map<World, std::string>> ImpossibleWorlds(
    const std::string& probe) {
  SOCKDRIFT_ASSIGN_OR_RETURN(const std::vector<WorldAvailability> worlds,
                             Examine(probe));
  std::map<World, std::string> impossible;
  for (const WorldAvailability& world : worlds) {
    if (!world.available) impossible[world.world] = world.reason;
  }
  return impossible;
}

absl::StatusOr<Parts> MakeParts(const AgentCommandLine& line) {
  Parts parts;
  SOCKDRIFT_ASSIGN_OR_RETURN(parts.identity, MakeIdentity(line));
  SOCKDRIFT_RETURN_IF_ERROR(CheckTransport(line.transport));
  SOCKDRIFT_ASSIGN_OR_RETURN(parts.identity.impossible,
                             ImpossibleWorlds(line.probe));
  SOCKDRIFT_ASSIGN_OR_RETURN(parts.state_lock, LockState(line.state_folder));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      parts.spool, Spool::Open(line.state_folder + "/spool", SpoolLimits()));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      parts.sets, BodyCache::Open(line.state_folder + "/sets", kCacheBytes));
  SOCKDRIFT_ASSIGN_OR_RETURN(
      parts.programs,
      BodyCache::Open(line.state_folder + "/programs", kCacheBytes));
  SOCKDRIFT_ASSIGN_OR_RETURN(parts.dialer, DialGrpc(line.transport));
  return parts;
}

AgentOptions MakeOptions(const AgentCommandLine& line, const Policy& policy) {
  AgentOptions options;
  options.read_facts = [root = line.root] {
    return ReadFacts({.root = root, .from_kernel = root == "/"});
  };
  options.measure.policy = policy;
  options.measure.probe = line.probe;
  options.measure.netns = line.netns;
  options.measure.run_jobs = RunJobs;
  return options;
}

int RunAgent(const AgentCommandLine& line) {
  EndingSignals signals;
  absl::StatusOr<Parts> parts = MakeParts(line);
  if (!parts.ok()) {
    std::cerr << "sockdrift-agent: " << parts.status().message() << "\n";
    return kUsage;
  }
  if (line.transport.insecure_plaintext && !line.transport.tls.given()) {
    Log(LogLevel::kWarning,
        "plain text: everyone on the way can read and change what is sent",
        {{"controller", line.transport.address}});
  }
  Log(LogLevel::kInfo, "the agent starts",
      {{"version", SOCKDRIFT_VERSION},
       {"host", parts->identity.host_id},
       {"process", parts->identity.process_uuid},
       {"controller", line.transport.address}});
  Agent agent(parts->identity, MakeOptions(line, parts->identity.policy),
              *parts->dialer, *parts->spool, *parts->sets, *parts->programs);
  signals.Await([&agent] {
    Log(LogLevel::kInfo, "the agent was told to stop and drains");
    agent.Drain();
  });
  agent.Run();
  Log(LogLevel::kInfo, "the agent ends");
  return kFine;
}

}  // namespace
}  // namespace sockdrift

int main(int argc, char** argv) {
  // Debian's Abseil checks lock orders in every process, at a high price, and
  // aborts on a false alarm.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  // c-ares asks name servers for what stands in the hosts file.
  setenv("GRPC_DNS_RESOLVER", "native", /*overwrite=*/0);
  umask(077);
  const std::variant<sockdrift::AgentCommandLine, int> line =
      sockdrift::ParseCommandLine(argc, argv);
  if (const int* code = std::get_if<int>(&line)) return *code;
  const auto& options = std::get<sockdrift::AgentCommandLine>(line);
  const absl::StatusOr<sockdrift::LogLevel> level =
      sockdrift::ParseLogLevel(options.log_level);
  if (level.ok()) sockdrift::SetLogLevel(*level);
  return sockdrift::RunAgent(options);
}
