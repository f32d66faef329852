// One mistake of each kind: where it is found and what is said of it.
#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "compiler/compile.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

// A plan without mistakes; a case replaces a part of it. Its lines are counted
// from 1.
constexpr absl::string_view kGood = R"(plan: test.mistakes
title: A plan that is right
axes:
  addr: ["127.0.0.1", "::1"]
  reuse:
    none: {}
    both: {SO_REUSEADDR: 1}
except:
  - {addr: "::1", reuse: both}
recipes:
  opened:
    - listen: {of: s, observe: listen}
steps:
  - socket: {as: s, family: $addr.family, type: stream, options: $reuse}
  - bind: {of: s, to: "$addr:A", observe: bind}
  - do: opened
expect:
  - id: works
    says: It works.
    source: bind(2)
    where: {addr: "::1"}
    outcome: {bind: ok}
)";

struct Mistake {
  std::string name;
  std::string replace;  // a part of kGood
  std::string with;
  // Of one diagnostic: "line:column: field: " and what its message begins with.
  std::string expected;
  std::string also_replace = "plan: ";  // where one place is not enough
  std::string also_with = "plan: ";
};

void PrintTo(const Mistake& mistake, std::ostream* out) {
  *out << mistake.name;
}

std::string Told(const CompileResult& result) {
  return absl::StrJoin(result.diagnostics, "\n",
                       [](std::string* out, const Diagnostic& diagnostic) {
                         absl::StrAppend(out, diagnostic.ToString());
                       });
}

class MistakesTest : public ::testing::TestWithParam<Mistake> {};

TEST(MistakesTest, TheGoodPlanHasNone) {
  const CompileResult result = CompilePlan(kGood, "t.yaml");
  EXPECT_EQ(Told(result), "");
}

TEST_P(MistakesTest, IsToldWithItsPlaceAndWhatWouldBeRight) {
  const Mistake& mistake = GetParam();
  ASSERT_TRUE(absl::StrContains(kGood, mistake.replace));
  const std::string yaml = absl::StrReplaceAll(
      absl::StrReplaceAll(kGood, {{mistake.replace, mistake.with}}),
      {{mistake.also_replace, mistake.also_with}});
  const CompileResult result = CompilePlan(yaml, "t.yaml");
  const bool told = std::any_of(
      result.diagnostics.begin(), result.diagnostics.end(),
      [&](const Diagnostic& diagnostic) {
        return absl::StartsWith(diagnostic.ToString(),
                                absl::StrCat("t.yaml:", mistake.expected));
      });
  EXPECT_TRUE(told) << "wanted t.yaml:" << mistake.expected << "\ngot\n"
                    << Told(result);
}

const std::string kSteps = "  - do: opened\n";
const std::string kBind = "{of: s, to: \"$addr:A\", observe: bind}";

std::string Twenty(absl::string_view name) {
  std::string values = "0";
  for (int i = 1; i < 1000; ++i) absl::StrAppend(&values, ", ", i);
  return absl::StrCat("  ", name, ": [", values, "]\n");
}

