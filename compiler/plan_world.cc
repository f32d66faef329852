#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "compiler/canonical_text.h"
#include "compiler/plan_head.h"
#include "compiler/scalar_text.h"
#include "core/net/ip_address.h"

namespace sockdrift {
namespace {

constexpr size_t kHosts = 2;      // the ends of one link
constexpr int kMaxBraces = 4096;  // addresses out of one {1..N}

absl::StatusOr<std::string> AnyText(absl::string_view text) {
  return std::string(text);
}

absl::StatusOr<std::string> CanonicalPrefix(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(text, absl::MaxSplits('/', 1));
  const std::optional<IpAddress> address = ParseIpAddress(parts.first);
  int bits = -1;
  if (!address.has_value() || !absl::SimpleAtoi(parts.second, &bits) ||
      bits < 0 || bits > (address->ipv6 ? 128 : 32)) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", text,
                     "\" is no address with a prefix, such as "
                     "192.0.2.1/32"));
  }
  return absl::StrCat(address->canonical, "/", bits);
}

absl::StatusOr<std::string> CanonicalAddress(absl::string_view text) {
  const std::optional<IpAddress> address = ParseIpAddress(text);
  if (address.has_value()) return address->canonical;
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" is no address"));
}

constexpr absl::string_view kLinkKinds[] = {"dummy", "veth", "bridge", "ifb",
                                            "vrf"};

// "veth", "vrf:10", "dummy@v1".
absl::StatusOr<std::string> CanonicalLink(absl::string_view text) {
  const std::pair<absl::string_view, absl::string_view> master =
      absl::StrSplit(text, absl::MaxSplits('@', 1));
  const std::pair<absl::string_view, absl::string_view> table =
      absl::StrSplit(master.first, absl::MaxSplits(':', 1));
  const bool known = std::find(std::begin(kLinkKinds), std::end(kLinkKinds),
                               table.first) != std::end(kLinkKinds);
  uint32_t number = 0;
  const bool has_table = absl::StrContains(master.first, ':');
  if (known &&
      (!has_table ||
       (table.first == "vrf" && absl::SimpleAtoi(table.second, &number))) &&
      (!absl::StrContains(text, '@') || !master.second.empty())) {
    return std::string(text);
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", text, "\" is no kind of link: ", absl::StrJoin(kLinkKinds, ", "),
      " are, vrf:TABLE, and each with @MASTER for a link under a bridge or "
      "vrf"));
}

// {kind: vrf, table: 10, master: v1} as "vrf:10@v1".
std::string LinkText(const YamlNode& node, Report& report) {
  MapReader map(node, "a link", report);
  const std::optional<std::string> kind = map.Text("kind");
  const std::optional<std::string> table = map.Text("table");
  const std::optional<std::string> master = map.Text("master");
  map.Finish();
  if (!kind.has_value()) {
    report.Add(node, "a link needs `kind:`, such as {kind: dummy}");
    return "";
  }
  return absl::StrCat(*kind, table.has_value() ? ":" : "", table.value_or(""),
                      master.has_value() ? "@" : "", master.value_or(""));
}

// "192.0.2.{1..11}/32" as eleven texts; a text without braces as itself.
std::vector<std::string> ExpandBraces(const YamlNode& node, Report& report) {
  const absl::string_view text = node.text;
  const size_t open = text.find('{');
  if (open == absl::string_view::npos) return {node.text};
  const size_t close = text.find('}', open);
  const std::pair<absl::string_view, absl::string_view> range = absl::StrSplit(
      text.substr(open + 1,
                  close == absl::string_view::npos ? close : close - open - 1),
      absl::MaxSplits("..", 1));
  int first = 0;
  int last = 0;
  if (close == absl::string_view::npos ||
      !absl::SimpleAtoi(range.first, &first) ||
      !absl::SimpleAtoi(range.second, &last) || first > last ||
      last - first >= kMaxBraces) {
    report.Add(node, absl::StrCat("braces hold a range such as {1..11} of at "
                                  "most ",
                                  kMaxBraces, " numbers"));
    return {};
  }
  std::vector<std::string> out;
  for (int i = first; i <= last; ++i) {
    out.push_back(
        absl::StrCat(text.substr(0, open), i, text.substr(close + 1)));
  }
  return out;
}

