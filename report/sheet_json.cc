#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/cell_condition.h"
#include "core/divergence/render.h"
#include "core/divergence/render_explanation.h"
#include "core/plan/cells.h"
#include "report/json.h"
#include "report/step_templates.h"

namespace sockdrift {
namespace {

// Stands in a column for what the sheet's first record has in the same cell.
constexpr int64_t kAsTheFirst = -1;

// One dictionary for all records of a sheet.
class Words {
 public:
  void Add(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) codes_.try_emplace(text, 0);
  }
  void Number() {
    int64_t next = 0;
    for (auto& [text, code] : codes_) code = ++next;
  }
  // 0 is none, as in a record.
  std::vector<int64_t> Translation(
      const std::vector<std::string>& texts) const {
    std::vector<int64_t> codes = {0};
    for (const std::string& text : texts) codes.push_back(codes_.at(text));
    return codes;
  }
  Json Texts() const {
    Json texts = Json::array();
    for (const auto& [text, code] : codes_) texts.push_back(text);
    return texts;
  }

 private:
  std::map<std::string, int64_t> codes_;
};

using Column = std::vector<int64_t>;

// A record's columns in the sheet's codes: status, reason, observations.
std::vector<Column> ColumnsOf(const Record& record, const Words& outcomes,
                              const Words& reasons) {
  std::vector<Column> columns(2);
  for (const CellStatus status : record.status) {
    columns[0].push_back(static_cast<int64_t>(status));
  }
  const std::vector<int64_t> reason = reasons.Translation(record.reasons);
  for (const uint32_t code : record.reason) columns[1].push_back(reason[code]);
  const std::vector<int64_t> outcome = outcomes.Translation(record.outcomes);
  for (const std::vector<uint32_t>& codes : record.columns) {
    Column& column = columns.emplace_back();
    for (const uint32_t code : codes) column.push_back(outcome[code]);
  }
  return columns;
}

Json RecordJson(const SheetRecord& record, std::vector<Column> columns,
                const std::vector<Column>* first) {
  Json packed = Json::array();
  for (size_t i = 0; i < columns.size(); ++i) {
    if (first != nullptr) {
      for (size_t cell = 0; cell < columns[i].size(); ++cell) {
        if (columns[i][cell] == (*first)[i][cell]) {
          columns[i][cell] = kAsTheFirst;
        }
      }
    }
    packed.push_back(RunsJson(columns[i]));
  }
  return {{"hosts", record.hosts},
          {"group",
           record.group.has_value() ? static_cast<int64_t>(*record.group) : -1},
          {"columns", std::move(packed)}};
}

void WriteRecords(const PlanSheet& sheet, Json& out) {
  Words outcomes;
  Words reasons;
  for (const SheetRecord& record : sheet.records) {
    outcomes.Add(record.record.outcomes);
    reasons.Add(record.record.reasons);
  }
  outcomes.Number();
  reasons.Number();
  Json records = Json::array();
  std::vector<Column> first;
  for (const SheetRecord& record : sheet.records) {
    std::vector<Column> columns = ColumnsOf(record.record, outcomes, reasons);
    if (first.empty()) {
      first = columns;
      records.push_back(RecordJson(record, std::move(columns), nullptr));
    } else {
      records.push_back(RecordJson(record, std::move(columns), &first));
    }
  }
  out["outcomes"] = outcomes.Texts();
  out["reasons"] = reasons.Texts();
  out["records"] = std::move(records);
}

// "inet6 6 loopback" of each value; empty for what is no address.
Json AddressesOf(const Axis& axis) {
  Json addresses = Json::array();
  bool some = false;
  for (const std::string& value : axis.values) {
    std::string text;
    for (const AddressField field :
         {AddressField::kFamily, AddressField::kIp, AddressField::kScope}) {
      const auto word = FieldOfAddress(value, field);
      if (!word.has_value()) continue;
      if (!text.empty()) text += ' ';
      text.append(word->data(), word->size());
      some = true;
    }
    addresses.push_back(text);
  }
  return some ? addresses : Json::array();
}

Json AxesJson(const Program& program) {
  Json axes = Json::array();
  for (const Axis& axis : program.axes) {
    axes.push_back({{"name", axis.name},
                    {"values", axis.values},
                    {"addresses", AddressesOf(axis)}});
  }
  return axes;
}

Json StepsJson(const Program& program) {
  Json steps = Json::array();
  const std::vector<StepTemplate> templates = StepTemplates(program);
  for (size_t i = 0; i < templates.size(); ++i) {
    const StepTemplate& step = templates[i];
    Json guards = Json::array();
    for (const Guard& guard : program.steps[i].guards) {
      guards.push_back({guard.axis, guard.values});
    }
    steps.push_back({{"axes", step.axes},
                     {"guards", std::move(guards)},
                     {"text", {step.before, step.after}},
                     {"middles", step.middles},
                     {"depth", step.depth},
                     {"observation", program.steps[i].observation},
                     {"option", step.option}});
  }
  return steps;
}

// What has an effect on every call of a plan and is no step of it.
Json SetupJson(const Program& program) {
  Json setup = Json::array();
  if (program.isolation == Isolation::kCell) {
    setup.push_back("a fresh network namespace for each cell");
  }
  if (!program.users.empty()) {
    setup.push_back(absl::StrCat("users ", absl::StrJoin(program.users, ", ")));
  }
  return setup;
}

Json GroupJson(const SheetGroup& group, const Program& program) {
  Json rules = Json::array();
  const CellSpace cells(program);
  for (const Rule& rule : group.rules) {
    std::vector<uint32_t> covered;
    for (const DifferingCell& cell : group.comparison.differing) {
      if (Covers(rule, program, cells.Coordinate(cell.cell))) {
        covered.push_back(cell.cell);
      }
    }
    rules.push_back({{"text", RenderRule(rule, program)},
                     {"observation", rule.change.observation},
                     {"cells", RowsJson(covered)}});
  }
  return {{"id", group.id},
          {"record", group.record},
          {"hosts", group.hosts},
          {"note", group.note},
          {"compared", group.comparison.compared.size()},
          {"differing", group.comparison.differing.size()},
          {"rules", std::move(rules)},
          {"because", CandidatesJson(group.because)}};
}

}  // namespace

