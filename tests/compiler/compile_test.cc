// What valid plans compile to.
#include "compiler/compile.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/plan/cells.h"
#include "core/plan/program_codec.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/status_matchers.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

// Compiles, or fails the test with what is wrong.
CompiledPlan Compile(absl::string_view body) {
  const std::string yaml = absl::StrCat("plan: test.valid\ntitle: T\n", body);
  const CompileResult result = CompilePlan(yaml, "t.yaml");
  EXPECT_TRUE(result.ok()) << absl::StrJoin(
      result.diagnostics, "\n",
      [](std::string* out, const Diagnostic& diagnostic) {
        absl::StrAppend(out, diagnostic.ToString());
      });
  return result.plan;
}

uint32_t CellNamed(const Program& program, absl::string_view name) {
  const absl::StatusOr<uint32_t> cell =
      FindCell(program, CellSpace(program), name);
  EXPECT_OK(cell);
  return cell.value_or(0);
}

std::vector<std::string> Describe(const CompiledPlan& plan,
                                  absl::string_view cell) {
  return DescribeCell(plan.program, CellNamed(plan.program, cell));
}

constexpr absl::string_view kTwoSockets = R"(
axes:
  type: [stream, dgram]
  a, b:
    addr: ["127.0.0.1", "::1"]
    reuse:
      none: {}
      both: {SO_REUSEADDR: 1, SO_REUSEPORT: 1}
steps:
  - socket: {as: a, family: $a.addr.family, type: $type, options: $a.reuse, observe: first}
  - bind: {of: a, to: "$a.addr:A", observe: bind.a}
  - {listen: a, when: {type: stream}}
  - socket: {as: b, family: $b.addr.family, type: $type, options: [$b.reuse]}
  - bind: {of: b, to: "$b.addr:A", observe: bind.b}
)";

TEST(CompileTest, SocketsThatShareTheirAxesHaveOnesOfTheirOwn) {
  const CompiledPlan plan = Compile(kTwoSockets);
  std::vector<std::string> names;
  for (const Axis& axis : plan.program.axes) names.push_back(axis.name);
  EXPECT_THAT(names,
              ElementsAre("type", "a.addr", "a.reuse", "b.addr", "b.reuse"));
  EXPECT_EQ(CellSpace(plan.program).size(), 2u * 4 * 4);
}

TEST(CompileTest, CellsReadAsTheCallsTheyMake) {
  const CompiledPlan plan = Compile(kTwoSockets);
  EXPECT_THAT(
      Describe(plan,
               "[type=stream,a.addr=::1,a.reuse=both,b.addr=127.0.0.1,"
               "b.reuse=none]"),
      ElementsAre("a = socket(AF_INET6, SOCK_STREAM, 0)   → first",
                  "setsockopt(a, SOL_SOCKET, SO_REUSEADDR, 1)   → first if it "
                  "fails",
                  "setsockopt(a, SOL_SOCKET, SO_REUSEPORT, 1)   → first if it "
                  "fails",
                  "bind(a, {AF_INET6, [::1]:A})   → bind.a", "listen(a, 16)",
                  "b = socket(AF_INET, SOCK_STREAM, 0)",
                  "bind(b, {AF_INET, 127.0.0.1:A})   → bind.b"));
  EXPECT_THAT(Describe(plan,
                       "[type=dgram,a.addr=::1,a.reuse=none,b.addr=::1,"
                       "b.reuse=none]"),
              SizeIs(4));
}

TEST(CompileTest, OptionsOfRowsThatDisagreeKeepEachRowsOrder) {
  const CompiledPlan plan = Compile(R"(
axes:
  order:
    addr-first: {SO_REUSEADDR: 1, SO_REUSEPORT: 1}
    port-first: {SO_REUSEPORT: 1, SO_REUSEADDR: 1}
steps:
  - socket: {as: s, family: inet, type: stream, options: $order}
  - bind: {of: s, to: "0.0.0.0:0", observe: bind}
)");
  const std::string addr = "setsockopt(s, SOL_SOCKET, SO_REUSEADDR, 1)";
  const std::string port = "setsockopt(s, SOL_SOCKET, SO_REUSEPORT, 1)";
  const std::string made = "s = socket(AF_INET, SOCK_STREAM, 0)";
  const std::string bound = "bind(s, {AF_INET, 0.0.0.0:0})   → bind";
  EXPECT_THAT(Describe(plan, "[order=addr-first]"),
              ElementsAre(made, addr, port, bound));
  EXPECT_THAT(Describe(plan, "[order=port-first]"),
              ElementsAre(made, port, addr, bound));
}

