// What the host runs in: a hypervisor below the kernel, or a kernel that is
// not quite Linux.
#include <sys/klog.h>

#include <cstring>
#include <string>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/facts/sources.h"

namespace sockdrift {
namespace {

struct Sign {
  absl::string_view text;  // lower case; anywhere in what is looked at
  absl::string_view name;
};

// What CPUID leaf 0x40000000 answers.
constexpr Sign kCpuSigns[] = {
    {"kvmkvmkvm", "kvm"},         {"microsoft hv", "hyperv"},
    {"vmwarevmware", "vmware"},   {"xenvmmxenvmm", "xen"},
    {"tcgtcgtcgtcg", "qemu-tcg"}, {"vboxvboxvbox", "virtualbox"},
    {"bhyve bhyve", "bhyve"},     {"acrnacrnacrn", "acrn"},
    {"prl hyperv", "parallels"},  {" lrpepyh vr", "parallels"}};

// What DMI's vendor and product say, the more telling first.
constexpr Sign kDmiSigns[] = {{"amazon ec2", "kvm"},
                              {"google", "kvm"},
                              {"openstack", "kvm"},
                              {"kvm", "kvm"},
                              {"vmware", "vmware"},
                              {"innotek", "virtualbox"},
                              {"virtualbox", "virtualbox"},
                              {"microsoft corporation virtual", "hyperv"},
                              {"xen", "xen"},
                              {"bhyve", "bhyve"},
                              {"parallels", "parallels"},
                              {"qemu", "qemu"}};

template <size_t N>
std::string FirstSign(const Sign (&signs)[N], absl::string_view text) {
  std::string lower = absl::AsciiStrToLower(text);
  for (const Sign& sign : signs) {
    if (absl::StrContains(lower, sign.text)) return std::string(sign.name);
  }
  return "";
}

// The twelve letters with which a hypervisor names itself to its guest.
std::string CpuSignature() {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & (1u << 31)) == 0) return "";
  __cpuid(0x40000000, a, b, c, d);
  char letters[12];
  std::memcpy(letters, &b, 4);
  std::memcpy(letters + 4, &c, 4);
  std::memcpy(letters + 8, &d, 4);
  return std::string(letters, sizeof(letters));
#else
  return "";
#endif
}

bool CpuFlagSet(const HostRoot& root) {
  std::string line = absl::StrCat(root.Line("/proc/cpuinfo"), " ");
  return absl::StrContains(line, " hypervisor ");
}

std::string Hypervisor(const HostRoot& root, bool from_kernel,
                       const Facts& facts) {
  std::string name = from_kernel ? FirstSign(kCpuSigns, CpuSignature()) : "";
  if (name.empty()) name = root.Line("/sys/hypervisor/type");
  if (name.empty()) {
    auto vendor = facts.find("virt.dmi.vendor");
    auto product = facts.find("virt.dmi.product");
    name =
        FirstSign(kDmiSigns,
                  absl::StrCat(vendor == facts.end() ? "" : vendor->second, " ",
                               product == facts.end() ? "" : product->second));
  }
  if (name.empty() && CpuFlagSet(root)) name = "unknown";
  return name.empty() ? "none" : name;
}

std::string KernelMessages(const HostRoot& root, bool from_kernel) {
  if (!from_kernel) return root.Read("/var/log/dmesg");
  constexpr int kReadAll = 3;  // SYSLOG_ACTION_READ_ALL of syslog(2)
  std::string text(1 << 16, '\0');
  int size = klogctl(kReadAll, text.data(), static_cast<int>(text.size()));
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return text;
}

// gVisor's answer to uname(2) for as long as it said it was Linux 4.4.
constexpr absl::string_view kGvisorVersion =
    "#1 SMP Sun Jan 10 15:06:54 PST 2016";

std::string Kind(const HostRoot& root, bool from_kernel, const Facts& facts) {
  auto release = facts.find("kernel.release");
  auto version = facts.find("kernel.version");
  std::string names =
      absl::AsciiStrToLower(release == facts.end() ? "" : release->second);
  bool old_gvisor = version != facts.end() && version->second == kGvisorVersion;
  if (old_gvisor || absl::StrContains(names, "gvisor") ||
      absl::StrContains(KernelMessages(root, from_kernel), "gVisor")) {
    return "gvisor";
  }
  if (absl::StrContains(root.Read("/proc/cpuinfo"), "User Mode Linux")) {
    return "uml";
  }
  if (absl::StrContains(names, "microsoft")) {
    // The first WSL is a kernel of its own that ends its release so.
    return absl::EndsWith(names, "-microsoft") ? "wsl1" : "wsl2";
  }
  return "linux";
}

}  // namespace

void AddVirtualisationFacts(const HostRoot& root, bool from_kernel,
                            Facts& facts) {
  for (absl::string_view id :
       {"/sys/class/dmi/id/", "/sys/devices/virtual/dmi/id/"}) {
    AddFact("virt.dmi.vendor", root.Read(absl::StrCat(id, "sys_vendor")),
            facts);
    AddFact("virt.dmi.product", root.Read(absl::StrCat(id, "product_name")),
            facts);
  }
  AddFact("virt.kind", Kind(root, from_kernel, facts), facts);
  AddFact("virt.hypervisor", Hypervisor(root, from_kernel, facts), facts);
}

}  // namespace sockdrift