Json RowsJson(const std::vector<uint32_t>& numbers) {
  Json rows = Json::array();
  for (size_t i = 0; i < numbers.size();) {
    size_t end = i + 1;
    while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) ++end;
    rows.push_back(numbers[i]);
    rows.push_back(end - i);
    i = end;
  }
  return rows;
}

Json CandidatesJson(const std::vector<Candidate>& candidates) {
  Json json = Json::array();
  for (const Candidate& candidate : candidates) {
    const std::string join = candidate.join == Join::kAll ? " and " : " or ";
    const auto render = [](std::string* out, const FactCondition& condition) {
      absl::StrAppend(out, RenderFactCondition(condition));
    };
    Json inseparable = Json::array();
    for (const FactCondition& condition : candidate.inseparable) {
      inseparable.push_back(RenderFactCondition(condition));
    }
    json.push_back({{"text", absl::StrJoin(candidate.terms, join, render)},
                    {"inseparable", std::move(inseparable)},
                    {"covered", candidate.covered},
                    {"of", candidate.group_size},
                    {"exceptions", candidate.exceptions},
                    {"others", candidate.others},
                    {"evidence", EvidenceName(candidate.evidence)}});
  }
  return json;
}

Json SheetJson(const PlanSheet& sheet, const CompiledPlan* plan) {
  const Program& program = *sheet.program;
  Json excluded = Json::array();
  for (const Program::Run& run : program.excluded) {
    excluded.push_back(run.first);
    excluded.push_back(run.count);
  }
  Json groups = Json::array();
  for (const SheetGroup& group : sheet.groups) {
    groups.push_back(GroupJson(group, program));
  }
  Json undecided = Json::array();
  for (const UndecidedHost& one : sheet.undecided) {
    undecided.push_back({{"host", one.host}, {"reason", one.reason}});
  }
  Json json = {
      {"plan", sheet.plan},
      {"world", WorldName(sheet.world)},
      {"title", plan == nullptr ? "" : plan->title},
      {"about", plan == nullptr ? "" : plan->about},
      {"sources", plan == nullptr ? std::vector<std::string>() : plan->sources},
      {"measurement", sheet.measurement.ShortHex()},
      {"other_version", sheet.other_version},
      {"axes", AxesJson(program)},
      {"excluded", std::move(excluded)},
      {"observations", program.observations},
      {"setup", SetupJson(program)},
      {"steps", StepsJson(program)},
      {"reference", sheet.reference},
      {"groups", std::move(groups)},
      {"undecided", std::move(undecided)}};
  WriteRecords(sheet, json);
  return json;
}

}  // namespace sockdrift
