#include "cli/plan_schema.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/canonical_text.h"
#include "core/base/limits.h"
#include "core/net/option_name.h"
#include "core/plan/operation.h"
#include "wire/json/json.h"

namespace sockdrift {
namespace {

// `$axis` wherever it stands, `unset`, and `$$` for a dollar.
constexpr char kReference[] = "\\$|^unset$";

Json Ref(const std::string& name) {
  return {{"$ref", absl::StrCat("#/definitions/", name)}};
}

Json Described(Json schema, absl::string_view about) {
  // Draft 7 ignores what stands beside a $ref.
  if (schema.contains("$ref")) schema = {{"allOf", {std::move(schema)}}};
  schema["description"] = std::string(about);
  return schema;
}

Json ListOf(Json items) {
  return {{"type", "array"}, {"items", std::move(items)}, {"minItems", 1}};
}

// One, or a list of them.
Json OneOrMore(const Json& one) { return {{"anyOf", {one, ListOf(one)}}}; }

Json Object(Json properties, const std::vector<std::string>& required = {}) {
  Json object = {{"type", "object"},
                 {"properties", std::move(properties)},
                 {"additionalProperties", false}};
  if (!required.empty()) object["required"] = required;
  return object;
}

Json MapOf(Json values) {
  return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

Json Words(absl::Span<const absl::string_view> words) {
  Json list = Json::array();
  for (absl::string_view word : words) list.push_back(std::string(word));
  return {{"anyOf",
           {Json{{"enum", std::move(list)}},
            Json{{"type", "string"}, {"pattern", kReference}}}}};
}

// Several of the words: a list, or a text with commas.
Json SeveralWords(absl::Span<const absl::string_view> words) {
  std::string one = "(";
  for (absl::string_view word : words) {
    absl::StrAppend(&one, one.size() > 1 ? "|" : "", word);
  }
  absl::StrAppend(&one, ")");
  Json text = {
      {"type", "string"},
      {"pattern", absl::StrCat("^", one, "( *, *", one, ")*$|", kReference)}};
  return {{"anyOf", {text, ListOf(Words(words))}}};
}

Json TypeSchema(const FieldSpec& field) {
  switch (field.type) {
    case FieldType::kFamily:
    case FieldType::kSocketType:
    case FieldType::kProtocol:
      return Words(WordsOf(field.type));
    case FieldType::kOptionName:
      return Ref("option");
    case FieldType::kWord:
      return Words(field.words);
    case FieldType::kWords:
      return SeveralWords(field.words);
    case FieldType::kInteger:
      return Ref("number");
    case FieldType::kDuration:
      return Ref("time");
    case FieldType::kSocket:
    case FieldType::kSocketList:
    case FieldType::kMarks:
      return OneOrMore(Ref("text"));
    case FieldType::kNewSocket:
    case FieldType::kNewProcess:
    case FieldType::kProcess:
    case FieldType::kOptionValue:
    case FieldType::kEndpoint:
    case FieldType::kListPort:
    case FieldType::kAddress:
    case FieldType::kOutcome:
    case FieldType::kText:
      break;
  }
  return Ref("text");
}

void AddFields(absl::Span<const FieldSpec> fields, Json& properties) {
  for (const FieldSpec& field : fields) {
    properties[std::string(field.key)] =
        Described(TypeSchema(field), field.about);
  }
}

// Fields that stand beside an operation or in its braces.
Json CommonProperties() {
  Json properties = Json::object();
  AddFields(CommonFields(), properties);
  properties["observe"] =
      Described(Ref("text"), "The outcome is recorded under this name.");
  properties["when"] = Described(
      Ref("condition"), "The step is made only in the cells that meet this.");
  properties["always"] =
      Described(Json{{"enum", {1, "1"}}},
                "1: runs even where an earlier step on its socket failed.");
  return properties;
}

// Fields that the table of operations does not have, because compiling turns
// them into steps.
void AddSugar(const OperationSpec& spec, Json& properties) {
  if (spec.operation == Operation::kSocket) {
    properties["options"] = Described(
        OneOrMore(Ref("options")),
        "Set in this order right after the socket is made: a map of options, "
        "an axis of named rows, or a list of these.");
  }
  if (spec.operation == Operation::kRepeat) {
    properties["over"] = Described(
        OneOrMore(Ref("text")),
        "One round for each of these texts; `as` names the present one.");
    properties["as"] = Described(Ref("text"), "The present text: `$x`.");
  }
  if (spec.operation == Operation::kRepeat ||
      spec.operation == Operation::kSample) {
    properties["steps"] = Ref("steps");
  }
}

Json OperationSchema(const OperationSpec& spec, const Json& common) {
  Json properties = Json::object();
  AddFields(spec.fields, properties);
  AddSugar(spec, properties);
  for (const auto& [key, schema] : common.items()) {
    if (!properties.contains(key)) properties[key] = schema;
  }
  std::vector<std::string> required;
  for (const FieldSpec& field : spec.fields) {
    if (field.required) required.emplace_back(field.key);
  }
  Json schema = Object(std::move(properties), required);
  if (spec.shorthand.has_value()) {
    schema = {
        {"anyOf",
         {std::move(schema), TypeSchema(*FindField(spec, *spec.shorthand))}}};
  }
  return Described(std::move(schema),
                   absl::StrCat(spec.about, " Answers: ", spec.outcomes,
                                ", or an errno name."));
}

// A map with one operation, or `do`, and what may stand beside it.
Json StepSchema() {
  const Json common = CommonProperties();
  Json properties = Json::object();
  Json one_of = Json::array();
  for (const OperationSpec& spec : Operations()) {
    const std::string name(spec.name);
    properties[name] = OperationSchema(spec, common);
    one_of.push_back({{"required", {name}}});
  }
  properties["do"] = Described(Ref("text"),
                               "The steps of a recipe, by name or by the axis "
                               "whose value is the name.");
  one_of.push_back({{"required", {"do"}}});
  for (const auto& [key, schema] : common.items()) {
    // An operation of that name, where there is one, is the operation.
    if (!properties.contains(key)) properties[key] = schema;
  }
  Json step = Object(std::move(properties));
  step["oneOf"] = std::move(one_of);
  return step;
}

Json OptionNames() {
  Json names = Json::array();
  for (const OptionSpec& option : Options()) {
    names.push_back(std::string(option.name));
  }
  return {{"anyOf",
           {Json{{"enum", names}},
            Json{{"type", "string"}, {"pattern", kReference}}}}};
}

// A map of options, or an axis of such maps.
Json OptionMaps() {
  Json properties = Json::object();
  for (const OptionSpec& option : Options()) {
    properties[std::string(option.name)] = Ref("text");
  }
  return {{"anyOf",
           {Object(std::move(properties)),
            Json{{"type", "string"}, {"pattern", kReference}}}}};
}

Json WorldSchema() {
  Json links = MapOf({{"anyOf",
                       {Ref("text"), Object({{"kind", Ref("text")},
                                             {"master", Ref("text")},
                                             {"table", Ref("text")}})}}});
  return Object(
      {{"sysctls", Described(MapOf(Ref("text")), "By dotted name.")},
       {"links", Described(std::move(links), "Name to kind: {d1: dummy}.")},
       {"addresses", Described(MapOf(OneOrMore(Ref("text"))),
                               "Link to addresses with their prefixes; braces "
                               "expand: 192.0.2.{1..11}/32.")},
       {"names",
        Described(MapOf(OneOrMore(Ref("text"))), "A private hosts file.")}});
}

Json TableSchema() {
  return Object(
      {{"of", Ref("text")},
       {"across", {{"type", {"object", "array"}}}},
       {"down",
        MapOf(MapOf({{"type", "array"}, {"items", OneOrMore(Ref("text"))}}))}},
      {"across", "down"});
}

Json ExpectationSchema() {
  Json claim = {{"type", "string"},
                {"pattern", "^(not )?[A-Z][A-Z0-9-]*[0-9]$"}};
  Json outcome = {{"anyOf",
                   {OneOrMore(Ref("text")),
                    Object({{"not", OneOrMore(Ref("text"))}}, {"not"})}}};
  Json schema = Object(
      {{"id", Described(Ref("text"), "Unique in the plan.")},
       {"says", Described(Ref("text"), "One sentence.")},
       {"source",
        Described(Ref("text"),
                  "Where it can be checked: RFC section, man page, kernel "
                  "commit, chapter.")},
       {"claim", Described(OneOrMore(claim),
                           "A1, or `not B4` where the claim is expected to "
                           "fail. Without it the expectation is a rule.")},
       {"given", Described(MapOf(Ref("text")),
                           "Facts that must hold: {kernel: \">=4.11\"}.")},
       {"where", Described(OneOrMore(Ref("condition")),
                           "Which cells; a list is \"or\".")},
       {"outcome", Described(MapOf(std::move(outcome)),
                             "What each named observation must be.")},
       {"table", TableSchema()}},
      {"id", "says", "source"});
  schema["oneOf"] = {Json{{"required", {"outcome"}}},
                     Json{{"required", {"table"}}}};
  return schema;
}

Json HostSchema() {
  return {{"anyOf",
           {Object({{"ipv4", Ref("text")},
                    {"ipv6", Ref("text")},
                    {"world", Ref("world")}}),
            Json{{"type", "null"}}}}};
}

Json AxesSchema() {
  // A list of values, a map of named rows, or a group of such axes.
  return {{"type", "object"},
          {"additionalProperties",
           {{"anyOf", {ListOf(Ref("text")), Json{{"type", "object"}}}}}}};
}

Json RunProperties() {
  return {
      {"duration", Described(Json{{"const", "long"}},
                             "Runs with --long only: it takes minutes.")},
      {"isolation",
       Described(Json{{"enum", {"plan", "cell"}}},
                 "plan: one world for all cells, fresh ports for each; cell: "
                 "a fresh namespace for each.")},
      {"repeats",
       Described(Ref("number"), absl::StrCat("How often each cell is measured, "
                                             "1 to ",
                                             kMaxRepeats, "; 2."))},
      {"limit", Described(Ref("time"), "The longest time of one cell; 5s.")},
      {"caps", Described(OneOrMore(Ref("text")),
                         "The capabilities that the calls run with.")},
      {"users", Described(OneOrMore({{"enum", {"u1", "u2"}}}),
                          "Which unprivileged users it needs.")},
      {"ports", Described(MapOf(Ref("text")),
                          "Names for ports: {web: 8080, pool: 40000-40009}.")}};
}

Json PlanProperties() {
  Json properties = {
      {"plan", Described(Json{{"type", "string"},
                              {"pattern", "^[a-z][a-z0-9-]*\\.[a-z0-9.-]+$"}},
                         "Its name: suite.name.")},
      {"title", Described(Ref("text"), "One line.")},
      {"about", Described(Ref("text"), "Prose.")},
      {"sources", OneOrMore(Ref("text"))}};
  properties.update(RunProperties());
  properties.update(Json{
      {"world", Described(Ref("world"),
                          "What its namespace gets before the first step.")},
      {"hosts", Described(MapOf(HostSchema()), "Two or more network stacks.")},
      {"axes", Described(AxesSchema(), "Its cells are their combinations.")},
      {"except",
       Described(ListOf(Ref("condition")),
                 "A combination that meets any of these is no cell.")},
      {"recipes", Described(MapOf(Ref("steps")), "Lists of steps by name.")},
      {"steps", Described(Ref("steps"), "What is done in each cell.")},
      {"expect",
       Described(ListOf(ExpectationSchema()), "What ought to be seen.")}});
  return properties;
}

Json Definitions() {
  return {{"text", {{"type", {"string", "number", "boolean"}}}},
          {"number",
           {{"anyOf",
             {Json{{"type", "integer"}},
              Json{{"type", "string"},
                   {"pattern", absl::StrCat("^-?[0-9]+$|", kReference)}}}}}},
          {"time",
           {{"type", "string"},
            {"pattern", absl::StrCat("^[0-9.]+(ms|s|m|h)$|", kReference)}}},
          {"condition",
           MapOf({{"anyOf",
                   {OneOrMore(Ref("text")),
                    Object({{"not", OneOrMore(Ref("text"))}}, {"not"})}}})},
          {"option", OptionNames()},
          {"options", OptionMaps()},
          {"world", WorldSchema()},
          {"steps", ListOf(Ref("step"))},
          {"step", StepSchema()}};
}

}  // namespace

std::string PlanSchema() {
  Json schema = {{"$schema", "http://json-schema.org/draft-07/schema#"},
                 {"title", "A plan of sockdrift"},
                 {"description", "docs/plan-language.md has the language."}};
  schema.update(Object(PlanProperties(), {"plan", "title", "steps"}));
  schema["definitions"] = Definitions();
  return schema.dump(2) + "\n";
}

}  // namespace sockdrift
