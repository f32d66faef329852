#include <arpa/inet.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <netinet/tcp.h>

#include <cerrno>
#include <cstddef>

#include "tests/mutants/mutant.h"

namespace sockdrift::mutants {
namespace {

// --- system calls answered without being made ---

// Numbers that older headers of the C library lack.
constexpr int kIpLocalPortRange = 51;
constexpr int kIpMulticastAll = 49;

CallPattern OptionPattern(int level, int name) {
  return {SCMP_SYS(setsockopt),
          {SCMP_A1_32(SCMP_CMP_EQ, static_cast<uint32_t>(level)),
           SCMP_A2_32(SCMP_CMP_EQ, static_cast<uint32_t>(name))}};
}
Answer Setsockopt(int level, int name, int error) {
  return {OptionPattern(level, name), error};
}
Answer Swallowed(int level, int name) { return Setsockopt(level, name, 0); }

// --- calls that a process of ours decides ---

std::optional<int> Untouched() { return std::nullopt; }

// A port that needs no privilege: this process has none to make such calls
// with.
bool IsPlain(const InterceptedCall& call) {
  return (call.family() == AF_INET || call.family() == AF_INET6) &&
         call.port() >= 1024;
}

std::optional<int> LoseConflictOfIpv4(InterceptedCall& call) {
  if (call.family() != AF_INET || !IsPlain(call)) return Untouched();
  const int error = call.Perform();
  return error == EADDRINUSE ? 0 : error;
}

std::optional<int> LoseConflictOfMapped(InterceptedCall& call) {
  if (!call.is_mapped() || !IsPlain(call)) return Untouched();
  const int error = call.Perform();
  return error == EADDRINUSE ? 0 : error;
}

std::optional<int> InventConflictOfMapped(InterceptedCall& call) {
  if (!call.is_mapped() || !IsPlain(call)) return Untouched();
  return EADDRINUSE;
}

std::optional<int> ForceReusePort(InterceptedCall& call) {
  call.SetOption(SOL_SOCKET, SO_REUSEPORT, 1);
  return Untouched();
}

std::optional<int> ForceReuseAddress(InterceptedCall& call) {
  call.SetOption(SOL_SOCKET, SO_REUSEADDR, 1);
  return Untouched();
}

std::optional<int> ClearReuseAfterBind(InterceptedCall& call) {
  if (!IsPlain(call)) return Untouched();
  const int error = call.Perform();
  call.SetOption(SOL_SOCKET, SO_REUSEADDR, 0);
  call.SetOption(SOL_SOCKET, SO_REUSEPORT, 0);
  return error;
}

std::optional<int> ForceV6Only(InterceptedCall& call) {
  if (call.family() == AF_INET6 && call.is_wildcard()) {
    call.SetOption(IPPROTO_IPV6, IPV6_V6ONLY, 1);
  }
  return Untouched();
}

std::optional<int> ClearV6Only(InterceptedCall& call) {
  if (call.family() == AF_INET6) call.SetOption(IPPROTO_IPV6, IPV6_V6ONLY, 0);
  return Untouched();
}

std::optional<int> RefuseDualStack(InterceptedCall& call) {
  if (call.OptionValue(1) == 0) return EINVAL;
  return Untouched();
}

std::optional<int> ForceFreebind(InterceptedCall& call) {
  call.SetOption(IPPROTO_IP, IP_FREEBIND, 1);
  return Untouched();
}

std::optional<int> GrantPrivilegedPort(InterceptedCall& call) {
  if (call.port() == 0 || call.port() >= 1024) return Untouched();
  return 0;
}

// Another errno for the same refusal.
template <int from, int to>
std::optional<int> Rename(InterceptedCall& call) {
  if (!IsPlain(call)) return Untouched();
  const int error = call.Perform();
  return error == from ? to : error;
}

std::optional<int> LoseInvalid(InterceptedCall& call) {
  if (!IsPlain(call)) return Untouched();
  const int error = call.Perform();
  return error == EINVAL ? 0 : error;
}

std::optional<int> AcceptAnyAddress(InterceptedCall& call) {
  if (!IsPlain(call)) return Untouched();
  const int error = call.Perform();
  return error == EADDRNOTAVAIL ? 0 : error;
}

std::optional<int> RefuseReusePortListener(InterceptedCall& call) {
  return call.GetOption(SOL_SOCKET, SO_REUSEPORT, 0) != 0
             ? std::optional<int>(EADDRINUSE)
             : Untouched();
}

// --- programs on the cgroup: their context is struct bpf_sock_addr ---

constexpr bpf_insn Instruction(uint8_t code, uint8_t to, uint8_t from,
                               int16_t offset, int32_t value) {
  return {code, to, from, offset, value};
}
constexpr bpf_insn Return() {
  return Instruction(BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}
constexpr bpf_insn Set(uint8_t to, int32_t value) {
  return Instruction(BPF_ALU64 | BPF_MOV | BPF_K, to, 0, 0, value);
}
constexpr bpf_insn Load(uint8_t to, size_t field) {
  return Instruction(BPF_LDX | BPF_MEM | BPF_W, to, BPF_REG_1,
                     static_cast<int16_t>(field), 0);
}
constexpr bpf_insn Store(size_t field, uint8_t from) {
  return Instruction(BPF_STX | BPF_MEM | BPF_W, BPF_REG_1, from,
                     static_cast<int16_t>(field), 0);
}
// Passes over `count` instructions unless the register is `value`.
constexpr bpf_insn SkipUnless(uint8_t reg, int32_t value, int16_t count) {
  return Instruction(BPF_JMP32 | BPF_JNE | BPF_K, reg, 0, count, value);
}

constexpr size_t kUserIp4 = offsetof(bpf_sock_addr, user_ip4);
constexpr size_t kUserIp6Last = offsetof(bpf_sock_addr, user_ip6) + 12;
constexpr int32_t kRefuse = 0;
constexpr int32_t kPermit = 1;

int32_t Ip4(uint32_t host_order) {
  return static_cast<int32_t>(htonl(host_order));
}

// Refuses (EPERM) what goes to or is bound to this IPv4 address.
std::vector<bpf_insn> RefuseIp4(uint32_t address) {
  return {Load(BPF_REG_2, kUserIp4), Set(BPF_REG_0, kPermit),
          SkipUnless(BPF_REG_2, Ip4(address), 1), Set(BPF_REG_0, kRefuse),
          Return()};
}

std::vector<bpf_insn> ReplaceIp4(uint32_t address, uint32_t by) {
  return {Load(BPF_REG_2, kUserIp4), SkipUnless(BPF_REG_2, Ip4(address), 2),
          Set(BPF_REG_3, Ip4(by)),   Store(kUserIp4, BPF_REG_3),
          Set(BPF_REG_0, kPermit),   Return()};
}

// Refuses an IPv6 address that ends in ::1 or 127.0.0.1.
std::vector<bpf_insn> RefuseIp6Ending(uint32_t last) {
  return {Load(BPF_REG_2, kUserIp6Last), Set(BPF_REG_0, kPermit),
          SkipUnless(BPF_REG_2, Ip4(last), 1), Set(BPF_REG_0, kRefuse),
          Return()};
}

// What a post-bind program of a load balancer does to ports that it serves.
std::vector<bpf_insn> RefuseNodePorts() {
  constexpr int32_t kFirst = 30000;
  constexpr int32_t kLast = 32767;
  return {Load(BPF_REG_2, offsetof(bpf_sock, src_port)),
          Set(BPF_REG_0, kPermit),
          Instruction(BPF_JMP32 | BPF_JLT | BPF_K, BPF_REG_2, 0, 2, kFirst),
          Instruction(BPF_JMP32 | BPF_JGT | BPF_K, BPF_REG_2, 0, 1, kLast),
          Set(BPF_REG_0, kRefuse),
          Return()};
}

CgroupProgram OnAddress(bpf_attach_type type,
                        std::vector<bpf_insn> instructions) {
  return {type, BPF_PROG_TYPE_CGROUP_SOCK_ADDR, std::move(instructions)};
}

constexpr uint32_t kLoopback = 0x7f00'0001;   // 127.0.0.1
constexpr uint32_t kLoopback2 = 0x7f00'0002;  // 127.0.0.2

}  // namespace

const std::vector<Mutant>& Mutants() {
  const CallPattern bind = {SCMP_SYS(bind), {}};
  const CallPattern connect = {SCMP_SYS(connect), {}};
  const CallPattern listen = {SCMP_SYS(listen), {}};
  static const auto* const mutants = new std::vector<Mutant>{
      {"none", "nothing is changed", "", Nothing{}},

      {"bindv6only", "IPV6_V6ONLY is on by default", "kubernetes#73158",
       SysctlFlip{{{"net/ipv6/bindv6only", "1"}}}},
      {"disable-ipv6", "no interface has an IPv6 address", "linkerd2 PR#12938",
       SysctlFlip{{{"net/ipv6/conf/all/disable_ipv6", "1"},
                   {"net/ipv6/conf/default/disable_ipv6", "1"},
                   {"net/ipv6/conf/lo/disable_ipv6", "1"}}}},
      {"unprivileged-ports", "every port may be bound without a capability",
       "kubernetes#102612",
       SysctlFlip{{{"net/ipv4/ip_unprivileged_port_start", "0"}}}},
      {"nonlocal-bind", "IPv4 addresses of others may be bound",
       "keepalived and haproxy set it",
       SysctlFlip{{{"net/ipv4/ip_nonlocal_bind", "1"}}}},
      {"nonlocal-bind-ipv6", "IPv6 addresses of others may be bound", "",
       SysctlFlip{{{"net/ipv6/ip_nonlocal_bind", "1"}}}},
      {"no-time-wait-reuse", "connect never takes a port in TIME_WAIT",
       "the default before Linux 4.19",
       SysctlFlip{{{"net/ipv4/tcp_tw_reuse", "0"}}}},
      {"time-wait-reuse-everywhere", "connect takes ports in TIME_WAIT", "",
       SysctlFlip{{{"net/ipv4/tcp_tw_reuse", "1"}}}},
      {"autobind-reuse", "bind to port 0 shares ports", "",
       SysctlFlip{{{"net/ipv4/ip_autobind_reuse", "1"}}}},
      {"no-timestamps", "TCP sends no timestamps", "hardening guides",
       SysctlFlip{{{"net/ipv4/tcp_timestamps", "0"}}}},
      {"no-time-wait", "no connection stays in TIME_WAIT", "",
       SysctlFlip{{{"net/ipv4/tcp_max_tw_buckets", "0"}}}},
      {"migrate-requests", "connections of a closed listener move to another",
       "nginx#1399", SysctlFlip{{{"net/ipv4/tcp_migrate_req", "1"}}}},

      {"no-af-inet6", "there are no IPv6 sockets",
       "ipv6.disable=1; siderolabs/talos#12522",
       Answer{{SCMP_SYS(socket), {SCMP_A0_32(SCMP_CMP_EQ, AF_INET6)}},
              EAFNOSUPPORT}},
      {"reuseaddr-swallowed", "SO_REUSEADDR is accepted without effect", "",
       Swallowed(SOL_SOCKET, SO_REUSEADDR)},
      {"reuseport-swallowed", "SO_REUSEPORT is accepted without effect", "",
       Swallowed(SOL_SOCKET, SO_REUSEPORT)},
      {"reuseport-unknown", "SO_REUSEPORT is not known", "Linux before 3.9",
       Setsockopt(SOL_SOCKET, SO_REUSEPORT, ENOPROTOOPT)},
      {"v6only-swallowed", "IPV6_V6ONLY is accepted without effect", "",
       Swallowed(IPPROTO_IPV6, IPV6_V6ONLY)},
      {"linger-swallowed", "SO_LINGER is accepted without effect", "",
       Swallowed(SOL_SOCKET, SO_LINGER)},
      {"bindtodevice-swallowed", "SO_BINDTODEVICE is accepted without effect",
       "", Swallowed(SOL_SOCKET, SO_BINDTODEVICE)},
      {"bindtodevice-denied", "SO_BINDTODEVICE needs CAP_NET_RAW",
       "Linux before 5.7", Setsockopt(SOL_SOCKET, SO_BINDTODEVICE, EPERM)},
      {"broadcast-swallowed", "SO_BROADCAST is accepted without effect", "",
       Swallowed(SOL_SOCKET, SO_BROADCAST)},
      {"incoming-cpu-swallowed", "SO_INCOMING_CPU is accepted without effect",
       "gVisor", Swallowed(SOL_SOCKET, SO_INCOMING_CPU)},
      {"reuseport-program-swallowed",
       "a SO_REUSEPORT program is accepted without effect", "gVisor",
       Swallowed(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF)},
      {"reuseport-program-unknown", "SO_REUSEPORT programs are not known",
       "Linux before 4.5",
       Setsockopt(SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, ENOPROTOOPT)},
      {"freebind-swallowed", "IP_FREEBIND is accepted without effect", "gVisor",
       Swallowed(IPPROTO_IP, IP_FREEBIND)},
      {"transparent-swallowed", "IP_TRANSPARENT is accepted without effect",
       "gVisor", Swallowed(IPPROTO_IP, IP_TRANSPARENT)},
      {"no-port-swallowed",
       "IP_BIND_ADDRESS_NO_PORT is accepted without effect", "gVisor",
       Swallowed(IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT)},
      {"port-range-swallowed", "IP_LOCAL_PORT_RANGE is accepted without effect",
       "gVisor", Swallowed(IPPROTO_IP, kIpLocalPortRange)},
      {"port-range-unknown", "IP_LOCAL_PORT_RANGE is not known",
       "Linux before 6.3",
       Setsockopt(IPPROTO_IP, kIpLocalPortRange, ENOPROTOOPT)},
      {"multicast-all-swallowed", "IP_MULTICAST_ALL is accepted without effect",
       "", Swallowed(IPPROTO_IP, kIpMulticastAll)},
      {"recverr-swallowed", "IP_RECVERR is accepted without effect", "",
       Swallowed(IPPROTO_IP, IP_RECVERR)},
      {"no-multicast", "no multicast group can be joined", "",
       Setsockopt(IPPROTO_IP, IP_ADD_MEMBERSHIP, ENODEV)},
      {"bind-denied", "bind is refused by policy",
       "SELinux name_bind; Landlock", Answer{bind, EACCES}},

      {"ipv4-conflict-lost", "IPv4 binds never conflict",
       "Linux 6.1 and 6.2: gramine#1326, podman#17719",
       Interception{bind, LoseConflictOfIpv4}},
      {"mapped-conflict-lost", "IPv4-mapped binds never conflict",
       "Linux 6.1 to 6.5; gVisor b/298680322",
       Interception{bind, LoseConflictOfMapped}},
      {"mapped-conflict-invented", "IPv4-mapped binds always conflict",
       "Linux 6.8, in part", Interception{bind, InventConflictOfMapped}},
      {"reuseport-forced", "every bind has SO_REUSEPORT set", "libkrun#860",
       Interception{bind, ForceReusePort}},
      {"reuseaddr-forced", "every bind has SO_REUSEADDR set",
       "Go, libuv and Rust do so", Interception{bind, ForceReuseAddress}},
      {"reuse-cleared", "the reuse options are lost after bind", "",
       Interception{bind, ClearReuseAfterBind}},
      {"listen-shares", "listeners share a port unasked", "",
       Interception{listen, ForceReusePort}},
      {"listen-alone", "sockets with SO_REUSEPORT cannot listen", "",
       Interception{listen, RefuseReusePortListener}},
      {"v6only-forced", "IPv6 wildcards never take IPv4", "OpenBSD",
       Interception{bind, ForceV6Only}},
      {"v6only-cleared", "IPv6 wildcards always take IPv4", "",
       Interception{bind, ClearV6Only}},
      {"dual-stack-refused", "IPV6_V6ONLY cannot be turned off",
       "OpenBSD, DragonFly",
       Interception{OptionPattern(IPPROTO_IPV6, IPV6_V6ONLY), RefuseDualStack}},
      {"freebind-forced", "every bind has IP_FREEBIND set", "",
       Interception{bind, ForceFreebind}},
      {"any-address", "bind of an address of others is wrongly ok", "",
       Interception{bind, AcceptAnyAddress}},
      {"privileged-port-granted", "binding a privileged port is wrongly ok", "",
       Interception{bind, GrantPrivilegedPort}},
      {"bind-einval-lost", "what bind refuses with EINVAL is wrongly ok", "",
       Interception{bind, LoseInvalid}},
      {"bind-errno", "a conflict is EADDRNOTAVAIL",
       "FreeBSD, for exhausted ports",
       Interception{bind, Rename<EADDRINUSE, EADDRNOTAVAIL>}},
      {"connect-errno", "a duplicate connection is EADDRINUSE",
       "FreeBSD, macOS",
       Interception{connect, Rename<EADDRNOTAVAIL, EADDRINUSE>}},
      {"family-errno", "the wrong family is EINVAL", "Linux before 5.11",
       Interception{connect, Rename<EAFNOSUPPORT, EINVAL>}},
      {"refused-errno", "a closed port is EHOSTUNREACH",
       "a firewall that rejects",
       Interception{connect, Rename<ECONNREFUSED, EHOSTUNREACH>}},

      {"bpf-bind-denied", "a cgroup program denies bind to 127.0.0.1", "",
       OnAddress(BPF_CGROUP_INET4_BIND, RefuseIp4(kLoopback))},
      {"bpf-bind6-denied", "a cgroup program denies bind to ::1", "",
       OnAddress(BPF_CGROUP_INET6_BIND, RefuseIp6Ending(1))},
      {"bpf-bind-rewritten", "a cgroup program binds 127.0.0.2 for 127.0.0.1",
       "", OnAddress(BPF_CGROUP_INET4_BIND, ReplaceIp4(kLoopback, kLoopback2))},
      {"bpf-nodeports", "a cgroup program denies node ports",
       "cilium#19067, PR#9880",
       CgroupProgram{BPF_CGROUP_INET4_POST_BIND, BPF_PROG_TYPE_CGROUP_SOCK,
                     RefuseNodePorts()}},
      {"bpf-connect-rewritten",
       "a cgroup program connects to 127.0.0.1 for 127.0.0.2",
       "cilium#48420, the other way round",
       OnAddress(BPF_CGROUP_INET4_CONNECT, ReplaceIp4(kLoopback2, kLoopback))},
      {"bpf-connect6-denied", "a cgroup program denies connect to ::1", "",
       OnAddress(BPF_CGROUP_INET6_CONNECT, RefuseIp6Ending(1))},
      {"bpf-sendto-denied", "a cgroup program denies datagrams to 127.0.0.1",
       "", OnAddress(BPF_CGROUP_UDP4_SENDMSG, RefuseIp4(kLoopback))},
  };
  return *mutants;
}

absl::string_view KindOf(const Mutant& mutant) {
  constexpr absl::string_view kKinds[] = {"none", "sysctl", "seccomp", "notify",
                                          "bpf"};
  return kKinds[mutant.how.index()];
}

}  // namespace sockdrift::mutants
