#include "gate/causes/cause_file.h"

#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "compiler/catalogue.h"
#include "compiler/outcome_words.h"
#include "core/plan/cells.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace sockdrift {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kWhole[] = R"(
cause: lost-conflict
title: 6.1.y loses a conflict
text: >
  Two lines of
  prose.
effect: security
commits: [a1b2 subject, c3d4]
kernels:
  - {from: 6.1.5, below: "6.2", note: Measured}
  - {below: "5.10"}
given: {net.ipv6.bindv6only: 0, virt.kind: "!=gvisor"}
references: [ip(7)]
seen: in the lab
symptoms:
  - match: "bind.*[a.addr=::1]"
    shows: {bind.b: ok, bind.a: [ok, "E*"]}
    others: {bind.b: EADDRINUSE}
  - {match: "udp.x", shows: {receiver: nothing}}
)";

std::string MistakeIn(std::string yaml) {
  const absl::StatusOr<Cause> cause = ParseCause(yaml, "x.yaml");
  return cause.ok() ? "" : std::string(cause.status().message());
}

// The whole cause with one line written otherwise.
std::string With(const std::string& line, const std::string& instead) {
  std::string yaml = kWhole;
  const size_t at = yaml.find(line);
  EXPECT_NE(at, std::string::npos) << line;
  return yaml.replace(at, line.size(), instead);
}

TEST(CauseFileTest, ReadsEveryKey) {
  const absl::StatusOr<Cause> cause = ParseCause(kWhole, "x.yaml");
  ASSERT_TRUE(cause.ok()) << cause.status();
  EXPECT_EQ(cause->id, "lost-conflict");
  EXPECT_EQ(cause->title, "6.1.y loses a conflict");
  EXPECT_EQ(cause->text, "Two lines of prose.");
  EXPECT_EQ(cause->effect, "security");
  EXPECT_THAT(cause->commits, ElementsAre("a1b2 subject", "c3d4"));
  ASSERT_THAT(cause->kernels, SizeIs(2));
  EXPECT_EQ(cause->kernels[0].from, "6.1.5");
  EXPECT_EQ(cause->kernels[0].below, "6.2");
  EXPECT_EQ(cause->kernels[0].note, "Measured");
  EXPECT_EQ(cause->kernels[1].from, "");
  ASSERT_THAT(cause->given, SizeIs(2));
  EXPECT_EQ(cause->given[1].relation, FactCondition::Relation::kNotEqual);
  EXPECT_THAT(cause->references, ElementsAre("ip(7)"));
  EXPECT_EQ(cause->seen, "in the lab");
  EXPECT_EQ(cause->file, "x.yaml");
  ASSERT_THAT(cause->symptoms, SizeIs(2));
  EXPECT_EQ(cause->symptoms[0].match.text, "bind.*[a.addr=::1]");
  EXPECT_THAT(cause->symptoms[0].shows,
              ElementsAre(OutcomeTest{"bind.b", {"ok"}},
                          OutcomeTest{"bind.a", {"ok", "E*"}}));
  EXPECT_THAT(cause->symptoms[0].others,
              ElementsAre(OutcomeTest{"bind.b", {"EADDRINUSE"}}));
  EXPECT_THAT(cause->symptoms[1].others, IsEmpty());
}

TEST(CauseFileTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(MistakeIn(""), HasSubstr("the file is empty"));
  EXPECT_THAT(MistakeIn(With("lost-conflict", "Lost Conflict")),
              HasSubstr("x.yaml:2:8: cause: `cause:` is an id"));
  EXPECT_THAT(MistakeIn(With("effect: security", "effect: bad")),
              HasSubstr("availability or compatibility, not \"bad\""));
  EXPECT_THAT(MistakeIn(With("seen: in the lab\n", "")),
              HasSubstr("a cause needs `seen:`"));
  EXPECT_THAT(MistakeIn(With("from: 6.1.5", "from: v6")),
              HasSubstr("is a kernel's version such as 6.1.168, not \"v6\""));
  EXPECT_THAT(MistakeIn(With("below: \"6.2\"", "below: \"6.1\"")),
              HasSubstr("`below: 6.1` comes after `from: 6.1.5`"));
  EXPECT_THAT(MistakeIn(With("{below: \"5.10\"}", "{note: x}")),
              HasSubstr("has `from:`, `below:` or both"));
  EXPECT_THAT(MistakeIn(With("bind.*[a.addr=::1]", "bind.*[a.addr")),
              HasSubstr("the ] is missing"));
  EXPECT_THAT(MistakeIn(With("{receiver: nothing}", "nothing")),
              HasSubstr("`shows:` is a map of observations and outcomes"));
  EXPECT_THAT(MistakeIn(With("commits:", "comits:")),
              HasSubstr("no key \"comits\" in a cause"));
}

