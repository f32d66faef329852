#include <map>
#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "atlas/embedded_atlas.h"
#include "atlas/likeness_text.h"
#include "cli/controller_client.h"
#include "cli/fleet_likeness.h"
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
  bool atlas = false;  // whether likeness to it is asked for
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

// What hosts are like, by genome: those that share one behave alike.
class Likenesses {
 public:
  ExitCode Ask(ControllerClient& client, const v1::ListHostsResponse& response,
               Console& console) {
    std::vector<std::string> speakers;
    for (const AlikeHosts& alike : HostsByGenome(response)) {
      const std::string& speaker = alike.hosts.front()->host_id();
      if (speakers_.emplace(alike.genome, speaker).second) {
        speakers.push_back(speaker);
      }
    }
    return likeness_.Ask(client, {}, speakers, console);
  }
  // Empty where it was not asked for or nothing is comparable.
  const Ranked& Of(const v1::FleetHost& host) const {
    static const Ranked& kNothing = *new Ranked;
    const auto speaker = speakers_.find(host.genome_digest());
    if (speaker == speakers_.end()) return kNothing;
    const FleetLikeness::Host* known = likeness_.Find(speaker->second);
    return known == nullptr ? kNothing : known->whole;
  }

 private:
  std::map<std::string, std::string> speakers_;  // by genome
  FleetLikeness likeness_;
};

TableCell LikeCell(const v1::FleetHost& host, const Ranked& ranked) {
  if (ranked.empty()) return {"-", Paint::kDim};
  const KernelClaim kernel = CompareKernel(ranked, host.kernel_release());
  const bool as_named = kernel.namesake == nullptr && !ranked.front().far();
  return {LikenessWords(BuiltInAtlas(), ranked, kernel),
          as_named ? Paint::kNone : Paint::kDoubtful};
}

std::string HostsTable(const v1::ListHostsResponse& response,
                       const Likenesses* likenesses, const Console& console) {
  std::vector<Column> columns = {
      {.title = "HOST", .shrinks = true},
      {.title = "STATE"},
      {.title = "KERNEL", .shrinks = true},
      {.title = "ARCH"},
      {.title = "DISTRIBUTION", .shrinks = true},
      {.title = "GENOME"},
      {.title = "DIFFERS IN", .alignment = Alignment::kRight},
      {.title = "LAST AUDIT"},
      {.title = "LABELS", .shrinks = true}};
  // Beside the kernel, which it may contradict.
  constexpr size_t kLike = 3;
  if (likenesses != nullptr) {
    columns.insert(columns.begin() + kLike,
                   {.title = "BEHAVES LIKE", .shrinks = true});
  }
  Table table(std::move(columns));
  for (const v1::FleetHost& host : response.hosts()) {
    std::vector<TableCell> row = {
        host.host_id(),
        StateOf(host),
        host.kernel_release(),
        host.arch(),
        host.distribution(),
        ShortDigest(host.genome_digest()),
        {DiffersIn(host),
         host.divergent_cell_count() > 0 ? Paint::kDoubtful : Paint::kDim},
        host.has_last_audit_time() ? TimeText(host.last_audit_time()) : "never",
        LabelsOf(host)};
    if (likenesses != nullptr) {
      row.insert(row.begin() + kLike, LikeCell(host, likenesses->Of(host)));
    }
    table.Add(std::move(row));
  }
  return table.Render(console);
}

Json AtlasOfHost(const v1::FleetHost& host, const Likenesses* likenesses) {
  if (likenesses == nullptr) return Json::object();
  const Ranked& ranked = likenesses->Of(host);
  Json json = LikenessJson(ranked);
  const KernelClaim kernel = ranked.empty()
                                 ? KernelClaim()
                                 : CompareKernel(ranked, host.kernel_release());
  json["kernel_is_like"] = kernel.is_like;
  json["kernel_entry"] =
      kernel.namesake == nullptr ? "" : kernel.namesake->entry->host;
  return json;
}

std::string HostsJson(const v1::ListHostsResponse& response,
                      const Likenesses* likenesses) {
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
         {"facts", std::move(facts)},
         {"atlas", AtlasOfHost(host, likenesses)}});
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
  v1::ListHostsResponse response;
  const ExitCode listed =
      FetchHostList(*client, options.selector,
                    options.format == OutputFormat::kJson, response, console);
  if (listed != ExitCode::kFine) return listed;
  Likenesses likenesses;
  if (options.atlas) {
    const ExitCode asked = likenesses.Ask(*client, response, console);
    if (asked != ExitCode::kFine) return asked;
  }
  const Likenesses* shown = options.atlas ? &likenesses : nullptr;
  console.Data(options.format == OutputFormat::kJson
                   ? HostsJson(response, shown)
                   : HostsTable(response, shown, console));
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
  command->add_flag("--atlas", options->atlas,
                    "says too which entries of the atlas each host behaves "
                    "like, and where its kernel calls itself otherwise");
  AddOutputOption(*command, options->format);
  command->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return ListHosts(*options, console);
    };
  });
}

}  // namespace sockdrift