TEST(CompileTest, UnsetLeavesTheCallOut) {
  const CompiledPlan plan = Compile(R"(
axes:
  v6only: [unset, 0]
steps:
  - socket: {as: s, family: inet6, type: stream}
  - setsockopt: {of: s, name: IPV6_V6ONLY, value: $v6only}
  - bind: {of: s, to: "[::]:A", observe: bind}
)");
  EXPECT_THAT(Describe(plan, "[v6only=unset]"), SizeIs(2));
  EXPECT_THAT(Describe(plan, "[v6only=0]"),
              ElementsAre("s = socket(AF_INET6, SOCK_STREAM, 0)",
                          "setsockopt(s, IPPROTO_IPV6, IPV6_V6ONLY, 0)",
                          "bind(s, {AF_INET6, [::]:A})   → bind"));
}

TEST(CompileTest, AnAxisMayOnlySayWhen) {
  const CompiledPlan plan = Compile(R"(
axes:
  by: [bind, listen]
steps:
  - socket: {as: s, family: inet, type: stream}
  - bind: {of: s, to: "127.0.0.1:A"}
    when: {by: bind}
  - listen: {of: s, observe: listen}
)");
  EXPECT_THAT(Describe(plan, "[by=bind]"), SizeIs(3));
  EXPECT_THAT(Describe(plan, "[by=listen]"), SizeIs(2));
}

TEST(CompileTest, ARangeOfPortsMayOnlyBeAnOutcome) {
  const CompiledPlan plan = Compile(R"(
ports: {low: 40000-40001, high: 40002-40003}
steps:
  - socket: {as: s, family: inet, type: dgram}
  - bind: {of: s, to: "127.0.0.1:0"}
  - getsockname: {of: s, show: port, observe: port}
expect:
  - {id: low, says: S, source: S, outcome: {port: low}}
)");
  EXPECT_THAT(plan.program.ports, SizeIs(2));
}

TEST(CompileTest, PollAnswersWithSeveralEvents) {
  const CompiledPlan plan = Compile(R"(
steps:
  - socket: {as: s, family: inet, type: stream}
  - poll: {of: s, events: [in, err, hup], observe: poll}
expect:
  - {id: all, says: S, source: S, outcome: {poll: [in+err+hup, hup, nothing]}}
)");
  EXPECT_THAT(plan.expectations, SizeIs(1));
}

TEST(CompileTest, RecipesAreDoneByNameOrByAxis) {
  const CompiledPlan plan = Compile(R"(
axes:
  end: [kept, closed]
recipes:
  made:
    - socket: {as: s, family: inet, type: stream}
  kept:
    - listen: s
  closed:
    - close: s
    - do: made
steps:
  - do: made
  - do: $end
  - bind: {of: s, to: "127.0.0.1:A", observe: bind}
)");
  EXPECT_THAT(
      Describe(plan, "[end=kept]"),
      ElementsAre("s = socket(AF_INET, SOCK_STREAM, 0)", "listen(s, 16)",
                  "bind(s, {AF_INET, 127.0.0.1:A})   → bind"));
  EXPECT_THAT(Describe(plan, "[end=closed]"),
              ElementsAre("s = socket(AF_INET, SOCK_STREAM, 0)", "close(s)",
                          "s = socket(AF_INET, SOCK_STREAM, 0)",
                          "bind(s, {AF_INET, 127.0.0.1:A})   → bind"));
}

