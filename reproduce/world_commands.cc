#include "reproduce/world_commands.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "reproduce/cell_text.h"
#include "reproduce/target.h"

namespace sockdrift {
namespace {

using absl::StrCat;

constexpr absl::string_view kIpv4[] = {"192.0.2.1", "192.0.2.2"};
constexpr absl::string_view kIpv6[] = {"2001:db8::1", "2001:db8::2"};
constexpr absl::string_view kLinkLocal[] = {"fe80::1", "fe80::2"};
constexpr absl::string_view kHardware[] = {"02:00:00:00:00:01",
                                           "02:00:00:00:00:02"};

class Commands {
 public:
  explicit Commands(const Script& script) : script_(script) {}

  absl::StatusOr<std::vector<WorldCommand>> All();

 private:
  void Run(std::string command) {
    commands_.push_back({WorldCommand::Kind::kRun, std::move(command), ""});
  }
  void Await(std::string command) {
    commands_.push_back({WorldCommand::Kind::kAwait, std::move(command), ""});
  }
  void Sysctl(absl::string_view key, absl::string_view value) {
    commands_.push_back(
        {WorldCommand::Kind::kSysctl, std::string(value), SysctlPath(key)});
  }
  void Enter(size_t host) {
    commands_.push_back({WorldCommand::Kind::kEnter, "", "", host});
  }
  absl::Status MakeLink(const std::string& link, absl::string_view text);
  void RaiseLink(const std::string& link, absl::string_view text);
  void AddAddress(const std::string& link, const std::string& address);
  absl::Status Settings(absl::string_view host);
  void JoinHosts();
  void SetUpHost(size_t host);

