#include "controller/main/options.h"

#include <CLI/CLI.hpp>
#include <iostream>

namespace sockdrift {
namespace {

constexpr int kUsage = 2;

// As they stand on the command line, before they are read.
struct Texts {
  std::string interval = "24h";
  std::string keep_runs = "2160h";
  std::string level = "info";
};

void AddNetwork(CLI::App& app, ControllerOptions& out) {
  app.add_option("--listen", out.server.addresses,
                 "Where agents and command lines are served: unix:/path or "
                 "host:port; may be repeated")
      ->required()
      ->allow_extra_args(false);
  app.add_option("--web-listen", out.web_address,
                 "Where /metrics, /healthz, /readyz and /api/v1 are served, "
                 "plain: host:port (default: nowhere)");
  app.add_option("--tls-cert", out.server.tls.certificate,
                 "The controller's certificate with its chain, PEM");
  app.add_option("--tls-key", out.server.tls.key, "Its private key, PEM");
  app.add_option("--tls-ca", out.server.tls.authorities,
                 "The authorities that clients' certificates must come from, "
                 "PEM");
  app.add_flag("--insecure-plaintext", out.server.insecure_plaintext,
               "DANGER: serve other machines without TLS; everyone on the way "
               "can read and change what is sent, and be any host");
  app.add_option("--max-agents", out.server.max_agents,
                 "How many agents memory is planned for")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
}

void AddRest(CLI::App& app, ControllerOptions& out, Texts& texts) {
  app.add_option("--data-dir", out.data_directory,
                 "Where the database is kept; made where it is missing")
      ->capture_default_str();
  app.add_option("--plans", out.plan_folders,
                 "A folder of plans beside the built-in ones, read again on "
                 "SIGHUP; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--gates", out.gates_folder,
                 "A folder of gates, one YAML file each, read again on SIGHUP "
                 "(docs/gate.md)");
  app.add_option("--audit-interval", texts.interval,
                 "How often every host is audited, and a host that joins at "
                 "once: 24h, 90m; 0 for never")
      ->capture_default_str();
  app.add_option(
         "--keep-runs", texts.keep_runs,
         "How long ended runs are kept; what hosts showed stays: 2160h; "
         "0 for ever")
      ->capture_default_str();
  app.add_option("--log-level", texts.level, "debug, info, warning or error")
      ->check(CLI::IsMember({"debug", "info", "warning", "error"}))
      ->capture_default_str();
  app.add_option("--ready-file", out.ready_file,
                 "Written when the controller serves: one address a line");
}

// False, and said on standard error, for what is no time of zero or more.
bool ParseTime(absl::string_view flag, const std::string& text,
               absl::Duration& out) {
  if (absl::ParseDuration(text, &out) && out >= absl::ZeroDuration()) {
    return true;
  }
  std::cerr << flag << ": \"" << text
            << "\" is no time; wanted something like 24h, 90m or 0\n";
  return false;
}

}  // namespace

std::variant<ControllerOptions, int> ParseOptions(int argc, char** argv) {
  ControllerOptions out;
  Texts texts;
  CLI::App app("Collects what agents measure, groups the hosts and explains",
               "sockdrift-controller");
  app.set_version_flag("--version", "sockdrift-controller " SOCKDRIFT_VERSION);
  AddNetwork(app, out);
  AddRest(app, out, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    app.exit(error);
    return kUsage;
  }
  if (!ParseTime("--audit-interval", texts.interval, out.audit_interval) ||
      !ParseTime("--keep-runs", texts.keep_runs, out.keep_runs)) {
    return kUsage;
  }
  out.log_level = ParseLogLevel(texts.level).value_or(LogLevel::kInfo);
  return out;
}

}  // namespace sockdrift