TEST(CompileTest, ARepeatOverAListIsWrittenOut) {
  const CompiledPlan plan = Compile(R"yaml(
steps:
  - repeat:
      over: ["127.0.0.1", "::1"]
      as: addr
      steps:
        - socket: {as: s, family: $addr.family, type: dgram}
        - bind: {of: s, to: "$addr:A", observe: "bind.$addr.family"}
        - getsockname: {of: s, observe: "name.$addr.family"}
  - socket: {as: c, family: inet, type: dgram}
  - connect: {of: c, to: "127.0.0.1:port(s[1])"}
  - recv: {of: "s[*],c", observe: recv}
  - close: ["s[{1..2}]", c]
)yaml");
  EXPECT_THAT(Describe(plan, ""),
              ElementsAre("s[1] = socket(AF_INET, SOCK_DGRAM, 0)",
                          "bind(s[1], {AF_INET, 127.0.0.1:A})   → bind.inet",
                          "getsockname(s[1])   → name.inet",
                          "s[2] = socket(AF_INET6, SOCK_DGRAM, 0)",
                          "bind(s[2], {AF_INET6, [::1]:A})   → bind.inet6",
                          "getsockname(s[2])   → name.inet6",
                          "c = socket(AF_INET, SOCK_DGRAM, 0)",
                          "connect(c, {AF_INET, 127.0.0.1:port(s[1])})",
                          "recvfrom(s[1] | s[2] | c, 0)   → recv",
                          "close(s[1])", "close(s[2])", "close(c)"));
}

TEST(CompileTest, ARepeatOverAListThatNoCellMakesIsLeftOut) {
  const CompiledPlan plan = Compile(R"(
axes:
  type: [stream, dgram]
recipes:
  more:
    - repeat:
        over: [1, 2]
        as: n
        when: {type: stream}
        steps:
          - listen: {of: s, backlog: $n}
steps:
  - socket: {as: s, family: inet, type: $type}
  - {do: more, when: {type: stream}}
  - {do: more, when: {type: dgram}}
  - bind: {of: s, to: "127.0.0.1:A", observe: bind}
)");
  EXPECT_THAT(Describe(plan, "[type=stream]"), SizeIs(4));
  EXPECT_THAT(Describe(plan, "[type=dgram]"), SizeIs(2));
}

TEST(CompileTest, ARepeatHasItsBodyBehindIt) {
  const CompiledPlan plan = Compile(R"yaml(
steps:
  - socket: {as: s, family: inet, type: dgram}
  - repeat:
      times: 3
      observe: rounds
      until: EAGAIN
      steps:
        - socket: {as: c, family: inet, type: dgram}
        - connect: {of: c, to: "127.0.0.1:port(s)"}
  - send: {of: "c[3]", observe: sent}
)yaml");
  ASSERT_THAT(plan.program.steps, SizeIs(5));
  EXPECT_EQ(plan.program.steps[1].operation, Operation::kRepeat);
  EXPECT_EQ(plan.program.steps[1].body, 2);
  EXPECT_EQ(*plan.program.steps[4].Find(FieldId::kOf)->texts[0], "c[3]");
}

TEST(CompileTest, TextsAreCanonical) {
  const CompiledPlan plan = Compile(R"(
steps:
  - socket: {as: s, family: inet6, type: stream}
  - bind: {of: s, to: "0:0:0:0:0:FFFF:7f00:1:0080", observe: bind}
  - setsockopt: {of: s, name: SO_LINGER, value: 1/05s}
  - setsockopt: {of: s, name: SO_RCVTIMEO, value: 1.5s}
  - connect: {of: s, to: "::1:A", within: 2s, observe: connect}
  - send: {of: s, flags: [more, dontwait]}
  - wait_for: {of: s, state: CLOSED, marks: [1m, 500ms, 0s], observe: length}
  - connect: {of: s, to: unspec}
)");
  const auto text = [&](size_t step, FieldId field) {
    return *plan.program.steps[step].Find(field)->texts[0];
  };
  EXPECT_EQ(text(1, FieldId::kTo), "[::ffff:127.0.0.1]:80");
  EXPECT_EQ(text(2, FieldId::kValue), "1/5s");
  EXPECT_EQ(text(3, FieldId::kValue), "1500ms");
  EXPECT_EQ(text(4, FieldId::kTo), "[::1]:A");
  EXPECT_EQ(text(4, FieldId::kWithin), "2000ms");
  EXPECT_EQ(text(5, FieldId::kFlags), "dontwait,more");
  EXPECT_EQ(text(6, FieldId::kMarks), "0s,500ms,60s");
  EXPECT_EQ(text(7, FieldId::kTo), "unspec");
}

