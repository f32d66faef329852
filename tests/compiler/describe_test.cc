// A cell written out as system calls.
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "compiler/compile.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The lines of every cell of tests/testdata/plans/operations.yaml.
const CompiledPlan& EveryOperation() {
  static const auto* plan = [] {
    std::ifstream file(SOCKDRIFT_SOURCE_DIR
                       "/tests/testdata/plans/operations.yaml");
    std::ostringstream text;
    text << file.rdbuf();
    auto* result = new CompileResult(CompilePlan(text.str(), "operations"));
    EXPECT_THAT(result->diagnostics, IsEmpty());
    return &result->plan;
  }();
  return *plan;
}

TEST(DescribeCellTest, SpellsEachOperationAsACall) {
  const std::vector<std::string> calls =
      DescribeCell(EveryOperation().program, 1);
  for (const char* call : {
           "as u1: server = socket(AF_INET, SOCK_STREAM, IPPROTO_TCP)",
           "as u1: setsockopt(server, SOL_SOCKET, SO_REUSEADDR, 1)",
           "setsockopt(server, SOL_SOCKET, SO_ATTACH_FILTER, drop-all)",
           "getsockopt(server, SOL_SOCKET, SO_REUSEADDR)   → reuse",
           "bind(server, {AF_INET, 127.0.0.1:web})   → bind",
           "listen(server, 4)",
           "connect(client, {AF_INET, 127.0.0.1:web}), at most 200ms   → "
           "connect",
           "conn = accept4(server)   → accept",
           "sendto(client, \"hello\", MSG_NOSIGNAL, NULL)   → send",
           "recvfrom(conn, 0)   → recv",
           "recvfrom(conn | client, MSG_DONTWAIT)   → both",
           "poll({conn, POLLIN|POLLRDHUP}, 0)   → poll",
           "getsockname(conn): its form   → form",
           "getpeername(conn, 8)   → short",
           "shutdown(client, SHUT_WR)",
           "getsockopt(conn, IPPROTO_TCP, TCP_INFO).tcpi_state   → state",
           "setsockopt(conn, SOL_SOCKET, SO_LINGER, {1, 0}); close(conn)",
           "while (sock_diag(the other end of client).idiag_state != CLOSED) "
           "wait: how long, of 0s, 1s, at most 2000ms   → gone",
           "nanosleep(1000ms)",
           "setsockopt(member, IPPROTO_IP, IP_ADD_MEMBERSHIP, {224.0.0.251, "
           "lo})   → joined",
           "write(\"/proc/sys/net/ipv4/ip_nonlocal_bind\", \"1\")",
           "RTM_NEWADDR(lo, 192.0.2.9/32)",
           "RTM_NEWLINK(d1, IFF_UP)",
           "list = getaddrinfo(\"server\", {AF_INET, AI_NUMERICHOST})",
           "dialled = socket(…, SOCK_STREAM, 0); connect(…, {the first of "
           "list:web})   → dial",
           "child = fork()",
           "passed = sendmsg(child, SCM_RIGHTS, member)",
           "in child: getsockname(passed)   → passed",
           "_exit(0) in child; waitpid(child)",
           "for (50 times, until EAGAIN)   → rounds",
           "  sendto(client, \"4096 bytes\", MSG_DONTWAIT, NULL)",
           "for (9 times)",
           "  getsockname(probe): its parity   → parity",
       }) {
    EXPECT_THAT(calls, Contains(call));
  }
}

// A field that an operation gains later must not be left unsaid.
TEST(DescribeCellTest, LeavesNoFieldUnsaid) {
  for (const std::string& call : DescribeCell(EveryOperation().program, 1)) {
    EXPECT_THAT(call, Not(HasSubstr(": ,"))) << call;
    EXPECT_FALSE(call.empty());
  }
  CompiledPlan plan = EveryOperation();
  for (Step& step : plan.program.steps) {
    if (step.operation != Operation::kListen) continue;
    // No listen has such a field of its own; any step may be given a process.
    step.fields.push_back(
        {FieldId::kProcess, {.axes = {}, .texts = {std::string("p")}}});
  }
  EXPECT_THAT(DescribeCell(plan.program, 1),
              Contains("in p: listen(server, 4)"));
}

}  // namespace
}  // namespace sockdrift