const Mistake kMistakes[] = {
    // What changes the world, and what is written out.
    {.name = "WorldChangedForLaterCells",
     .replace = "  - do: opened\n",
     .with = "  - sysctl: {key: net.ipv4.ip_default_ttl, value: 1}\n  - do: "
             "opened\n",
     .expected = "16:5: steps[2].sysctl: sysctl changes the world that later "
                 "cells run in"},
    {.name = "SysctlOfTheMachine",
     .replace = "  - do: opened\n",
     .with = "  - sysctl: {key: kernel.hostname, value: 1}\n  - do: opened\n",
     .expected = "16:13: steps[2].sysctl: \"kernel.hostname\" is no network "
                 "sysctl"},
    {.name = "OverWithoutAName",
     .replace = "  - do: opened\n",
     .with = "  - repeat: {over: [a, b], steps: [{listen: s}]}\n",
     .expected = "16:5: steps[2].repeat: a repeat over a list is written"},
    {.name = "AllOfNoRepeat",
     .replace = "  - do: opened\n",
     .with = "  - do: opened\n  - close: \"s[*]\"\n",
     .expected = "17:12: steps[3].close: \"s[*]\": no earlier repeat makes "
                 "\"s\""},
    {.name = "SampleInARepeat",
     .replace = "  - do: opened\n",
     .with = "  - do: opened\n  - repeat: {times: 2, steps: [{sample: {times: "
             "2, steps: "
             "[{listen: s}]}}]}\n",
     .expected = "17:33: steps[3].repeat.steps[0].sample: a sample inside a "
                 "repeat or sample"},
    // The file.
    {.name = "NotYaml",
     .replace = "axes:",
     .with = "axes: [",
     .expected = "5:3: this is not YAML"},
    {.name = "KeyTwice",
     .replace = "title: A plan that is right",
     .with = "title: A\ntitle: B",
     .expected = "3:1: title: \"title\" stands twice in this map"},
    {.name = "SecondDocument",
     .replace = "    outcome: {bind: ok}\n",
     .with = "    outcome: {bind: ok}\n---\nplan: x.y\n",
     .expected = "24:1: a file holds one plan"},
    {.name = "Alias",
     .replace = "source: bind(2)",
     .with = "source: &a bind(2)",
     .expected = "20:13: anchors are not part of the plan language"},
    {.name = "Tag",
     .replace = "source: bind(2)",
     .with = "source: !!int 2",
     .expected = "20:13: the tag tag:yaml.org,2002:int is not part"},
    {.name = "UnknownKeyOfPlan",
     .replace = "title:",
     .with = "tilte:",
     .expected = "2:1: tilte: no key \"tilte\" in a plan (did you mean "
                 "\"title\"?)"},
    {.name = "MissingTitle",
     .replace = "title: A plan that is right\n",
     .with = "",
     .expected = "1:1: a plan needs `title:`"},
    // Head.
    {.name = "PlanName",
     .replace = "plan: test.mistakes",
     .with = "plan: Test",
     .expected = "1:7: plan: \"Test\" is no plan's name: suite.name"},
    {.name = "Repeats",
     .replace = "axes:",
     .with = "repeats: 17\naxes:",
     .expected = "3:10: repeats: `repeats:` is a number from 1 to 16, not "
                 "\"17\""},
    {.name = "Duration",
     .replace = "axes:",
     .with = "duration: 5s\naxes:",
     .expected = "3:11: duration: `duration:` is `long`"},
    {.name = "Isolation",
     .replace = "axes:",
     .with = "isolation: host\naxes:",
     .expected = "3:12: isolation: `isolation:` is plan or cell"},
    {.name = "LimitOfNothing",
     .replace = "axes:",
     .with = "limit: 0s\naxes:",
     .expected = "3:8: limit: a limit of 0 leaves no time"},
    {.name = "Capability",
     .replace = "axes:",
     .with = "caps: CAP_NET_BIND\naxes:",
     .expected = "3:7: caps: there is no capability \"CAP_NET_BIND\" here"},
    {.name = "User",
     .replace = "axes:",
     .with = "users: [root]\naxes:",
     .expected = "3:9: users[0]: the users are u1 and u2"},
    {.name = "UnusedUser",
     .replace = "axes:",
     .with = "users: [u1]\naxes:",
     .expected = "3:9: users[0]: no step has the user u1"},
    {.name = "PortAbove65535",
     .replace = "axes:",
     .with = "ports: {web: 70000}\naxes:",
     .expected = "3:14: ports.web: a port or a range from 1 to 65535"},
    {.name = "UnusedPort",
     .replace = "axes:",
     .with = "ports: {web: 8080}\naxes:",
     .expected = "3:9: ports.web: no step uses the port web"},
    {.name = "SettingOfNoKind",
     .replace = "axes:",
     .with = "world: {sysctl: {a: 1}}\naxes:",
     .expected =
         "3:9: world.sysctl: no key \"sysctl\" in `world` (did you mean "
         "\"sysctls\"?)"},
    {.name = "AddressWithoutPrefix",
     .replace = "axes:",
     .with = "world: {addresses: {lo: 192.0.2.1}}\naxes:",
     .expected = "3:25: world.addresses.lo: \"192.0.2.1\" is no address with a "
                 "prefix"},
    {.name = "OneHost",
     .replace = "axes:",
     .with = "hosts: {server: {}}\naxes:",
     .expected = "3:8: hosts: `hosts:` joins 2 network stacks, not 1"},
    {.name = "ListWithoutPort",
     .replace = "steps:\n",
     .with = "steps:\n  - resolve: {name: n, as: l}\n"
             "  - dial: {to: l, as: d, type: stream}\n",
     .expected = "15:16: steps[1].dial.to: \"l\" cannot stand here: a list's "
                 "name and a port"},
    {.name = "HostOfNoStack",
     .replace = "axes:",
     .with = "hosts: {server: {ipv4: maybe}, client: {}}\naxes:",
     .expected = "3:24: hosts.server.ipv4: `ipv4:` is yes or no"},
    // Axes.
    {.name = "AxisWithoutValues",
     .replace = "axes:\n",
     .with = "axes:\n  extra: []\n",
     .expected = "4:10: axes.extra: axis extra has no values, so the plan has "
                 "no cells"},
    {.name = "AxisValueTwice",
     .replace = "[\"127.0.0.1\", \"::1\"]",
     .with = "[\"::1\", \"::1\"]",
     .expected = "4:9: axes.addr: axis addr has the value \"::1\" twice"},
    {.name = "AxisName",
     .replace = "axes:\n",
     .with = "axes:\n  a-b: [1]\n",
     .expected = "4:3: axes.a-b: \"a-b\" cannot name an axis"},
    {.name = "UnusedAxis",
     .replace = "axes:\n",
     .with = "axes:\n  extra: [1, 2]\n",
     .expected = "4:3: axes.extra: axis extra is used in no step"},
    {.name = "UnknownAxis",
     .replace = "$addr:A",
     .with = "$adr:A",
     .expected = "15:23: steps[1].bind.to: there is no axis \"adr\" (did you "
                 "mean \"addr\"?)"},
    {.name = "UnknownFieldOfAnAddress",
     .replace = "$addr.family",
     .with = "$addr.familly",
     .expected = "14:29: steps[0].socket.family: no value of axis addr has a "
                 "field \"familly\" (did you mean \"family\"?)"},
    {.name = "MatrixOfABillion",
     .replace = "axes:\n",
     .with = absl::StrCat("axes:\n", Twenty("x"), Twenty("y"), Twenty("z")),
     .expected = "4:3: axes: the axes span 4000000000 combinations; at most "
                 "4000000"},
    {.name = "NoCellLeft",
     .replace = "  - {addr: \"::1\", reuse: both}",
     .with = "  - {addr: [\"::1\", \"127.0.0.1\"]}",
     .expected = "9:3: except: `except:` leaves no cell"},
    {.name = "ExceptOfNoCell",
     .replace = "  - {addr: \"::1\", reuse: both}",
     .with = "  - {addr: \"::1\", reuse: both}\n"
             "  - {addr: \"::1\", addr.family: inet}",
     .expected = "10:5: except[1]: no combination meets this"},
    {.name = "UnknownValue",
     .replace = "  - {addr: \"::1\", reuse: both}",
     .with = "  - {addr: \"::2\"}",
     .expected = "9:12: except[0].addr: axis addr is never \"::2\" (did you "
                 "mean \"::1\"?)"},
    {.name = "EqualCells",
     .replace = "    both: {SO_REUSEADDR: 1}",
     .with = "    both: {}",
     .expected = "4:3: axes: the cells [addr=127.0.0.1,reuse=none] and "
                 "[addr=127.0.0.1,reuse=both] make the same calls; exclude one "
                 "of them with `except:`"},
    // Steps.
    {.name = "UnknownOperation",
     .replace = kSteps,
     .with = kSteps + "  - lissten: s\n",
     .expected = "17:5: steps[3].lissten: there is no operation \"lissten\" "
                 "(did you mean \"listen\"?)"},
    {.name = "TwoOperations",
     .replace = kSteps,
     .with = kSteps + "  - {listen: s, close: s}\n",
     .expected = "17:17: steps[3].close: a step is one operation"},
    {.name = "UnknownField",
     .replace = kBind,
     .with = "{of: s, at: \"$addr:A\", observe: bind}",
     .expected = "15:19: steps[1].bind.at: no key \"at\" in bind"},
    {.name = "MissingField",
     .replace = kBind,
     .with = "{of: s, observe: bind}",
     .expected = "15:5: steps[1].bind: bind needs `to:`"},
    {.name = "NoMapOfFields",
     .replace = kSteps,
     .with = kSteps + "  - bind: s\n",
     .expected = "17:11: steps[3].bind: bind needs a map of its fields"},
    {.name = "Type",
     .replace = "type: stream",
     .with = "type: steam",
     .expected = "14:49: steps[0].socket.type: \"steam\" cannot stand here: "
                 "stream, dgram, seqpacket, rdm, raw can"},
    {.name = "PortOfNoNumber",
     .replace = "$addr:A",
     .with = "$addr:65536",
     .expected = "15:23: steps[1].bind.to: \"65536\" is no port: a port is a "
                 "number from 0 to 65535"},
    {.name = "AddressOfNoFamily",
     .replace = "$addr:A",
     .with = "127.0.0.256:A",
     .expected =
         "15:23: steps[1].bind.to: \"127.0.0.256:A\" cannot stand here"},
    {.name = "SocketBeforeItExists",
     .replace = kBind,
     .with = "{of: x, to: \"$addr:A\", observe: bind}",
     .expected = "15:16: steps[1].bind.of: no earlier step makes \"x\""},
    // Processes: a fork stands after the bind, in line 16.
    {.name = "ProcessThatIsNotThere",
     .replace = "observe: bind}\n",
     .with = "observe: bind, process: p}\n",
     .expected = "15:58: steps[1].bind.process: no earlier step makes \"p\""},
    {.name = "ProcessThatHasEnded",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - fork: p\n  - exit: p\n"
             "  - close: {of: s, process: p}\n",
     .expected = "18:29: steps[4].close.process: \"p\" has ended here"},
    {.name = "SocketOfAnotherProcess",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - fork: p\n"
             "  - socket: {as: t, family: inet, type: stream}\n"
             "  - listen: t\n  - listen: {of: t, process: p}\n",
     .expected = "19:18: steps[5].listen.of: no earlier step makes \"t\" in "
                 "the process \"p\""},
    {.name = "ForkInAnotherProcess",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - fork: p\n  - fork: {as: q, process: p}\n",
     .expected = "17:5: steps[3].fork: only the first process forks"},
    {.name = "ProcessNamedMain",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - fork: main\n",
     .expected = "16:11: steps[2].fork: `main` is the process that a plan "
                 "begins with"},
    {.name = "ExitOfMain",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - exit: main\n",
     .expected = "16:11: steps[2].exit: `main` ends with the cell"},
    {.name = "ForkInARepeat",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - repeat: {times: 2, steps: [{fork: p}]}\n",
     .expected = "16:33: steps[2].repeat.steps[0].fork: every round would make "
                 "another process"},
    {.name = "PassToItself",
     .replace = "observe: bind}\n",
     .with = "observe: bind}\n  - pass: {of: s, to: main, as: t}\n"
             "  - close: t\n",
     .expected = "16:5: steps[2].pass: that process has the descriptor"},
    {.name = "SocketTwice",
     .replace = kSteps,
     .with = kSteps + "  - socket: {as: s, family: inet, type: dgram}\n",
     .expected =
         "17:18: steps[3].socket.as: \"s\" exists already, from line 14"},
    {.name = "ClosedSocket",
     .replace = kSteps,
     .with = kSteps + "  - close: s\n  - getsockname: s\n",
     .expected = "18:18: steps[4].getsockname: \"s\" is closed here"},
    {.name = "UnusedSocket",
     .replace = kSteps,
     .with = kSteps + "  - socket: {as: t, family: inet, type: dgram}\n",
     .expected = "17:18: steps[3].socket.as: no later step uses \"t\""},
    {.name = "UnknownOption",
     .replace = "both: {SO_REUSEADDR: 1}",
     .with = "both: {SO_REUSEADR: 1}",
     .expected = "7:25: axes.reuse.both.SO_REUSEADR: there is no socket option "
                 "\"SO_REUSEADR\" (did you mean \"SO_REUSEADDR\"?)"},
    {.name = "OptionOfAnotherShape",
     .replace = kSteps,
     .with = kSteps + "  - setsockopt: {of: s, name: SO_LINGER, value: 1}\n",
     .expected = "17:49: steps[3].setsockopt.value: \"1\" is no value of "
                 "SO_LINGER: 0 or 1 and whole seconds, such as 1/5s, are"},
    {.name = "OptionsOfAnAxisWithoutRows",
     .replace = "options: $reuse",
     .with = "options: $addr",
     .expected = "14:66: steps[0].socket.options: axis addr has no named rows "
                 "of options"},
    {.name = "UnknownRecipe",
     .replace = kSteps,
     .with = "  - do: open\n",
     .expected = "16:9: steps[2].do: there is no recipe \"open\""},
    {.name = "UnusedRecipe",
     .replace = kSteps,
     .with = "",
     .expected = "11:3: recipes.opened: no step does the recipe \"opened\""},
    {.name = "RecipeThatDoesItself",
     .replace = "    - listen: {of: s, observe: listen}",
     .with = "    - do: opened",
     .expected = "12:11: recipes.opened[0].do: a recipe cannot do itself: "
                 "opened does opened"},
    {.name = "ObservedTwice",
     .replace = kSteps,
     .with = kSteps + "  - listen: {of: s, observe: bind}\n",
     .expected = "17:30: steps[3].listen.observe: \"bind\" is observed by an "
                 "earlier step of the same cell"},
    {.name = "ObservationNamedAsAnAxis",
     .replace = "observe: bind",
     .with = "observe: addr",
     .expected = "15:43: steps[1].bind.observe: \"addr\" is an axis"},
    {.name = "ObservationInARepeat",
     .replace = kSteps,
     .with = kSteps + "  - repeat: {times: 2, steps: [{listen: {of: s, "
                      "observe: x}}]}\n",
     .expected = "17:58: steps[3].repeat.steps[0].listen.observe: an "
                 "observation inside a repeat"},
    {.name = "RepeatWithoutEnd",
     .replace = kSteps,
     .with = kSteps + "  - repeat: {steps: [{listen: s}]}\n",
     .expected = "17:5: steps[3].repeat: repeat needs `times:` or `until:`"},
    {.name = "RepeatOfNothing",
     .replace = kSteps,
     .with = kSteps + "  - repeat: {times: 2}\n",
     .expected = "17:5: steps[3].repeat: repeat needs `steps:`"},
    {.name = "StateOfNobody",
     .replace = kSteps,
     .with = kSteps + "  - tcp_state: {must: LISTEN}\n",
     .expected = "17:5: steps[3].tcp_state: tcp_state needs either `of:`"},
    {.name = "MustThatCannotBe",
     .replace = kSteps,
     .with = kSteps + "  - tcp_state: {of: s, must: LISTENING}\n",
     .expected =
         "17:30: steps[3].tcp_state.must: \"LISTENING\" can never be the "
         "outcome of tcp_state (did you mean \"LISTEN\"?)"},
    {.name = "EventsInNoOrder",
     .replace = kSteps,
     .with = kSteps + "  - poll: {of: s, events: [in, hup], must: hup+in}\n",
     .expected = "17:44: steps[3].poll.must: \"hup+in\" can never be the "
                 "outcome of poll"},
    {.name = "WhenOfNoValue",
     .replace = kSteps,
     .with =
         kSteps + "  - {listen: s, when: {addr: \"::1\", addr.family: inet}}\n",
     .expected = "17:23: steps[3].when: no value of axis addr meets this"},
    {.name = "WhenComparesAxes",
     .replace = kSteps,
     .with = kSteps + "  - {listen: s, when: {addr: $reuse}}\n",
     .expected = "17:23: steps[3].when: `when:` cannot compare two axes"},
    {.name = "AlwaysOfAnotherWord",
     .replace = kSteps,
     .with = kSteps + "  - {listen: s, always: never}\n",
     .expected = "17:25: steps[3].always: `always:` is 1 or is left out"},
    {.name = "UnknownHost",
     .replace = kSteps,
     .with = kSteps + "  - {listen: s, host: server}\n",
     .expected = "17:23: steps[3].host: the plan has no host \"server\""},
    {.name = "ConstantUnset",
     .replace = kSteps,
     .with =
         kSteps + "  - setsockopt: {of: s, name: SO_KEEPALIVE, value: unset}\n",
     .expected = "17:52: steps[3].setsockopt.value: this is unset in every "
                 "cell"},
    {.name = "NothingObserved",
     .replace = ", observe: ",
     .with = ", backlog: ",
     .expected = "14:3: steps: no step has `observe:`"},
    // Expectations.
    {.name = "ExpectationWithoutSource",
     .replace = "    source: bind(2)\n",
     .with = "",
     .expected = "18:5: expect[0]: an expectation needs `source:`"},
    {.name = "OutcomeThatCannotBe",
     .replace = "outcome: {bind: ok}",
     .with = "outcome: {bind: EADRINUSE}",
     .expected =
         "22:21: expect[0].outcome.bind: \"EADRINUSE\" can never be the "
         "outcome of bind (did you mean \"EADDRINUSE\"?)"},
    {.name = "UnknownObservation",
     .replace = "outcome: {bind: ok}",
     .with = "outcome: {binds: ok}",
     .expected = "22:15: expect[0].outcome.binds: no step observes \"binds\" "
                 "(did you mean \"bind\"?)"},
    {.name = "WhereOfNoCell",
     .replace = "where: {addr: \"::1\"}",
     .with = "where: {addr: \"::1\", reuse: both}",
     .expected = "21:12: expect[0].where: no cell meets this"},
    {.name = "WhereOfNeither",
     .replace = "where: {addr: \"::1\"}",
     .with = "where: {bnd: ok}",
     .expected = "21:13: expect[0].where.bnd: there is neither an axis nor an "
                 "observation \"bnd\" (did you mean \"bind\"?)"},
    {.name = "NotObservedThere",
     .replace = "  - do: opened",
     .with = "  - {do: opened, when: {addr: 127.0.0.1}}",
     .expected =
         "22:15: expect[0].outcome.listen: \"listen\" is not observed in "
         "every cell that this speaks of, for instance not in "
         "[addr=::1,reuse=none]; narrow `where:`",
     .also_replace = "outcome: {bind: ok}",
     .also_with = "outcome: {listen: ok}"},
    {.name = "OutcomeAndTable",
     .replace = "    outcome: {bind: ok}\n",
     .with = "",
     .expected = "18:5: expect[0]: an expectation has either `outcome:` or "
                 "`table:`"},
    {.name = "ClaimOfNoId",
     .replace = "    source: bind(2)\n",
     .with = "    source: bind(2)\n    claim: yes\n",
     .expected = "21:12: expect[0].claim: \"yes\" is no claim"},
    {.name = "TableRowTooShort",
     .replace = "    outcome: {bind: ok}\n",
     .with = "    table: {across: [bind, listen], down: {addr: {\"::1\": "
             "[ok]}}}\n",
     .expected =
         "22:58: expect[0].table.down.addr.::1: this row needs a list of "
         "2 places"},
    {.name = "TablePlaceOfNoCell",
     .replace = "    where: {addr: \"::1\"}\n    outcome: {bind: ok}\n",
     .with =
         "    table: {of: bind, across: {reuse: [none, both]}, down: {addr: "
         "{\"::1\": [ok, ok]}}}\n",
     .expected =
         "21:80: expect[0].table.down.addr.::1[1]: no cell stands at this "
         "place of the table"},
};

