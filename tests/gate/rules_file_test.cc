#include "gate/rules/rules_file.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

std::string MistakeIn(const std::string& yaml) {
  const absl::StatusOr<GateRules> rules = ParseGateRules(yaml, "gate.yaml");
  return rules.ok() ? "" : std::string(rules.status().message());
}

TEST(GateRulesTest, ReadsEveryKey) {
  const absl::StatusOr<GateRules> rules = ParseGateRules(R"(
gate: node-image
minHosts: 3
minCommonCells: 80%
require: [bind.conflict, reuse.*]
rules:
  - {match: "option.*", world: pristine, severity: ignore}
  - {match: "bind.*[a.addr=::1]", severity: warn}
waivers:
  - id: W1
    match: bind.conflict
    world: replica
    reason: Known
    owner: net
    expires: 2026-12-31
)",
                                                         "gate.yaml");
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->name, "node-image");
  EXPECT_EQ(rules->min_hosts, 3);
  EXPECT_EQ(rules->min_common_percent, 80);
  EXPECT_THAT(rules->require, ElementsAre("bind.conflict", "reuse.*"));
  ASSERT_THAT(rules->rules, SizeIs(2));
  EXPECT_EQ(rules->rules[0].severity, Severity::kIgnore);
  EXPECT_EQ(rules->rules[0].world, World::kPristine);
  EXPECT_EQ(rules->rules[1].severity, Severity::kWarn);
  EXPECT_EQ(rules->rules[1].match.text, "bind.*[a.addr=::1]");
  ASSERT_THAT(rules->waivers, SizeIs(1));
  EXPECT_EQ(rules->waivers[0].id, "W1");
  EXPECT_EQ(rules->waivers[0].world, World::kReplica);
  EXPECT_EQ(rules->waivers[0].reason, "Known");
  EXPECT_EQ(rules->waivers[0].owner, "net");
  EXPECT_EQ(rules->waivers[0].expires, absl::CivilDay(2026, 12, 31));
  EXPECT_EQ(rules->waivers[0].line, 10);
}

TEST(GateRulesTest, TheDefaultsAreThoseWithoutAFile) {
  const absl::StatusOr<GateRules> rules = ParseGateRules("gate: x", "f");
  ASSERT_TRUE(rules.ok()) << rules.status();
  EXPECT_EQ(rules->min_hosts, 1);
  EXPECT_EQ(rules->min_common_percent, 90);
}

TEST(GateRulesTest, TellsAllMistakesAtOnceWithTheirPlaces) {
  const std::string wrong = MistakeIn(
      "gate: x\n"
      "minHost: 2\n"
      "minCommonCells: 101%\n"
      "rules:\n"
      "  - {match: \"bind.*[\", severity: fatal}\n"
      "waivers:\n"
      "  - {id: W1, match: bind.*, owner: me, expires: 2026-02-31}\n");
  EXPECT_THAT(wrong, HasSubstr("gate.yaml:2:1: "));
  EXPECT_THAT(wrong, HasSubstr("no key \"minHost\" in a gate"));
  EXPECT_THAT(wrong, HasSubstr("did you mean \"minHosts\"?"));
  EXPECT_THAT(wrong, HasSubstr("gate.yaml:3:17: "));
  EXPECT_THAT(wrong, HasSubstr("a whole number from 0 to 100%"));
  EXPECT_THAT(wrong, HasSubstr("gate.yaml:5:13: "));
  EXPECT_THAT(wrong, HasSubstr("the ] is missing"));
  EXPECT_THAT(wrong, HasSubstr("is fail, warn or ignore, not \"fatal\""));
  EXPECT_THAT(wrong, HasSubstr("a waiver needs `reason:`"));
  EXPECT_THAT(wrong, HasSubstr("as 2026-12-31, not \"2026-02-31\""));
}

TEST(GateRulesTest, EveryPartOfAWaiverIsNeeded) {
  const std::string all =
      "gate: x\nwaivers:\n  - id: W1\n    match: '*'\n    reason: r\n"
      "    owner: o\n    expires: 2026-12-31\n";
  EXPECT_EQ(MistakeIn(all), "");
  for (const std::string key : {"id", "match", "reason", "owner", "expires"}) {
    std::string without = all;
    const size_t at = without.find(key + ":");
    const size_t end = without.find('\n', at);
    without.replace(at, end - at, "world: own");
    EXPECT_THAT(MistakeIn(without), HasSubstr("needs `" + key + ":`"));
  }
}

TEST(GateRulesTest, RefusesWhatIsNoRulesFile) {
  EXPECT_THAT(MistakeIn(""), HasSubstr("the file is empty"));
  EXPECT_THAT(MistakeIn("# none\n"), HasSubstr("the file is empty"));
  EXPECT_THAT(MistakeIn("[]"), HasSubstr("a gate is a map"));
  EXPECT_THAT(MistakeIn("minHosts: 1"), HasSubstr("a gate needs `gate:`"));
  EXPECT_THAT(MistakeIn("gate: x\nrules: {}\n"),
              HasSubstr("`rules:` is a list"));
  EXPECT_THAT(MistakeIn("gate: x\nrequire: ['bind.*[a=b]']\n"),
              HasSubstr("`require:` holds plans' names"));
  EXPECT_THAT(MistakeIn("gate: x\nwaivers:\n"
                        "  - {id: a, match: x, reason: r, owner: o, expires: "
                        "2026-01-01}\n"
                        "  - {id: a, match: y, reason: r, owner: o, expires: "
                        "2026-01-01}\n"),
              HasSubstr("the waiver \"a\" stands twice"));
}

TEST(GateFileTest, SaysWhatAControllerJudges) {
  const absl::StatusOr<GateFile> gate = ParseGateFile(
      "gate: x\nbaseline: [baseline:prod, 'selector:pool in (a,b)']\n"
      "candidates: pool=canary\nconfirm: 2m\nmaxAge: 12h\n",
      "gate.yaml");
  ASSERT_TRUE(gate.ok()) << gate.status();
  EXPECT_THAT(gate->baseline, ::testing::ElementsAre("baseline:prod",
                                                     "selector:pool in (a,b)"));
  EXPECT_EQ(gate->candidates, "pool=canary");
  EXPECT_TRUE(gate->confirm);
  EXPECT_EQ(gate->confirm_timeout, absl::Minutes(2));
  EXPECT_EQ(gate->max_age, absl::Hours(12));
  const absl::StatusOr<GateFile> least =
      ParseGateFile("gate: x\nbaseline: host:a\nconfirm: no\n", "gate.yaml");
  ASSERT_TRUE(least.ok()) << least.status();
  EXPECT_FALSE(least->confirm);
  EXPECT_EQ(least->max_age, absl::Hours(48));
}

TEST(GateFileTest, TellsWrongOperandsAndTimesAtOnce) {
  const std::string wrong = MistakeIn(
      "gate: x\nbaseline: [prod, 'host:']\ncandidates: []\nconfirm: maybe\n"
      "maxAge: -1h\n");
  EXPECT_THAT(wrong, HasSubstr("gate.yaml:2:12: baseline[0]: `baseline:` is"));
  EXPECT_THAT(wrong, HasSubstr("not \"host:\""));
  EXPECT_THAT(wrong, HasSubstr("candidates"));
  EXPECT_THAT(wrong, HasSubstr("`confirm:` is a time above zero"));
  EXPECT_THAT(wrong, HasSubstr("`maxAge:` is a time above zero"));
}

}  // namespace
}  // namespace sockdrift
