#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/controller_client.h"
#include "cli/remote_commands.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

struct HostsOptions {
  TransportOptions controller;
  std::string selector;
  OutputFormat format = OutputFormat::kTable;
};

TableCell StateOf(const v1::FleetHost& host) {
  if (host.duplicate()) return {"duplicate", Paint::kBad};
  if (host.connected()) return {"connected", Paint::kGood};
  return {"offline", Paint::kDoubtful};
}

std::string LabelsOf(const v1::FleetHost& host) {
  return absl::StrJoin(host.labels(), ",",
                       [](std::string* out, const v1::Label& label) {
                         absl::StrAppend(out, label.name(), "=", label.value());
                       });
}

// "12 +4 ack": what is acknowledged stands apart.
std::string DiffersIn(const v1::FleetHost& host) {
  std::string text =
      WithCommas(static_cast<uint64_t>(host.divergent_cell_count()));
  if (host.acknowledged_cell_count() > 0) {
    absl::StrAppend(
        &text, " +",
        WithCommas(static_cast<uint64_t>(host.acknowledged_cell_count())),
        " ack");
  }
  return text;
}

std::string HostsTable(const v1::ListHostsResponse& response,
                       const Console& console) {
  Table table({{.title = "HOST", .shrinks = true},
               {.title = "STATE"},
               {.title = "KERNEL", .shrinks = true},
               {.title = "ARCH"},
               {.title = "DISTRIBUTION", .shrinks = true},
               {.title = "GENOME"},
               {.title = "DIFFERS IN", .alignment = Alignment::kRight},
               {.title = "LAST AUDIT"},
               {.title = "LABELS", .shrinks = true}});
  for (const v1::FleetHost& host : response.hosts()) {
    table.Add(
        {host.host_id(),
         StateOf(host),
         host.kernel_release(),
         host.arch(),
         host.distribution(),
         ShortDigest(host.genome_digest()),
         {DiffersIn(host),
          host.divergent_cell_count() > 0 ? Paint::kDoubtful : Paint::kDim},
         host.has_last_audit_time() ? TimeText(host.last_audit_time())
                                    : "never",
         LabelsOf(host)});
  }
  return table.Render(console);
}

std::string HostsJson(const v1::ListHostsResponse& response) {
  Json hosts = Json::array();
  for (const v1::FleetHost& host : response.hosts()) {
    Json labels = Json::object();
    for (const v1::Label& label : host.labels()) {
      labels[label.name()] = label.value();
    }
    Json facts = Json::object();
    for (const v1::Fact& fact : host.facts()) {
      facts[fact.name()] = fact.value();
    }
    hosts.push_back(
        {{"host", host.host_id()},
         {"connected", host.connected()},
         {"duplicate", host.duplicate()},
         {"agent_version", host.agent_version()},
         {"kernel", host.kernel_release()},
         {"arch", host.arch()},
         {"distribution", host.distribution()},
         {"genome", HexDigest(host.genome_digest())},
         {"divergent_cells", host.divergent_cell_count()},
         {"acknowledged_cells", host.acknowledged_cell_count()},
         {"last_audit",
          host.has_last_audit_time() ? TimeText(host.last_audit_time()) : ""},
         {"labels", std::move(labels)},
         {"facts", std::move(facts)}});
  }
  return Printed({{"schema", "sockdrift.hosts/1"}, {"hosts", hosts}});
}

ExitCode ListHosts(const HostsOptions& options, Console& console) {
  absl::StatusOr<ControllerClient> client =
      ControllerClient::Create(options.controller);
  if (!client.ok()) {
    console.Error(client.status());
    return ExitCode::kInvalid;
  }
  v1::ListHostsRequest request;
  request.set_selector(options.selector);
  request.set_with_facts(options.format == OutputFormat::kJson);
  v1::ListHostsResponse response;
  grpc::ClientContext context;
  ControllerClient::SetTimeout(
      context, absl::Seconds(ControllerClient::kShortCallSeconds));
  const grpc::Status status =
      client->stub().ListHosts(&context, request, &response);
  if (!status.ok()) return client->Report(status, console);
  console.Data(options.format == OutputFormat::kJson
                   ? HostsJson(response)
                   : HostsTable(response, console));
  if (!response.hosts().empty()) return ExitCode::kFine;
  console.Error(options.selector.empty()
                    ? "the controller knows no host yet: start a "
                      "sockdrift-agent with its address"
                    : absl::StrCat("no host matches ", options.selector,
                                   "; 'sockdrift hosts' lists them all"));
  return ExitCode::kCouldNotTell;
}

}  // namespace

void AddHostsCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* command = app.add_subcommand(
      "hosts", "The hosts that a controller knows, and how they stand");
  auto options = std::make_shared<HostsOptions>();
  AddControllerOptions(*command, options->controller);
  AddSelectorOption(*command, options->selector);
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ListHosts(*options, console);
    };
  });
}

}  // namespace sockdrift