std::string NameOf(const ::testing::TestParamInfo<Mistake>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(Kinds, MistakesTest, ::testing::ValuesIn(kMistakes),
                         NameOf);

TEST(AllMistakesTest, AreToldAtOnceInTheOrderOfTheirPlaces) {
  const std::string yaml =
      absl::StrReplaceAll(kGood, {{"title:", "tilte:"},
                                  {"type: stream", "type: steam"},
                                  {"$addr:A", "$adr:A"},
                                  {"{bind: ok}", "{bind: okay}"}});
  const CompileResult result = CompilePlan(yaml, "t.yaml");
  std::vector<int> lines;
  for (const Diagnostic& one : result.diagnostics) lines.push_back(one.line);
  EXPECT_THAT(lines, ::testing::ElementsAre(1, 2, 14, 15, 22)) << Told(result);
}

TEST(AllMistakesTest, OfARecipeDoneTwiceAreToldOnce) {
  const std::string yaml = absl::StrReplaceAll(
      kGood, {{"  - do: opened\n", "  - do: opened\n  - do: opened\n"},
              {"{of: s, observe: listen}", "{of: s, backlogs: 3}"}});
  const CompileResult result = CompilePlan(yaml, "t.yaml");
  EXPECT_EQ(result.diagnostics.size(), 1u) << Told(result);
}

TEST(AllMistakesTest, AnEmptyFileIsOne) {
  EXPECT_EQ(Told(CompilePlan("", "t.yaml")),
            "t.yaml:1:1: the file is empty; a plan begins with `plan:`");
}

TEST(AllMistakesTest, DeepNestingIsOne) {
  const CompileResult result = CompilePlan(std::string(100'000, '['), "t.yaml");
  ASSERT_FALSE(result.ok());
  EXPECT_TRUE(absl::StrContains(Told(result), "this is not YAML"))
      << Told(result);
}

}  // namespace
}  // namespace sockdrift