TEST(CompileTest, TheHeadIsTyped) {
  const CompiledPlan plan = Compile(R"(
about: Prose.
sources: [one, two]
duration: long
isolation: cell
repeats: 3
limit: 1m
caps: [CAP_NET_RAW, "$cap"]
users: [u1]
ports: {web: 8080, pool: 40000-40009}
world:
  sysctls: {net.ipv6.bindv6only: $only}
  links: {d1: dummy}
  addresses: {lo: ["192.0.2.{1..3}/32"]}
  names: {server: "2001:DB8::1"}
axes:
  cap: [none, CAP_NET_ADMIN]
  only: [0, 1]
steps:
  - socket: {as: s, family: inet, type: stream, user: u1}
  - bind: {of: s, to: "127.0.0.1:web", observe: bind}
  - connect: {of: s, to: "127.0.0.1:pool", observe: connect}
)");
  const Program& program = plan.program;
  EXPECT_THAT(plan.sources, ElementsAre("one", "two"));
  EXPECT_TRUE(program.long_running);
  EXPECT_EQ(program.isolation, Isolation::kCell);
  EXPECT_EQ(program.repeats, 3);
  EXPECT_EQ(program.limit_ms, 60'000u);
  ASSERT_THAT(program.caps, SizeIs(2));
  EXPECT_THAT(program.caps[1].texts, ElementsAre("none", "CAP_NET_ADMIN"));
  EXPECT_THAT(program.ports, ElementsAre(PortName{"web", 8080, 8080},
                                         PortName{"pool", 40000, 40009}));
  std::vector<std::string> settings;
  for (const Setting& setting : program.settings) {
    settings.push_back(absl::StrCat(setting.key, "=", *setting.value.texts[0]));
  }
  EXPECT_THAT(settings, ElementsAre("net.ipv6.bindv6only=0", "d1=dummy",
                                    "lo=192.0.2.1/32", "lo=192.0.2.2/32",
                                    "lo=192.0.2.3/32", "server=2001:db8::1"));
}

TEST(CompileTest, HostsHaveWorldsOfTheirOwn) {
  const CompiledPlan plan = Compile(R"(
hosts:
  server: {ipv6: no, world: {sysctls: {net.ipv4.tcp_timestamps: 0}}}
  client: {}
steps:
  - socket: {as: s, family: inet, type: dgram, host: server}
  - send: {of: s, observe: sent}
)");
  EXPECT_THAT(plan.program.hosts, ElementsAre(Host{"server", true, false},
                                              Host{"client", true, true}));
  ASSERT_THAT(plan.program.settings, SizeIs(1));
  EXPECT_EQ(plan.program.settings[0].host, "server");
}

TEST(CompileTest, WhichFamiliesAHostSpeaksMayDependOnAxes) {
  const CompiledPlan plan = Compile(R"(
axes:
  six: ["yes", "no"]
hosts: {server: {ipv6: $six}, client: {ipv4: "no"}}
steps:
  - socket: {as: s, family: inet, type: dgram, host: server}
  - send: {of: s, observe: sent}
)");
  EXPECT_THAT(plan.program.hosts, ElementsAre(Host{"server", true, true},
                                              Host{"client", false, true}));
  ASSERT_THAT(plan.program.settings, SizeIs(1));
  const Setting& setting = plan.program.settings[0];
  EXPECT_EQ(setting.kind, SettingKind::kFamily);
  EXPECT_EQ(setting.key, "ipv6");
  EXPECT_EQ(setting.host, "server");
  EXPECT_THAT(setting.value.texts, ElementsAre("yes", "no"));
}

constexpr absl::string_view kExpecting = R"(
axes:
  addr: ["127.0.0.1", "0.0.0.0", "::1"]
  other: ["127.0.0.1", "::1"]
steps:
  - socket: {as: s, family: $addr.family, type: stream}
  - bind: {of: s, to: "$addr:A", observe: bind}
  - socket: {as: t, family: $other.family, type: stream}
  - bind: {of: t, to: "$other:A", observe: bind.other}
expect:
  - id: the-one
    says: S.
    source: X
)";

Expectation OnlyExpectation(absl::string_view rest) {
  const CompiledPlan plan = Compile(absl::StrCat(kExpecting, rest));
  EXPECT_THAT(plan.expectations, SizeIs(1));
  return plan.expectations.empty() ? Expectation() : plan.expectations[0];
}

