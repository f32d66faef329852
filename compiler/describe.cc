#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "compiler/compile.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// The texts of one step in one cell.
class StepTexts {
 public:
  StepTexts(const Step& step, const Program& program,
            absl::Span<const uint16_t> coordinate)
      : step_(step), program_(program), coordinate_(coordinate) {}

  std::string Get(FieldId id, absl::string_view otherwise = "") const {
    const Scalar* scalar = step_.Find(id);
    if (scalar == nullptr) return std::string(otherwise);
    return TextAt(*scalar, program_, coordinate_)
        .value_or(std::string(otherwise));
  }

 private:
  const Step& step_;
  const Program& program_;
  absl::Span<const uint16_t> coordinate_;
};

// "127.0.0.1:A" as {AF_INET, 127.0.0.1:A}.
std::string Sockaddr(absl::string_view endpoint) {
  absl::string_view family = "AF_INET";
  if (absl::StartsWith(endpoint, "unspec")) {
    family = "AF_UNSPEC";
  } else if (absl::StartsWith(endpoint, "[")) {
    family = "AF_INET6";
  }
  return absl::StrCat("{", family, ", ", endpoint, "}");
}

std::string Constants(absl::string_view prefix, absl::string_view words) {
  if (words.empty()) return "0";
  return absl::StrJoin(absl::StrSplit(words, ','), "|",
                       [&](std::string* out, absl::string_view word) {
                         absl::StrAppend(out, prefix,
                                         absl::AsciiStrToUpper(word));
                       });
}

// "IPPROTO_IPV6" of IPV6_V6ONLY: the level follows from the name.
std::string Level(absl::string_view option) {
  const std::pair<absl::string_view, absl::string_view> levels[] = {
      {"SO_", "SOL_SOCKET"},
      {"IPV6_", "IPPROTO_IPV6"},
      {"IP_", "IPPROTO_IP"},
      {"TCP_", "IPPROTO_TCP"},
      {"UDP_", "IPPROTO_UDP"}};
  for (const auto& [prefix, level] : levels) {
    if (absl::StartsWith(option, prefix)) return std::string(level);
  }
  return "?";
}

std::string SocketCall(const StepTexts& texts) {
  const std::string protocol = texts.Get(FieldId::kProtocol, "default");
  return absl::StrCat(
      texts.Get(FieldId::kAs), " = socket(AF_",
      absl::AsciiStrToUpper(texts.Get(FieldId::kFamily)), ", SOCK_",
      absl::AsciiStrToUpper(texts.Get(FieldId::kType)), ", ",
      protocol == "default"
          ? "0"
          : absl::StrCat("IPPROTO_", absl::AsciiStrToUpper(protocol)),
      ")");
}

// Any other operation: its name and its fields as they are written.
std::string OtherCall(const Step& step, const StepTexts& texts) {
  const OperationSpec& spec = SpecOf(step.operation);
  std::vector<std::string> parts;
  for (const Field& field : step.fields) {
    const FieldSpec& about = *FindField(spec, field.id);
    if (field.id == FieldId::kMust) continue;
    parts.push_back(absl::StrCat(about.key, ": ", texts.Get(field.id)));
  }
  return absl::StrCat(spec.name, "(", absl::StrJoin(parts, ", "), ")");
}

std::string NonBlocking(const StepTexts& texts) {
  return texts.Get(FieldId::kWait) == "no" ? " without waiting" : "";
}

std::string Call(const Step& step, const StepTexts& texts) {
  const std::string of = texts.Get(FieldId::kOf);
  const std::string name = texts.Get(FieldId::kName);
  const std::string to = texts.Get(FieldId::kTo);
  switch (step.operation) {
    case Operation::kSocket:
      return SocketCall(texts);
    case Operation::kSetsockopt:
      return absl::StrCat("setsockopt(", of, ", ", Level(name), ", ", name,
                          ", [", texts.Get(FieldId::kValue), "])");
    case Operation::kGetsockopt:
      return absl::StrCat("getsockopt(", of, ", ", Level(name), ", ", name,
                          ")");
    case Operation::kBind:
      return absl::StrCat("bind(", of, ", ", Sockaddr(to), ")");
    case Operation::kConnect:
      return absl::StrCat("connect(", of, ", ", Sockaddr(to), ")",
                          NonBlocking(texts));
    case Operation::kListen:
      return absl::StrCat("listen(", of, ", ",
                          texts.Get(FieldId::kBacklog, "16"), ")");
    case Operation::kAccept:
      return absl::StrCat(texts.Get(FieldId::kAs), " = accept(", of, ")");
    case Operation::kShutdown:
      return absl::StrCat("shutdown(", of, ", ",
                          Constants("SHUT_", texts.Get(FieldId::kHow)), ")");
    case Operation::kClose:
      return absl::StrCat("close(", of, ")",
                          texts.Get(FieldId::kHow) == "reset"
                              ? " after SO_LINGER {1, 0s}"
                              : "");
    case Operation::kSend:
      return absl::StrCat("sendto(", of, ", \"", texts.Get(FieldId::kData, of),
                          "\", ", Constants("MSG_", texts.Get(FieldId::kFlags)),
                          ", ", to.empty() ? "NULL" : Sockaddr(to), ")");
    case Operation::kRecv:
      return absl::StrCat("recv(", absl::StrReplaceAll(of, {{",", " | "}}),
                          ", ", Constants("MSG_", texts.Get(FieldId::kFlags)),
                          ")");
    case Operation::kGetsockname:
    case Operation::kGetpeername:
      return absl::StrCat(SpecOf(step.operation).name, "(", of, ")");
    default:
      return OtherCall(step, texts);
  }
}

}  // namespace

std::vector<std::string> DescribeCell(const Program& program, uint32_t cell) {
  const CellSpace cells(program);
  const std::vector<uint16_t> coordinate = cells.Coordinate(cell);
  std::vector<std::string> lines;
  std::vector<size_t> ends;  // of the loops that are open
  for (size_t i = 0; i < program.steps.size(); ++i) {
    while (!ends.empty() && i > ends.back()) ends.pop_back();
    const Step& step = program.steps[i];
    if (!Applies(step, coordinate)) continue;
    const StepTexts texts(step, program, coordinate);
    std::string line(2 * ends.size(), ' ');
    absl::StrAppend(&line, Call(step, texts));
    const std::string must = texts.Get(FieldId::kMust);
    if (!must.empty()) absl::StrAppend(&line, "   must be ", must);
    if (step.observation != kNoObservation) {
      absl::StrAppend(&line, "   → ", program.observations[step.observation],
                      step.observe_failure_only ? " if it fails" : "");
    }
    lines.push_back(std::move(line));
    if (step.body > 0) ends.push_back(i + step.body);
  }
  return lines;
}

}  // namespace sockdrift