TEST(CauseFileTest, EverybodyIsNoOneInParticular) {
  std::string yaml = With(
      "given: {net.ipv6.bindv6only: 0, virt.kind: "
      "\"!=gvisor\"}\n",
      "");
  const size_t from = yaml.find("kernels:");
  yaml.erase(from, yaml.find("references:") - from);
  EXPECT_THAT(MistakeIn(yaml), HasSubstr("a cause has `kernels:`, `given:`"));
}

// Below: what holds of every cause that is shipped.

const std::vector<CompiledPlan>& Plans() {
  static const auto* const plans = [] {
    absl::StatusOr<std::vector<CompiledPlan>> all = Catalogue();
    EXPECT_TRUE(all.ok()) << all.status();
    return new std::vector<CompiledPlan>(*std::move(all));
  }();
  return *plans;
}

std::vector<const CompiledPlan*> PlansOf(const Symptom& symptom) {
  std::vector<const CompiledPlan*> found;
  for (const CompiledPlan& plan : Plans()) {
    if (symptom.match.MatchesPlan(plan.name)) found.push_back(&plan);
  }
  return found;
}

bool IsGlob(const std::string& text) {
  return text.find_first_of("*?") != std::string::npos;
}

// Whether some cell of the plan is meant.
bool SomeCell(const Symptom& symptom, const CompiledPlan& plan) {
  const CellSpace cells(plan.program);
  for (uint32_t cell = 0; cell < cells.size(); ++cell) {
    if (symptom.match.MatchesCell(plan.program, cells.Coordinate(cell))) {
      return true;
    }
  }
  return false;
}

// Every value of every axis that is named stands in the plan.
bool EveryValueStands(const Symptom& symptom, const CompiledPlan& plan) {
  for (const CellPattern::AxisTest& test : symptom.match.tests) {
    for (const std::string& value : test.values) {
      Symptom one = symptom;
      one.match.tests = {{.axis = test.axis, .values = {value}}};
      if (!SomeCell(one, plan)) return false;
    }
  }
  return true;
}

// Why an outcome of that text cannot be; empty where it can.
std::string WhyImpossible(const CompiledPlan& plan, const OutcomeTest& test) {
  std::string why = "no such observation";
  for (size_t i = 0; i < plan.program.observations.size(); ++i) {
    if (!MatchesGlob(test.observation, plan.program.observations[i])) continue;
    for (const Step& step : plan.program.steps) {
      if (step.observation != static_cast<int16_t>(i)) continue;
      why = "";
      for (const std::string& outcome : test.outcomes) {
        // Random cells enter as a class, sockets by the plan's own names.
        if (IsGlob(outcome) || IsGlob(test.observation) ||
            absl::StrContains(outcome, "{") ||
            absl::StrContains(outcome, ":")) {
          continue;
        }
        absl::StrAppend(&why, WhyNoOutcome(outcome, step.operation, {}, {}));
      }
      if (why.empty()) return why;
    }
  }
  return why;
}

TEST(ShippedCausesTest, AreValidAndDistinct) {
  std::set<std::string> ids;
  EXPECT_THAT(EmbeddedCauses(), Not(IsEmpty()));
  for (const EmbeddedCause& embedded : EmbeddedCauses()) {
    const absl::StatusOr<Cause> cause =
        ParseCause(embedded.yaml, embedded.path);
    ASSERT_TRUE(cause.ok()) << cause.status();
    EXPECT_EQ(absl::StrCat("causes/", cause->id, ".yaml"), embedded.path);
    EXPECT_TRUE(ids.insert(cause->id).second) << cause->id;
    EXPECT_LE(cause->title.size(), 90u) << cause->id;
  }
  EXPECT_EQ(BuiltInCauses().size(), EmbeddedCauses().size());
}

TEST(ShippedCausesTest, SymptomsNameWhatThePlansHave) {
  for (const Cause& cause : BuiltInCauses()) {
    for (const Symptom& symptom : cause.symptoms) {
      const std::string where =
          absl::StrCat(cause.id, ": ", symptom.match.text);
      const std::vector<const CompiledPlan*> plans = PlansOf(symptom);
      EXPECT_THAT(plans, Not(IsEmpty())) << where;
      const bool one_plan = !IsGlob(symptom.match.plan);
      for (const CompiledPlan* plan : plans) {
        if (!one_plan) continue;
        EXPECT_TRUE(SomeCell(symptom, *plan)) << where;
        EXPECT_TRUE(EveryValueStands(symptom, *plan)) << where;
        for (const auto* tests : {&symptom.shows, &symptom.others}) {
          for (const OutcomeTest& test : *tests) {
            EXPECT_EQ(WhyImpossible(*plan, test), "")
                << where << ": " << test.observation;
          }
        }
      }
    }
  }
}

TEST(ShippedCausesTest, AGlobOverPlansIsTiedToASetting) {
  for (const Cause& cause : BuiltInCauses()) {
    for (const Symptom& symptom : cause.symptoms) {
      if (IsGlob(symptom.match.plan)) {
        EXPECT_THAT(cause.given, Not(IsEmpty())) << cause.id;
      }
    }
  }
}

}  // namespace
}  // namespace sockdrift