  const Script& script_;
  std::vector<WorldCommand> commands_;
};

// "veth@b1" and "vrf:10" in their parts.
struct LinkKind {
  std::string name;
  std::string table = "10";
  std::string master;
};

LinkKind KindOf(absl::string_view text) {
  LinkKind kind;
  const size_t at = text.find('@');
  if (at != absl::string_view::npos) {
    kind.master = std::string(text.substr(at + 1));
    text = text.substr(0, at);
  }
  const size_t colon = text.find(':');
  kind.name = std::string(text.substr(0, colon));
  if (colon != absl::string_view::npos) {
    kind.table = std::string(text.substr(colon + 1));
  }
  return kind;
}

// No link-local addresses of the kernel's making. A kernel without IPv6 has
// nothing to turn off.
std::string WithoutAddresses(absl::string_view link) {
  return StrCat("ip link set ", link, " addrgenmode none 2>/dev/null || true");
}

absl::Status Commands::MakeLink(const std::string& link,
                                absl::string_view text) {
  const LinkKind kind = KindOf(text);
  if (kind.name == "veth") {
    Run(StrCat("ip link add ", link, " type veth peer name ", link, "-peer"));
    Run(WithoutAddresses(StrCat(link, "-peer")));
  } else if (kind.name == "vrf") {
    Run(StrCat("ip link add ", link, " type vrf table ", kind.table));
  } else if (kind.name == "dummy" || kind.name == "bridge" ||
             kind.name == "ifb") {
    Run(StrCat("ip link add ", link, " type ", kind.name));
  } else {
    return absl::InvalidArgumentError(
        StrCat("there are no links of kind `", text, "`"));
  }
  Run(WithoutAddresses(link));
  return absl::OkStatus();
}

void Commands::RaiseLink(const std::string& link, absl::string_view text) {
  const LinkKind kind = KindOf(text);
  if (!kind.master.empty()) {
    Run(StrCat("ip link set ", link, " master ", kind.master));
  }
  if (kind.name == "veth") Run(StrCat("ip link set ", link, "-peer up"));
  Run(StrCat("ip link set ", link, " up"));
}

void Commands::AddAddress(const std::string& link, const std::string& address) {
  const bool ipv6 = IsIpv6Text(address);
  Run(StrCat("ip addr add ", address, " dev ", link, ipv6 ? " nodad" : ""));
  if (!ipv6) return;
  // The kernel enters the route after it has answered.
  Await(StrCat("ip -6 route get ", address.substr(0, address.find('/')),
               " oif ", link, " 2>/dev/null | grep -q '^local'"));
}

absl::Status Commands::Settings(absl::string_view host) {
  for (const ScriptSetting& one : script_.settings) {
    if (one.host == host && one.kind == SettingKind::kLink) {
      SOCKDRIFT_RETURN_IF_ERROR(MakeLink(one.key, one.value));
    }
  }
  for (const ScriptSetting& one : script_.settings) {
    if (one.host != host) continue;
    if (one.kind == SettingKind::kLink) RaiseLink(one.key, one.value);
  }
  // A sysctl may be a link's, and must stand before the link has addresses.
  for (const ScriptSetting& one : script_.settings) {
    if (one.host != host) continue;
    if (one.kind == SettingKind::kSysctl) Sysctl(one.key, one.value);
  }
  for (const ScriptSetting& one : script_.settings) {
    if (one.host != host) continue;
    if (one.kind == SettingKind::kAddress) AddAddress(one.key, one.value);
  }
  return absl::OkStatus();
}

void Commands::JoinHosts() {
  Enter(0);
  Run(StrCat("ip link add link0 address ", kHardware[0],
             " type veth peer name link0 address ", kHardware[1],
             " netns /proc/$PPID/fd/101"));
  for (size_t i = 0; i < 2; ++i) {
    Enter(i);
    if (script_.hosts[i].ipv6) Run(WithoutAddresses("link0"));
    Run("ip link set link0 up");
  }
}

void Commands::SetUpHost(size_t host) {
  const ScriptHost& own = script_.hosts[host];
  const ScriptHost& others = script_.hosts[1 - host];
  const size_t other = 1 - host;
  Enter(host);
  Await("ip link show link0 | grep -q 'state UP'");
  // Every ICMP error is sent, however many came before.
  Sysctl("net.ipv4.icmp_ratemask", "0");
  Sysctl("net.ipv6.icmp.ratelimit", "0");
  const auto neighbour = [&](absl::string_view address) {
    Run(StrCat("ip neigh replace ", address, " lladdr ", kHardware[other],
               " dev link0 nud permanent"));
  };
  // A search for a neighbour that nobody is ends at once.
  const auto search = [&](absl::string_view table) {
    Run(StrCat("ip ntable change name ", table,
               " dev link0 mcast_probes 1 retrans 10"));
  };
  if (own.ipv6) {
    search("ndisc_cache");
    AddAddress("link0", StrCat(kIpv6[host], "/64"));
    AddAddress("link0", StrCat(kLinkLocal[host], "/64"));
    if (others.ipv6) {
      neighbour(kIpv6[other]);
      neighbour(kLinkLocal[other]);
    }
  } else {
    Sysctl("net.ipv6.conf.default.disable_ipv6", "1");
    Sysctl("net.ipv6.conf.all.disable_ipv6", "1");
  }
  if (!own.ipv4) {
    Run("ip addr del 127.0.0.1/8 dev lo");
    return;
  }
  search("arp_cache");
  Run(StrCat("ip addr add ", kIpv4[host], "/24 dev link0"));
  if (others.ipv4) neighbour(kIpv4[other]);
}

absl::StatusOr<std::vector<WorldCommand>> Commands::All() {
  if (script_.hosts.empty()) {
    SOCKDRIFT_RETURN_IF_ERROR(Settings(""));
    return std::move(commands_);
  }
  if (script_.hosts.size() != 2) {
    return absl::InvalidArgumentError(
        StrCat("a plan has two hosts, not ", script_.hosts.size()));
  }
  JoinHosts();
  for (size_t i = 2; i-- > 0;) {
    SetUpHost(i);
    SOCKDRIFT_RETURN_IF_ERROR(Settings(script_.hosts[i].name));
  }
  return std::move(commands_);
}

}  // namespace

absl::StatusOr<std::vector<WorldCommand>> WorldCommands(const Script& script) {
  return Commands(script).All();
}

std::string HostsFileOf(const Script& script, absl::string_view host) {
  std::string text;
  for (const ScriptSetting& one : script.settings) {
    if (one.kind != SettingKind::kName || one.host != host) continue;
    absl::StrAppend(&text, one.value, " ", one.key, "\n");
  }
  return text;
}

}  // namespace sockdrift
