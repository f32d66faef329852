#include <memory>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/suggest.h"
#include "cli/table.h"
#include "core/causes/render_causes.h"
#include "core/divergence/render_explanation.h"
#include "gate/causes/cause_file.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

constexpr size_t kTextWidth = 100;
constexpr size_t kIndent = 2;

std::string Outcomes(const std::vector<OutcomeTest>& tests) {
  return absl::StrJoin(tests, ", ",
                       [](std::string* out, const OutcomeTest& test) {
                         absl::StrAppend(out, test.observation, ": ",
                                         absl::StrJoin(test.outcomes, " or "));
                       });
}

std::string GivenText(const Cause& cause) {
  return absl::StrJoin(cause.given, " and ",
                       [](std::string* out, const FactCondition& condition) {
                         out->append(RenderFactCondition(condition));
                       });
}

std::string ListText(const Console& console) {
  Table table({{.title = "CAUSE"},
               {.title = "EFFECT"},
               {.title = "TITLE", .shrinks = true}});
  for (const Cause& cause : BuiltInCauses()) {
    table.Add({cause.id, cause.effect, cause.title});
  }
  return table.Render(console);
}

std::string Paragraph(absl::string_view text, const Console& console) {
  return absl::StrCat(
      absl::StrJoin(Wrap(std::string(text),
                         std::min(console.width(), kTextWidth), kIndent),
                    "\n"),
      "\n");
}

std::string ShowText(const Cause& cause, const Console& console) {
  std::string text = absl::StrCat(
      Paragraph(absl::StrCat(cause.id, ": ", cause.title), console), "\n",
      Paragraph(cause.text, console), "\n",
      Paragraph(absl::StrCat("effect: ", cause.effect), console));
  for (const KernelRange& range : cause.kernels) {
    const std::string note =
        range.note.empty() ? "" : absl::StrCat(": ", range.note);
    text += Paragraph(absl::StrCat("kernels ", RenderKernelRange(range), note),
                      console);
  }
  if (!cause.given.empty()) {
    text += Paragraph("given: " + GivenText(cause), console);
  }
  for (const std::string& commit : cause.commits) {
    text += Paragraph("commit: " + commit, console);
  }
  for (const std::string& reference : cause.references) {
    text += Paragraph("reference: " + reference, console);
  }
  text += Paragraph("seen: " + cause.seen, console);
  for (const Symptom& symptom : cause.symptoms) {
    text += Paragraph(
        absl::StrCat("symptom: ", symptom.match.text, " shows ",
                     Outcomes(symptom.shows),
                     symptom.others.empty()
                         ? ""
                         : absl::StrCat("; others ", Outcomes(symptom.others))),
        console);
  }
  return text;
}

Json TestsJson(const std::vector<OutcomeTest>& tests) {
  Json json = Json::object();
  for (const OutcomeTest& test : tests) json[test.observation] = test.outcomes;
  return json;
}

Json CauseJson(const Cause& cause) {
  Json kernels = Json::array();
  for (const KernelRange& range : cause.kernels) {
    kernels.push_back(
        {{"from", range.from}, {"below", range.below}, {"note", range.note}});
  }
  Json given = Json::array();
  for (const FactCondition& condition : cause.given) {
    given.push_back(RenderFactCondition(condition));
  }
  Json symptoms = Json::array();
  for (const Symptom& symptom : cause.symptoms) {
    symptoms.push_back({{"match", symptom.match.text},
                        {"shows", TestsJson(symptom.shows)},
                        {"others", TestsJson(symptom.others)}});
  }
  return {{"cause", cause.id},
          {"title", cause.title},
          {"text", cause.text},
          {"effect", cause.effect},
          {"kernels", std::move(kernels)},
          {"given", std::move(given)},
          {"commits", cause.commits},
          {"references", cause.references},
          {"seen", cause.seen},
          {"file", cause.file},
          {"symptoms", std::move(symptoms)}};
}

ExitCode List(OutputFormat format, Console& console) {
  if (format == OutputFormat::kTable) {
    console.Data(ListText(console));
    return ExitCode::kFine;
  }
  Json causes = Json::array();
  for (const Cause& cause : BuiltInCauses()) causes.push_back(CauseJson(cause));
  console.Data(Printed(
      {{"schema", "sockdrift.causes/1"}, {"causes", std::move(causes)}}));
  return ExitCode::kFine;
}

ExitCode Show(const std::string& id, OutputFormat format, Console& console) {
  std::vector<std::string> ids;
  for (const Cause& cause : BuiltInCauses()) {
    ids.push_back(cause.id);
    if (cause.id != id) continue;
    console.Data(format == OutputFormat::kJson
                     ? Printed({{"schema", "sockdrift.causes/1"},
                                {"causes", Json::array({CauseJson(cause)})}})
                     : ShowText(cause, console));
    return ExitCode::kFine;
  }
  const std::string nearest = Nearest(id, ids);
  console.Error(absl::StrCat(
      "there is no known cause '", id, "'",
      nearest.empty() ? "" : absl::StrCat("; did you mean '", nearest, "'?"),
      "\n  'sockdrift causes list' lists them"));
  return ExitCode::kInvalid;
}

}  // namespace

void AddCausesCommand(CLI::App& app, Invocation& invocation) {
  CLI::App* causes = app.add_subcommand(
      "causes", "Known behaviours of kernels, by which differences are named");
  causes->require_subcommand(1);
  CLI::App* list =
      causes->add_subcommand("list", "Every known cause with its title");
  auto list_format = std::make_shared<OutputFormat>(OutputFormat::kTable);
  AddOutputOption(*list, *list_format);
  list->callback([&invocation, list_format] {
    invocation.action = [list_format](Console& console) {
      return List(*list_format, console);
    };
  });
  CLI::App* show = causes->add_subcommand(
      "show", "One of them: which kernels, since which commit, which cells");
  auto id = std::make_shared<std::string>();
  show->add_option("ID", *id, "as 'causes list' shows it")
      ->required()
      ->option_text("ID");
  auto show_format = std::make_shared<OutputFormat>(OutputFormat::kTable);
  AddOutputOption(*show, *show_format);
  show->callback([&invocation, id, show_format] {
    invocation.action = [id, show_format](Console& console) {
      return Show(*id, *show_format, console);
    };
  });
}

}  // namespace sockdrift