// Cells are numbered with `other` fastest.
TEST(ExpectationTest, WhereSpeaksOfAxesFieldsAndOtherAxes) {
  EXPECT_THAT(OnlyExpectation("    where: {addr: $other}\n"
                              "    outcome: {bind: ok}\n")
                  .checks[0]
                  .cells,
              ElementsAre(0, 5));
  EXPECT_THAT(OnlyExpectation("    where: {addr.family: inet, other: \"::1\"}\n"
                              "    outcome: {bind: ok}\n")
                  .checks[0]
                  .cells,
              ElementsAre(1, 3));
  EXPECT_THAT(OnlyExpectation("    where: {addr: {not: [\"::1\", $other]}}\n"
                              "    outcome: {bind: ok}\n")
                  .checks[0]
                  .cells,
              ElementsAre(1, 2, 3));
  EXPECT_THAT(OnlyExpectation("    outcome: {bind: ok}\n").checks[0].cells,
              SizeIs(6));
}

TEST(ExpectationTest, AListOfConditionsIsOneCheckEach) {
  const Expectation expectation = OnlyExpectation(
      "    where: [{addr: \"::1\"}, {other: \"::1\", bind: {not: EINVAL}}]\n"
      "    outcome: {bind.other: [ok, EADDRINUSE]}\n");
  ASSERT_THAT(expectation.checks, SizeIs(2));
  EXPECT_THAT(expectation.checks[0].cells, ElementsAre(4, 5));
  EXPECT_THAT(expectation.checks[1].cells, ElementsAre(1, 3, 5));
  ASSERT_THAT(expectation.checks[1].where, SizeIs(1));
  EXPECT_TRUE(expectation.checks[1].where[0].negated);
  EXPECT_THAT(expectation.checks[1].expected[0].outcomes,
              ElementsAre("ok", "EADDRINUSE"));
}

TEST(ExpectationTest, ATableIsOneCheckAPlace) {
  const Expectation expectation = OnlyExpectation(
      "    table:\n"
      "      of: bind.other\n"
      "      across: {other: [\"127.0.0.1\", \"::1\"]}\n"
      "      down:\n"
      "        addr:\n"
      "          127.0.0.1: [EADDRINUSE, ok]\n"
      "          \"::1\": [\"*\", [EADDRINUSE, EINVAL]]\n");
  ASSERT_THAT(expectation.checks, SizeIs(3));
  EXPECT_THAT(expectation.checks[0].cells, ElementsAre(0));
  EXPECT_THAT(expectation.checks[2].cells, ElementsAre(5));
  EXPECT_THAT(expectation.checks[2].expected[0].outcomes, SizeIs(2));
}

TEST(ExpectationTest, ATableMayHaveObservationsAcross) {
  const Expectation expectation = OnlyExpectation(
      "    table:\n"
      "      across: [bind, bind.other]\n"
      "      down: {addr.family: {inet: [ok, \"*\"], inet6: [ok, ok]}}\n");
  ASSERT_THAT(expectation.checks, SizeIs(3));
  EXPECT_THAT(expectation.checks[0].cells, SizeIs(4));
  EXPECT_EQ(expectation.checks[2].expected[0].observation, 1);
}

TEST(ExpectationTest, ClaimsAndGivenAreRead) {
  const Expectation expectation = OnlyExpectation(
      "    claim: [A1, not B4]\n"
      "    given: {kernel: \">=4.11\", net.ipv6.bindv6only: 0}\n"
      "    outcome: {bind: ok}\n");
  ASSERT_THAT(expectation.claims, SizeIs(2));
  EXPECT_EQ(expectation.claims[1].id, "B4");
  EXPECT_TRUE(expectation.claims[1].negated);
  ASSERT_THAT(expectation.given, SizeIs(2));
  EXPECT_EQ(expectation.given[0].relation,
            FactCondition::Relation::kGreaterEqual);
  EXPECT_EQ(expectation.given[0].value, "4.11");
  EXPECT_EQ(expectation.given[1].relation, FactCondition::Relation::kEqual);
}

TEST(CompileTest, SpellingDoesNotChangeTheProgram) {
  const CompiledPlan one = Compile(
      "steps:\n"
      "  - socket: {as: s, family: inet6, type: stream}\n"
      "  - bind: {of: s, to: \"[0::1]:A\", observe: bind, within: 1s}\n");
  const CompiledPlan other = Compile(
      "about: Something else.\n"
      "steps:\n"
      "  - socket:\n"
      "      type: stream   # an order of its own\n"
      "      as: s\n"
      "      family: inet6\n"
      "  - {observe: bind, within: 1000ms, bind: {to: \"::1:A\", of: s}}\n");
  EXPECT_EQ(EncodeProgram(one.program), EncodeProgram(other.program));
}

}  // namespace
}  // namespace sockdrift
