#include "boot/modules.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kWanted[] = {"dummy",    "veth",     "vrf",
                                         "tcp_diag", "udp_diag", "unix_diag"};

// What shares the host's files and network.
constexpr absl::string_view kHostWanted[] = {"virtio_pci", "9pnet_virtio", "9p",
                                             "overlay", "virtio_net"};

// What some of these need in some kernels.
constexpr absl::string_view kNeeded[] = {"inet_diag", "l3mdev"};
constexpr absl::string_view kHostNeeded[] = {"virtio",
                                             "virtio_ring",
                                             "virtio_pci_modern_dev",
                                             "virtio_pci_legacy_dev",
                                             "9pnet",
                                             "netfs",
                                             "fscache",
                                             "failover",
                                             "net_failover"};

bool Has(absl::Span<const absl::string_view> names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// In names of modules the two are the same.
std::string Named(absl::string_view name) {
  return absl::StrReplaceAll(name, {{"-", "_"}});
}

// What its own information says (modinfo's "depends").
std::vector<std::string> DependenciesOf(absl::string_view module) {
  const absl::string_view key("\0depends=", 9);
  const size_t at = module.find(key);
  if (at == absl::string_view::npos) return {};
  absl::string_view text = module.substr(at + key.size());
  text = text.substr(0, text.find('\0'));
  std::vector<std::string> names;
  for (const absl::string_view name :
       absl::StrSplit(text, ',', absl::SkipEmpty())) {
    names.push_back(Named(name));
  }
  return names;
}

void Visit(const std::string& name,
           const std::map<std::string, std::string>& modules,
           std::set<std::string>& visited, std::vector<KernelModule>& order) {
  const auto module = modules.find(name);
  if (module == modules.end() || !visited.insert(name).second) return;
  for (const std::string& needed : DependenciesOf(module->second)) {
    Visit(needed, modules, visited, order);
  }
  order.push_back({name, module->second});
}

}  // namespace

std::string ModuleName(absl::string_view path) {
  absl::string_view name = path.substr(path.rfind('/') + 1);
  const size_t end = name.rfind(".ko");
  if (end == absl::string_view::npos) return "";
  const absl::string_view rest = name.substr(end);
  const bool module = rest == ".ko" || rest == ".ko.xz" || rest == ".ko.gz" ||
                      rest == ".ko.zst";
  return module ? Named(name.substr(0, end)) : "";
}

bool MayBeWanted(absl::string_view module, bool shares_host) {
  return Has(kWanted, module) || Has(kNeeded, module) ||
         (shares_host &&
          (Has(kHostWanted, module) || Has(kHostNeeded, module)));
}

std::vector<KernelModule> InLoadOrder(
    const std::map<std::string, std::string>& modules, bool shares_host) {
  std::set<std::string> visited;
  std::vector<KernelModule> order;
  for (const absl::string_view name : kWanted) {
    Visit(std::string(name), modules, visited, order);
  }
  if (!shares_host) return order;
  for (const absl::string_view name : kHostWanted) {
    Visit(std::string(name), modules, visited, order);
  }
  return order;
}

}  // namespace sockdrift
