#include "agent/main/options.h"

#include <CLI/CLI.hpp>

namespace sockdrift {
namespace {

constexpr int kUsage = 2;

void AddConnection(CLI::App& app, AgentCommandLine& out) {
  app.add_option("--controller", out.transport.address,
                 "The controller: unix:/path or host:port")
      ->required();
  app.add_option("--tls-cert", out.transport.tls.certificate,
                 "This agent's certificate with its chain, PEM");
  app.add_option("--tls-key", out.transport.tls.key, "Its private key, PEM");
  app.add_option("--tls-ca", out.transport.tls.authorities,
                 "The authorities of the controller's certificate, PEM");
  app.add_option("--tls-server-name", out.transport.server_name,
                 "The name in the controller's certificate, where it is not "
                 "the host of --controller");
  app.add_option("--tls-reload-interval", out.reload_seconds,
                 "Seconds between looks at the TLS files")
      ->check(CLI::Range(1, 86400))
      ->capture_default_str();
  app.add_flag("--insecure-plaintext", out.transport.insecure_plaintext,
               "DANGER: talk to another machine without TLS; everyone on the "
               "way can read and change what is sent");
}

void AddHost(CLI::App& app, AgentCommandLine& out) {
  app.add_option("--host-id", out.host_id,
                 "This host's identity (default: made from /etc/machine-id, "
                 "else the host name)");
  app.add_option("--label", out.labels, "A label of this host, name=value")
      ->allow_extra_args(false);
  app.add_option("--state-dir", out.state_folder,
                 "Where unacknowledged results and cached programs are kept")
      ->capture_default_str();
  app.add_option("--policy", out.policy_file,
                 "What a controller may do here (default: fresh namespaces "
                 "only); see docs/security.md");
  app.add_option("--probe", out.probe,
                 "The sockdrift-probe executable (default: beside this one)");
  app.add_option("--netns", out.netns,
                 "The network namespace that is audited (default: this one)");
  app.add_option("--root", out.root, "Where facts are read below")
      ->capture_default_str();
  app.add_option("--log-level", out.log_level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
}

}  // namespace

std::variant<AgentCommandLine, int> ParseCommandLine(int argc, char** argv) {
  AgentCommandLine out;
  CLI::App app("Audits this host's socket semantics for a controller",
               "sockdrift-agent");
  app.set_version_flag("--version", "sockdrift-agent " SOCKDRIFT_VERSION);
  AddConnection(app, out);
  AddHost(app, out);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return kUsage;
  }
  out.transport.reload_interval = absl::Seconds(out.reload_seconds);
  return out;
}

}  // namespace sockdrift
