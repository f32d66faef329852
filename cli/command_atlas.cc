#include <memory>

#include "CLI/CLI.hpp"
#include "atlas/embedded_atlas.h"
#include "cli/atlas_report.h"
#include "cli/audit_options.h"
#include "cli/claims.h"
#include "cli/claims_report.h"
#include "cli/command.h"
#include "cli/named_file.h"
#include "compiler/catalogue.h"
#include "core/base/status_macros.h"
#include "core/divergence/documented.h"

namespace sockdrift {
namespace {

struct ShowOptions {
  std::string name;
  bool claims = false;
  OutputFormat format = OutputFormat::kTable;
};

absl::StatusOr<ListedEntry> Listed(const HostSection& entry,
                                   EntryRanker& ranker) {
  ListedEntry listed;
  listed.entry = &entry;
  SOCKDRIFT_ASSIGN_OR_RETURN(listed.cells, ranker.CellsOf(entry));
  if (!IsDocumented(entry.facts)) {
    SOCKDRIFT_ASSIGN_OR_RETURN(listed.others, ranker.RankOthers(entry));
  }
  return listed;
}

absl::StatusOr<std::vector<ListedEntry>> ListAll(const Atlas& atlas) {
  EntryRanker ranker(atlas);
  std::vector<ListedEntry> all;
  for (const HostSection& entry : atlas.entries()) {
    SOCKDRIFT_ASSIGN_OR_RETURN(ListedEntry listed, Listed(entry, ranker));
    all.push_back(std::move(listed));
  }
  return all;
}

ExitCode List(OutputFormat format, Console& console) {
  const Atlas& atlas = BuiltInAtlas();
  const absl::StatusOr<std::vector<ListedEntry>> listed = ListAll(atlas);
  if (!listed.ok()) {
    console.Error(listed.status());
    return ExitCode::kOwnFault;
  }
  console.Data(format == OutputFormat::kJson
                   ? AtlasListJson(atlas, *listed)
                   : AtlasListText(atlas, *listed, console));
  return ExitCode::kFine;
}

// `file` is the entry's; `book` must outlive the result.
absl::StatusOr<ShownEntry> Shown(const HostSection& entry,
                                 const BehaviourFile& file,
                                 const ClaimBook& book) {
  ShownEntry shown;
  EntryRanker ranker(BuiltInAtlas());
  SOCKDRIFT_ASSIGN_OR_RETURN(shown.listed, Listed(entry, ranker));
  SOCKDRIFT_ASSIGN_OR_RETURN(std::vector<CompiledPlan> plans, Catalogue());
  std::erase_if(plans, [](const CompiledPlan& plan) {
    return plan.program.long_running;
  });
  if (IsDocumented(entry.facts)) return shown;
  shown.audit = JudgeSaved(file.hosts.front(), plans);
  shown.plans_missing = plans.size() - shown.audit.plans.size();
  shown.claims = JudgeClaims(shown.audit, book, {});
  return shown;
}

ExitCode Show(const ShowOptions& options, Console& console) {
  const absl::StatusOr<BehaviourFile> file = ReadNamedFile(
      IsAtlasOperand(options.name) ? options.name
                                   : kAtlasOperand + options.name);
  if (!file.ok()) {
    console.Error(file.status());
    return ExitCode::kInvalid;
  }
  const Atlas& atlas = BuiltInAtlas();
  const HostSection& entry = *atlas.Find(file->hosts.front().host);
  const absl::StatusOr<ClaimBook> book = ClaimsWith({});
  const absl::StatusOr<ShownEntry> shown =
      book.ok() ? Shown(entry, *file, *book) : book.status();
  if (!shown.ok()) {
    console.Error(shown.status());
    return ExitCode::kOwnFault;
  }
  if (options.claims && shown->claims.empty()) {
    console.Error(options.name +
                  " is documented, not measured: a document says nothing of "
                  "most cells, and so of no claim");
    return ExitCode::kCouldNotTell;
  }
  const bool json = options.format == OutputFormat::kJson;
  if (options.claims) {
    console.Data(json ? ClaimsJson(shown->audit, shown->claims)
                      : ClaimsScreen(shown->audit, shown->claims, console));
  } else {
    console.Data(json ? AtlasShowJson(atlas, *shown)
                      : AtlasShowText(atlas, *shown, console));
  }
  return ExitCode::kFine;
}

}  // namespace

void AddAtlasCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* atlas = app.add_subcommand(
      "atlas", "Behaviours of known kernels, which came with this program");
  atlas->require_subcommand(1);
  CLI::App* list = atlas->add_subcommand(
      "list", "Every entry, and which other one is nearest to it");
  auto list_format = std::make_shared<OutputFormat>(OutputFormat::kTable);
  AddOutputOption(*list, *list_format);
  list->callback([&invocation, list_format] {
    invocation.action = [list_format](Console& console) {
      return List(*list_format, console);
    };
  });
  CLI::App* show = atlas->add_subcommand(
      "show",
      "One of them: what was measured how, its facts, known causes "
      "and claims");
  auto options = std::make_shared<ShowOptions>();
  show->add_option("NAME", options->name, "as 'atlas list' shows it")
      ->required()
      ->option_text("NAME");
  show->add_flag("--claims", options->claims,
                 "the verdict on each claim, as 'audit --claims' shows it");
  AddOutputOption(*show, options->format);
  show->callback([&invocation, options] {
    invocation.action = [options](Console& console) {
      return Show(*options, console);
    };
  });
  AddAtlasDiffCommand(*atlas, invocation);
  AddAtlasNearestCommand(*atlas, invocation);
}

}  // namespace sockdrift
