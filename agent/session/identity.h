// Who this agent is.
#ifndef SOCKDRIFT_AGENT_SESSION_IDENTITY_H_
#define SOCKDRIFT_AGENT_SESSION_IDENTITY_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/policy/policy.h"
#include "core/plan/world.h"

namespace sockdrift {

struct Identity {
  std::string host_id = {};
  std::string process_uuid = {};  // made anew by each process
  std::map<std::string, std::string> labels = {};
  Policy policy = {};  // which worlds it offers
  // Why the kernel does not give a world that the policy allows, by world.
  std::map<World, std::string> impossible = {};
};

// 1 to 128 characters of [A-Za-z0-9._:-]; INVALID_ARGUMENT says so.
absl::Status ValidateHostId(absl::string_view id);

// The host's id where none was given: the first 32 hexadecimal digits of the
// SHA-256 of "sockdrift-host/" and the machine id below `root`, for a machine
// id itself is not to be told to others; where there is none, the host name.
std::string DefaultHostId(const std::string& root);

// A random UUID of version 4.
std::string NewUuid();

// "name=value" pairs; INVALID_ARGUMENT for one that is none, or whose parts
// are too long or hold other characters than host.proto allows.
absl::StatusOr<std::map<std::string, std::string>> ParseLabels(
    const std::vector<std::string>& labels);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_SESSION_IDENTITY_H_
