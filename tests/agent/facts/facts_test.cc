#include "agent/facts/facts.h"

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "agent/facts/host_root.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::Contains;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;

Facts FactsOf(absl::string_view fixture) {
  return ReadFacts(
      {.root = absl::StrCat(SOCKDRIFT_SOURCE_DIR, "/tests/testdata/facts_root/",
                            fixture),
       .from_kernel = false});
}

struct FactCase {
  const char* fixture;
  const char* fact;
  const char* value;  // null: it must not be there
};

class FixtureFacts : public ::testing::TestWithParam<FactCase> {};

TEST_P(FixtureFacts, AreAsTheFilesSay) {
  Facts facts = FactsOf(GetParam().fixture);
  if (GetParam().value == nullptr) {
    EXPECT_THAT(facts, Not(Contains(Key(GetParam().fact))));
  } else {
    EXPECT_THAT(facts, Contains(Pair(GetParam().fact, GetParam().value)));
  }
}

std::string CaseName(const ::testing::TestParamInfo<FactCase>& info) {
  std::string name = absl::StrCat(info.param.fixture, "_", info.param.fact);
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

const FactCase kDebian[] = {
    {"debian12", "kernel", "6.1.0"},
    {"debian12", "kernel.release", "6.1.0-56-amd64"},
    {"debian12", "kernel.version",
     "#1 SMP PREEMPT_DYNAMIC Debian 6.1.192-1 (2026-10-31)"},
    {"debian12", "kernel.upstream", "6.1.192"},
    {"debian12", "kernel.arch", "x86_64"},
    {"debian12", "kernel.cmdline.ipv6.disable_ipv6", "1"},
    {"debian12", "kernel.cmdline.sysctl.net.ipv6.bindv6only", "1"},
    {"debian12", "kernel.cmdline.lsm", "landlock,yama"},
    {"debian12", "kernel.cmdline.ipv6.disable", nullptr},  // after "--"
    {"debian12", "kernel.cmdline.quiet", nullptr},
    {"debian12", "kernel.module.ipv6", "loaded"},
    {"debian12", "kernel.module.tcp_cubic", "built-in"},
    {"debian12", "kernel.module.udp_diag", nullptr},
    {"debian12", "kernel.module.ipv6.disable_ipv6", "1"},
    {"debian12", "kernel.config.IPV6", "y"},
    {"debian12", "kernel.config.INET_DIAG", "m"},
    {"debian12", "kernel.config.SMC", "n"},
    {"debian12", "kernel.config.MPTCP", "n"},
    {"debian12", "kernel.config.LOCALVERSION", nullptr},
    {"debian12", "os.id", "debian"},
    {"debian12", "os.version_id", "12"},
    {"debian12", "os.pretty_name", "Debian GNU/Linux 12 (bookworm)"},
    {"debian12", "virt.kind", "linux"},
    {"debian12", "virt.hypervisor", "qemu"},
    {"debian12", "virt.dmi.product", "Standard PC (i440FX + PIIX, 1996)"},
    {"debian12", "container.runtime", "none"},
    {"debian12", "container.id", "absent"},
    {"debian12", "container.orchestrator", nullptr},
    {"debian12", "lsm", "lockdown,capability,landlock,yama,apparmor"},
    {"debian12", "lsm.label", "unconfined"},
    {"debian12", "caps.effective", "CAP_CHOWN,CAP_NET_BIND_SERVICE"},
    {"debian12", "seccomp.mode", "disabled"},
    {"debian12", "cgroup.version", "2"},
    {"debian12", "cgroup.bpf.bind4", nullptr},
    {"debian12", "ipv6.available", "yes"},
    {"debian12", "iptables.in_use", "no"},
    {"debian12", "net.ipv4.ip_local_port_range", "32768 60999"},
    {"debian12", "net.ipv4.ip_local_reserved_ports", nullptr},
    {"debian12", "net.ipv4.tcp_fastopen_key", nullptr},
    {"debian12", "net.ipv4.fib_multipath_hash_seed", nullptr},
    {"debian12", "net.ipv4.conf.all.rp_filter", "2"},
    {"debian12", "net.ipv4.conf.all.arp_filter", nullptr},
    {"debian12", "net.ipv4.conf.eth0.rp_filter", nullptr},
    {"debian12", "net.ipv6.bindv6only", "1"},
    {"debian12", "net.ipv6.conf.lo.disable_ipv6", "0"},
    {"debian12", "net.ipv6.conf.lo.stable_secret", nullptr},
    {"debian12", "net.core.somaxconn", "4096"},
    {"debian12", "net.core.netdev_rss_key", nullptr},
    {"debian12", "net.mptcp.enabled", "1"},
};
INSTANTIATE_TEST_SUITE_P(Debian, FixtureFacts, ::testing::ValuesIn(kDebian),
                         CaseName);

const FactCase kPod[] = {
    {"pod", "kernel", "5.15.0"},
    {"pod", "kernel.upstream", "5.15.143"},
    {"pod", "os.id", "talos"},
    {"pod", "os.version_id", "v1.12.0"},
    {"pod", "virt.hypervisor", "kvm"},
    {"pod", "container.runtime", "containerd"},
    {"pod", "container.id", "present"},
    {"pod", "container.orchestrator", "kubernetes"},
    {"pod", "cluster", "eu-1"},
    {"pod", "label.app.kubernetes.io/name", "sockdrift"},
    {"pod", "label.pool", "canary"},  // the variable is nearer than the file
    {"pod", "label.zone", "b"},
    {"pod", "lsm.label", "cri-containerd.apparmor.d (enforce)"},
    {"pod", "caps.effective", "none"},
    {"pod", "caps.bounding", "CAP_NET_BIND_SERVICE"},
    {"pod", "seccomp.mode", "filter"},
    {"pod", "no_new_privs", "1"},
    {"pod", "cni.file", "05-cilium.conflist"},
    {"pod", "cni.network", "cilium"},
    {"pod", "cni.plugins", "cilium-cni,portmap"},
};
INSTANTIATE_TEST_SUITE_P(Pod, FixtureFacts, ::testing::ValuesIn(kPod),
                         CaseName);

const FactCase kOthers[] = {
    {"gvisor", "virt.kind", "gvisor"},
    {"gvisor", "kernel", "4.4.0"},
    {"gvisor", "virt.hypervisor", "none"},
    {"gvisor", "caps.effective", nullptr},  // the file says nonsense
    {"gvisor", "lsm", nullptr},
    {"redhat", "kernel", "5.14.0"},
    {"redhat", "kernel.upstream", nullptr},
    {"no-ipv6", "kernel.upstream", "6.12.43"},
    {"no-ipv6", "ipv6.available", "no"},
    {"no-ipv6", "kernel.cmdline.ipv6.disable", "1"},
    {"no-ipv6", "kernel.cmdline.apparmor", "set"},
    {"no-ipv6", "kernel.module.ipv6.disable", "1"},
    {"no-ipv6", "net.ipv4.ip_unprivileged_port_start", "0"},
    {"no-ipv6", "os.id", "alpine"},  // the link leads below the root
};
INSTANTIATE_TEST_SUITE_P(Others, FixtureFacts, ::testing::ValuesIn(kOthers),
                         CaseName);

TEST(ReadFacts, TellsNoSecretOfItsSurroundings) {
  for (const auto& [name, value] : FactsOf("pod")) {
    EXPECT_FALSE(absl::StrContains(value, "hunter2")) << name;
    EXPECT_FALSE(absl::StrContains(value, "0f1e2d3c")) << name;
  }
}

TEST(ReadFacts, KnowsLittleOfAnEmptyRootAndSaysNothingWrong) {
  Facts facts = FactsOf("there-is-no-such-fixture");
  EXPECT_THAT(facts, Not(Contains(Key("kernel.release"))));
  EXPECT_THAT(facts, Contains(Pair("ipv6.available", "no")));
  EXPECT_THAT(facts, Contains(Pair("container.runtime", "none")));
}

TEST(ReadFacts, AsksTheRunningKernel) {
  Facts facts = ReadFacts({});
  EXPECT_THAT(facts, Contains(Key("kernel.release")));
  EXPECT_THAT(facts, Contains(Key("kernel.arch")));
  EXPECT_THAT(facts, Contains(Key("virt.kind")));
}

TEST(OneLine, DropsWhatWouldBreakALine) {
  EXPECT_EQ(OneLine(" a\t\tb\nc \0"), "a b c");
  EXPECT_EQ(OneLine("\n"), "");
}

}  // namespace
}  // namespace sockdrift
