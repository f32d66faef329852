// The agent's command line.
#ifndef SOCKDRIFT_AGENT_MAIN_OPTIONS_H_
#define SOCKDRIFT_AGENT_MAIN_OPTIONS_H_

#include <string>
#include <variant>
#include <vector>

#include "wire/tls/transport.h"

namespace sockdrift {

struct AgentCommandLine {
  TransportOptions transport;
  std::string host_id;  // empty: made from the machine id
  std::vector<std::string> labels;
  std::string state_folder = "/var/lib/sockdrift-agent";
  std::string policy_file;  // empty: the default policy
  std::string log_level = "info";
  std::string probe;  // empty: beside this executable
  std::string netns;  // empty: the one the agent is in
  std::string root = "/";
  int reload_seconds = 60;
};

// The options, or the exit code after --help, --version or a mistake that has
// been printed.
std::variant<AgentCommandLine, int> ParseCommandLine(int argc, char** argv);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_MAIN_OPTIONS_H_
