#include "compiler/plan_head.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "compiler/canonical_text.h"
#include "compiler/scalar_text.h"

namespace sockdrift {
namespace {

// capabilities(7), those that bear on sockets first.
constexpr absl::string_view kCapabilities[] = {
    "CAP_NET_BIND_SERVICE",
    "CAP_NET_RAW",
    "CAP_NET_ADMIN",
    "CAP_NET_BROADCAST",
    "CAP_SETUID",
    "CAP_SETGID",
    "CAP_SYS_ADMIN",
    "CAP_BPF",
    "CAP_DAC_OVERRIDE",
    "CAP_SYS_RESOURCE",
    "CAP_SYS_PTRACE",
    "CAP_KILL",
    "CAP_CHOWN",
    "CAP_IPC_LOCK",
    "CAP_SYS_NICE",
    "CAP_PERFMON",
    "CAP_SYS_CHROOT",
    "CAP_MKNOD",
};

bool IsPlanName(absl::string_view name) {
  const size_t dot = name.find('.');
  return dot != absl::string_view::npos && dot > 0 && dot + 1 < name.size() &&
         absl::ascii_islower(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) ||
                  c == '.' || c == '-';
         });
}

void ReadProse(MapReader& plan, PlanContext& context) {
  CompiledPlan& out = context.plan;
  const YamlNode* name = plan.Find("plan");
  out.name = plan.RequireText("plan").value_or("");
  if (!out.name.empty() && !IsPlanName(out.name)) {
    context.report.Add(*name,
                       absl::StrCat("\"", out.name,
                                    "\" is no plan's name: suite.name in "
                                    "lower-case letters, digits and '-' "
                                    "is, such as bind.conflict"));
  }
  out.title = plan.RequireText("title").value_or("");
  out.about = plan.Text("about").value_or("");
  for (const YamlNode* source : plan.Texts("sources")) {
    out.sources.push_back(source->text);
  }
}

void ReadRepeats(MapReader& plan, PlanContext& context) {
  const std::optional<std::string> text = plan.Text("repeats");
  if (!text.has_value()) return;
  int number = 0;
  if (absl::SimpleAtoi(*text, &number) && number >= 1 &&
      number <= kMaxRepeats) {
    context.plan.program.repeats = static_cast<uint8_t>(number);
    return;
  }
  context.report.Add(*plan.Find("repeats"),
                     absl::StrCat("`repeats:` is a number from 1 to ",
                                  kMaxRepeats, ", not \"", *text, "\""));
}

void ReadHowItRuns(MapReader& plan, PlanContext& context) {
  Program& program = context.plan.program;
  const std::optional<std::string> duration = plan.Text("duration");
  program.long_running = duration.has_value();
  if (duration.has_value() && *duration != "long") {
    context.report.Add(*plan.Find("duration"),
                       "`duration:` is `long` or is left out");
  }
  const std::optional<std::string> isolation = plan.Text("isolation");
  if (isolation == "cell") {
    program.isolation = Isolation::kCell;
  } else if (isolation.has_value() && *isolation != "plan") {
    context.report.Add(
        *plan.Find("isolation"),
        absl::StrCat("`isolation:` is plan or cell, not \"", *isolation, "\""));
  }
  ReadRepeats(plan, context);
  const std::optional<std::string> limit = plan.Text("limit");
  if (!limit.has_value()) return;
  const absl::StatusOr<int64_t> ms = ParseDurationMs(*limit);
  if (ms.ok() && *ms > 0) {
    program.limit_ms = static_cast<uint32_t>(*ms);
  } else {
    context.report.Add(*plan.Find("limit"),
                       ms.ok() ? "a limit of 0 leaves no time for any cell"
                               : std::string(ms.status().message()));
  }
}

absl::StatusOr<std::string> CanonicalCapability(absl::string_view text) {
  if (text == "none") return std::string(text);
  std::vector<std::string> names = {"none"};
  for (absl::string_view name : kCapabilities) {
    if (name == text) return std::string(text);
    names.emplace_back(name);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "there is no capability \"", text, "\" here", Suggestion(text, names)));
}

void ReadCapsAndUsers(MapReader& plan, PlanContext& context) {
  Program& program = context.plan.program;
  for (const YamlNode* cap : plan.Texts("caps")) {
    std::optional<Scalar> scalar = ReadScalarText(
        cap->text, *cap, context.axes, CanonicalCapability, context.report);
    if (scalar.has_value()) program.caps.push_back(*std::move(scalar));
  }
  for (const YamlNode* user : plan.Texts("users")) {
    if (user->text != "u1" && user->text != "u2") {
      context.report.Add(*user, absl::StrCat("the users are u1 and u2, not \"",
                                             user->text, "\""));
      continue;
    }
    program.users.push_back(user->text);
    context.unused_users[user->text] = user;
  }
}

bool ReadPortNumber(absl::string_view text, uint16_t& port) {
  uint32_t number = 0;
  if (!absl::SimpleAtoi(text, &number) || number < 1 || number > 65535) {
    return false;
  }
  port = static_cast<uint16_t>(number);
  return true;
}

void ReadPorts(const YamlNode* ports, PlanContext& context) {
  if (ports == nullptr) return;
  if (!ports->map()) {
    context.report.Add(*ports,
                       "`ports:` is a map such as {web: 8080, pool: "
                       "40000-40009}");
    return;
  }
  for (size_t i = 0; i < ports->keys.size(); ++i) {
    const YamlNode& key = ports->keys[i];
    const YamlNode& value = ports->items[i];
    const absl::StatusOr<std::string> name = CanonicalName(key.text);
    if (!name.ok() || absl::ascii_isupper(key.text[0])) {
      context.report.Add(key, absl::StrCat("\"", key.text,
                                           "\" cannot name a port: a "
                                           "lower-case word can; A to Z are "
                                           "symbolic ports"));
      continue;
    }
    const std::pair<absl::string_view, absl::string_view> range =
        absl::StrSplit(value.text, absl::MaxSplits('-', 1));
    PortName port{*name, 0, 0};
    const absl::string_view last =
        range.second.empty() ? range.first : range.second;
    if (!ReadPortNumber(range.first, port.first) ||
        !ReadPortNumber(last, port.last) || port.first > port.last) {
      context.report.Add(value, absl::StrCat("a port or a range from 1 to "
                                             "65535, such as 40000-40009, "
                                             "belongs here, not ",
                                             value.Describe()));
      continue;
    }
    context.plan.program.ports.push_back(std::move(port));
    context.unused_ports[*name] = &key;
  }
}

}  // namespace

void ReadPlanHead(MapReader& plan, PlanContext& context) {
  ReadProse(plan, context);
  ReadHowItRuns(plan, context);
  ReadCapsAndUsers(plan, context);
  ReadPorts(plan.Find("ports"), context);
  const YamlNode* world = plan.Find("world");
  ReadHosts(plan.Find("hosts"), context);
  if (world == nullptr) return;
  if (context.plan.program.hosts.empty()) ReadWorld(*world, "", context);
  for (const Host& host : context.plan.program.hosts) {
    ReadWorld(*world, host.name, context);
  }
}

}  // namespace sockdrift