void AddSetting(SettingKind kind, const std::string& key,
                absl::string_view text, const YamlNode& where,
                const std::string& host, PlanContext& context) {
  absl::StatusOr<std::string> (*canonical)(absl::string_view) = AnyText;
  if (kind == SettingKind::kAddress) canonical = CanonicalPrefix;
  if (kind == SettingKind::kLink) canonical = CanonicalLink;
  if (kind == SettingKind::kName) canonical = CanonicalAddress;
  std::optional<Scalar> value =
      ReadScalarText(text, where, context.axes, canonical, context.report);
  if (!value.has_value()) return;
  context.plan.program.settings.push_back({kind, key, *std::move(value), host});
}

void ReadSection(const YamlNode* section, SettingKind kind,
                 absl::string_view like, const std::string& host,
                 PlanContext& context) {
  if (section == nullptr) return;
  if (!section->map()) {
    context.report.Add(
        *section, absl::StrCat("a map such as ", like, " belongs here, not ",
                               section->Describe()));
    return;
  }
  for (size_t i = 0; i < section->keys.size(); ++i) {
    const YamlNode& item = section->items[i];
    if (kind == SettingKind::kLink && item.map()) {
      const std::string text = LinkText(item, context.report);
      if (text.empty()) continue;
      AddSetting(kind, section->keys[i].text, text, item, host, context);
      continue;
    }
    for (const YamlNode* value : ScalarsOf(section->items[i], context.report)) {
      if (kind != SettingKind::kAddress) {
        AddSetting(kind, section->keys[i].text, value->text, *value, host,
                   context);
        continue;
      }
      for (const std::string& text : ExpandBraces(*value, context.report)) {
        AddSetting(kind, section->keys[i].text, text, *value, host, context);
      }
    }
  }
}

// `ipv4:` or `ipv6:` of a host; where it depends on axes, a setting says so.
bool ReadFamily(MapReader& map, const std::string& family,
                const std::string& host, PlanContext& context) {
  const std::optional<std::string> text = map.Text(family);
  if (!text.has_value()) return true;
  const auto yes_or_no =
      [&](absl::string_view one) -> absl::StatusOr<std::string> {
    if (one == "yes" || one == "no") return std::string(one);
    return absl::InvalidArgumentError(
        absl::StrCat("`", family, ":` is yes or no, not \"", one, "\""));
  };
  std::optional<Scalar> value = ReadScalarText(
      *text, *map.Find(family), context.axes, yes_or_no, context.report);
  if (!value.has_value()) return true;
  if (value->constant()) return value->texts[0] != "no";
  context.plan.program.settings.push_back(
      {SettingKind::kFamily, family, *std::move(value), host});
  return true;
}

}  // namespace

void ReadWorld(const YamlNode& world, const std::string& host,
               PlanContext& context) {
  MapReader map(world, "`world`", context.report);
  ReadSection(map.Find("sysctls"), SettingKind::kSysctl,
              "{net.ipv6.bindv6only: 1}", host, context);
  ReadSection(map.Find("links"), SettingKind::kLink, "{d1: dummy}", host,
              context);
  ReadSection(map.Find("addresses"), SettingKind::kAddress,
              "{lo: [192.0.2.1/32]}", host, context);
  ReadSection(map.Find("names"), SettingKind::kName, "{server: 192.0.2.1}",
              host, context);
  map.Finish();
}

void ReadHosts(const YamlNode* hosts, PlanContext& context) {
  if (hosts == nullptr) return;
  if (!hosts->map()) {
    context.report.Add(*hosts,
                       "`hosts:` is a map such as {server: {ipv6: no}, "
                       "client: {}}");
    return;
  }
  for (size_t i = 0; i < hosts->keys.size(); ++i) {
    const absl::StatusOr<std::string> name = CanonicalName(hosts->keys[i].text);
    if (!name.ok()) {
      context.report.Add(hosts->keys[i], name.status().message());
      continue;
    }
    MapReader map(hosts->items[i].empty_scalar() ? NoNode() : hosts->items[i],
                  "a host", context.report);
    Host host{*name, true, true};
    host.ipv4 = ReadFamily(map, "ipv4", host.name, context);
    host.ipv6 = ReadFamily(map, "ipv6", host.name, context);
    const YamlNode* world = map.Find("world");
    map.Finish();
    context.plan.program.hosts.push_back(host);
    if (world != nullptr) ReadWorld(*world, host.name, context);
  }
  if (hosts->keys.size() != kHosts) {
    context.report.Add(
        *hosts, absl::StrCat("`hosts:` joins ", kHosts, " network stacks, not ",
                             hosts->keys.size()));
  }
}

}  // namespace sockdrift
