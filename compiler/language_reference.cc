#include "compiler/language_reference.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/types/span.h"
#include "compiler/canonical_text.h"
#include "core/net/option_name.h"
#include "core/plan/operation.h"

namespace sockdrift {
namespace {

absl::string_view Takes(FieldType type) {
  switch (type) {
    case FieldType::kNewSocket:
      return "a new name";
    case FieldType::kSocket:
      return "a socket";
    case FieldType::kSocketList:
      return "one socket or several";
    case FieldType::kNewProcess:
      return "a new name";
    case FieldType::kProcess:
      return "a process";
    case FieldType::kFamily:
    case FieldType::kSocketType:
    case FieldType::kProtocol:
      return "";
    case FieldType::kOptionName:
      return "a socket option";
    case FieldType::kOptionValue:
      return "a value of the option";
    case FieldType::kEndpoint:
      return "an address and a port";
    case FieldType::kListPort:
      return "a resolved list and a port";
    case FieldType::kAddress:
      return "an address";
    case FieldType::kInteger:
      return "a number";
    case FieldType::kDuration:
      return "a time";
    case FieldType::kMarks:
      return "one time or several";
    case FieldType::kWord:
      return "one of";
    case FieldType::kWords:
      return "one or several of";
    case FieldType::kOutcome:
      return "an outcome";
    case FieldType::kText:
      return "a text";
  }
  return "";
}

std::string Quoted(absl::Span<const absl::string_view> words) {
  return absl::StrJoin(words, ", ",
                       [](std::string* out, absl::string_view word) {
                         absl::StrAppend(out, "`", word, "`");
                       });
}

// A '|' would end the cell of a table.
std::string Cell(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"|", "\\|"}});
}

void AppendFields(absl::Span<const FieldSpec> fields, std::string& out) {
  absl::StrAppend(&out, "| field | takes | meaning |\n| --- | --- | --- |\n");
  for (const FieldSpec& field : fields) {
    absl::StrAppend(&out, "| `", field.key, "`", field.required ? "" : " ?",
                    " | ", Takes(field.type), field.words.empty() ? "" : " ",
                    Quoted(field.words), Quoted(WordsOf(field.type)), " | ",
                    Cell(field.about), " |\n");
  }
  absl::StrAppend(&out, "\n");
}

void AppendOperation(const OperationSpec& spec, std::string& out) {
  absl::StrAppend(&out, "### ", spec.name, "\n\n", spec.about, "\n\n");
  AppendFields(spec.fields, out);
  if (spec.shorthand.has_value()) {
    absl::StrAppend(&out, "Short: `- ", spec.name, ": …` fills `",
                    FindField(spec, *spec.shorthand)->key, "`. ");
  }
  absl::StrAppend(&out, "Answers: ", spec.outcomes, ", or an errno name.");
  if (spec.fails_socket) {
    absl::StrAppend(&out,
                    " A failure makes later steps on its socket "
                    "`not-reached`.");
  }
  if (!spec.system_calls.empty()) {
    absl::StrAppend(&out, " System calls: ", Quoted(spec.system_calls), ".");
  }
  absl::StrAppend(&out, "\n\n");
}

absl::string_view ValueOf(OptionKind kind) {
  switch (kind) {
    case OptionKind::kInteger:
      return "a number";
    case OptionKind::kClock:
      return "a number; reads as `0` or `running`";
    case OptionKind::kLinger:
      return "`1/5s`: on or off, seconds";
    case OptionKind::kDuration:
      return "a time";
    case OptionKind::kPortRange:
      return "`40000-49999`";
    case OptionKind::kDevice:
      return "a link's name";
    case OptionKind::kFilter:
      return "`drop-all`, `accept-all`";
    case OptionKind::kReuseportProgram:
      return "`always N`; `cpu`: 0 on the prober's own CPU, else 1";
    case OptionKind::kCpu:
      return "`this`, the prober's own CPU; `other`; `none`";
    case OptionKind::kWord:
      return "a text; reads as `none` where there is none";
    case OptionKind::kKey:
      return "32 hexadecimal digits; reads as `set` or `none`";
    case OptionKind::kLink:
    case OptionKind::kLinkNetworkOrder:
      return "a link's name, or `none`";
    case OptionKind::kMulticastLink:
      return "a link's name, its IPv4 address, or `none`; reads as the address";
  }
  return "";
}

void AppendOptions(std::string& out) {
  absl::StrAppend(&out,
                  "### Socket options\n\n| option | value |\n"
                  "| --- | --- |\n");
  for (const OptionSpec& option : Options()) {
    absl::StrAppend(&out, "| `", option.name, "` | ", ValueOf(option.kind),
                    " |\n");
  }
}

}  // namespace

std::string OperationsAsMarkdown() {
  std::string out;
  for (const OperationSpec& spec : Operations()) AppendOperation(spec, out);
  absl::StrAppend(&out, "### Fields of any step\n\n");
  AppendFields(CommonFields(), out);
  AppendOptions(out);
  return out;
}

}  // namespace sockdrift
