// The container around this process and the cluster around that.
#include <map>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/facts/boot_facts.h"
#include "agent/facts/sources.h"

namespace sockdrift {
namespace {

struct Sign {
  absl::string_view text;
  absl::string_view runtime;
};

// Parts of the names of cgroups and mount points that runtimes make; the more
// telling first.
constexpr Sign kSigns[] = {{"cri-containerd", "containerd"},
                           {"io.containerd", "containerd"},
                           {"crio-", "cri-o"},
                           {"/crio/", "cri-o"},
                           {"containers/storage/overlay", "podman"},
                           {"libpod-", "podman"},
                           {"/docker/", "docker"},
                           {"docker-", "docker"},
                           {"/lxc/", "lxc"},
                           {"/lxc.payload", "lxc"},
                           {"/machine.slice/", "systemd-nspawn"},
                           {"/garden/", "garden"},
                           {"kubepods", "kubernetes"}};

std::string RuntimeBySigns(absl::string_view text) {
  for (const Sign& sign : kSigns) {
    if (absl::StrContains(text, sign.text)) return std::string(sign.runtime);
  }
  return "";
}

std::string Runtime(const HostRoot& root,
                    const std::map<std::string, std::string>& environment) {
  if (root.Exists("/run/.containerenv")) {
    bool crio = absl::StrContains(root.Read("/proc/self/cgroup"), "crio");
    return crio ? "cri-o" : "podman";
  }
  std::string by_cgroup = RuntimeBySigns(root.Read("/proc/self/cgroup"));
  if (!by_cgroup.empty() && by_cgroup != "kubernetes") return by_cgroup;
  if (root.Exists("/.dockerenv")) return "docker";
  // With a cgroup namespace the path says nothing; the mounts still do.
  std::string mounts = root.Read("/proc/self/mountinfo");
  if (absl::StrContains(mounts, "/docker/containers/")) return "docker";
  if (absl::StrContains(mounts, "io.containerd")) return "containerd";
  std::string by_systemd = root.Line("/run/systemd/container");
  if (!by_systemd.empty()) return by_systemd;
  auto variable = environment.find("container");
  if (variable != environment.end()) return variable->second;
  return by_cgroup.empty() ? "none" : by_cgroup;
}

// 64 hexadecimal digits, as runtimes name containers.
bool HoldsContainerId(absl::string_view text) {
  size_t run = 0;
  for (char c : text) {
    run = absl::ascii_isxdigit(c) ? run + 1 : 0;
    if (run == 64) return true;
  }
  return false;
}

// A label's value may stand in quotes, as the downward API writes it.
void AddLabel(absl::string_view pair_text, Facts& facts) {
  std::pair<absl::string_view, absl::string_view> pair =
      absl::StrSplit(pair_text, absl::MaxSplits('=', 1));
  absl::string_view key = absl::StripAsciiWhitespace(pair.first);
  absl::string_view value = absl::StripAsciiWhitespace(pair.second);
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
    value = value.substr(1, value.size() - 2);
  }
  if (key.empty() || key.front() == '#') return;
  AddFact(absl::StrCat("label.", key), value, facts);
}

void AddLabels(const HostRoot& root,
               const std::map<std::string, std::string>& environment,
               Facts& facts) {
  for (absl::string_view path :
       {"/etc/podinfo/labels", "/etc/sockdrift/labels"}) {
    std::string text = root.Read(path);
    for (absl::string_view line : absl::StrSplit(text, '\n')) {
      AddLabel(line, facts);
    }
  }
  auto variable = environment.find("SOCKDRIFT_LABELS");
  if (variable == environment.end()) return;
  for (absl::string_view pair : absl::StrSplit(variable->second, ',')) {
    AddLabel(pair, facts);
  }
}

// What started this kernel says how (boot_facts.h).
void AddBootFacts(const std::map<std::string, std::string>& environment,
                  Facts& facts) {
  auto variable = environment.find(kBootVariable);
  if (variable == environment.end()) return;
  for (absl::string_view text : absl::StrSplit(variable->second, ',')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(text, absl::MaxSplits('=', 1));
    AddFact(absl::StrCat("boot.", pair.first), pair.second, facts);
  }
}

}  // namespace

std::map<std::string, std::string> Environment(const HostRoot& root) {
  std::map<std::string, std::string> environment;
  std::string text = root.Read("/proc/self/environ");
  for (absl::string_view entry : absl::StrSplit(text, '\0')) {
    std::pair<absl::string_view, absl::string_view> pair =
        absl::StrSplit(entry, absl::MaxSplits('=', 1));
    if (!pair.first.empty()) {
      environment.emplace(std::string(pair.first), std::string(pair.second));
    }
  }
  return environment;
}

void AddContainerFacts(const HostRoot& root, Facts& facts) {
  std::map<std::string, std::string> environment = Environment(root);
  AddFact("container.runtime", Runtime(root, environment), facts);
  bool identified = HoldsContainerId(root.Read("/proc/self/cgroup")) ||
                    HoldsContainerId(root.Read("/proc/self/mountinfo"));
  AddFact("container.id", identified ? "present" : "absent", facts);
  if (environment.count("KUBERNETES_SERVICE_HOST") > 0 ||
      root.Exists("/var/run/secrets/kubernetes.io/serviceaccount") ||
      absl::StrContains(root.Read("/proc/self/cgroup"), "kubepods")) {
    AddFact("container.orchestrator", "kubernetes", facts);
  }
  AddBootFacts(environment, facts);
  auto cluster = environment.find("SOCKDRIFT_CLUSTER");
  if (cluster != environment.end()) {
    AddFact("cluster", cluster->second, facts);
  }
  AddLabels(root, environment, facts);
}

}  // namespace sockdrift
