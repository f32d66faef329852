// Audits of this very host, by the real binary and a real probe.
#include <sys/stat.h>

#include <algorithm>
#include <csignal>
#include <fstream>

#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "tests/cli/sockdrift_program.h"
#include "tests/support/gold.h"
#include "tests/support/require.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift::testing {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class AuditTest : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("netns"); }

  std::string File(const std::string& name) const {
    return folder_.path() + "/" + name;
  }
  // A shell's command line in a network namespace of its own.
  SubprocessEnd InFreshNamespace(const std::string& command) const {
    return RunSubprocess({"unshare", "--net", "sh", "-c",
                          "ip link set lo up 2>/dev/null; " + command});
  }

  TemporaryFolder folder_;
  const std::string plan_ = TestData("two-binds.yaml");
};

// The first line names the host and the time that it took.
std::string WithoutFirstLine(const std::string& text) {
  return text.substr(text.find('\n') + 1);
}

// Code points.
size_t Columns(const std::string& text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

TEST_F(AuditTest, PrintsWhatItSawAndJudged) {
  const SubprocessEnd end = Sockdrift({"audit", "--plan", plan_});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  std::string table = WithoutFirstLine(end.out);
  // What is said about the world depends on who runs the test.
  table.resize(std::min(table.size(), table.find("\nAbout the world")));
  ExpectGold(
      std::string(SOCKDRIFT_SOURCE_DIR) + "/tests/cli/gold/two-binds-audit.txt",
      table);
}

TEST_F(AuditTest, BrokenRuleIsAFindingWithItsCells) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", TestData("broken-rule.yaml")});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out,
              AllOf(HasSubstr("1 of 1 broken"), HasSubstr("nobody-binds"),
                    HasSubstr("test.broken-rule[type=stream]"),
                    HasSubstr("bind is ok, expected EPERM")));
}

// docs/json.md: every key is there, none is null.
TEST_F(AuditTest, JsonIsTheDocumentedOne) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", plan_, "--output", "json"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, Not(HasSubstr("null")));
  const json document = json::parse(end.out);
  EXPECT_EQ(document["schema"], "sockdrift.audit/1");
  EXPECT_TRUE(document["facts"].contains("kernel.release"));
  ASSERT_EQ(document["plans"].size(), 1U);
  const json& plan = document["plans"][0];
  EXPECT_EQ(plan["plan"], "test.two-binds");
  EXPECT_EQ(plan["world"], "replica");
  EXPECT_EQ(plan["repeats"], 2);
  for (const char* digest : {"digest", "behaviour", "record"}) {
    EXPECT_EQ(plan[digest].get<std::string>().size(), 64U) << digest;
  }
  ASSERT_EQ(plan["cells"].size(), 4U);
  EXPECT_EQ(plan["cells"][0],
            json::parse(R"({"axes": {"type": "stream", "reuse": "unset"},
                            "status": "DONE", "reason": "",
                            "outcomes": {"bind.first": "ok",
                                         "bind.second": "EADDRINUSE"}})"));
  EXPECT_EQ(plan["expectations"], json::parse(R"([
      {"id": "first-binds", "claim": "", "verdict": "holds"},
      {"id": "second-needs-the-option", "claim": "X1", "verdict": "holds"},
      {"id": "option-never-helps", "claim": "X2",
       "verdict": "does-not-hold"}])"));
}

TEST_F(AuditTest, TwoAuditsOfOneHostAreEqual) {
  ASSERT_EQ(
      Sockdrift({"audit", "--plan", plan_, "--save", File("a")}).exit_code, 0);
  ASSERT_EQ(
      Sockdrift({"audit", "--plan", plan_, "--save", File("b")}).exit_code, 0);
  const SubprocessEnd end = Sockdrift({"diff", File("a"), File("b")});
  EXPECT_EQ(end.exit_code, 0) << end.out << end.err;
  EXPECT_THAT(end.out, HasSubstr("No fact differs"));
}

TEST_F(AuditTest, DiffNamesTheCellsAndTheSysctlThatDiffer) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  const std::string audit =
      kSockdrift + " audit --plan dual-stack.listener-reach --save ";
  ASSERT_NE(InFreshNamespace(audit + File("a")).exit_code, 2);
  ASSERT_NE(InFreshNamespace("echo 1 > /proc/sys/net/ipv6/bindv6only; " +
                             audit + File("b"))
                .exit_code,
            2);
  const SubprocessEnd end = Sockdrift({"diff", File("a"), File("b")});
  EXPECT_EQ(end.exit_code, 1) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("v6only = unset"),
                             HasSubstr("net.ipv6.bindv6only  0  1")));

  const json document = json::parse(
      Sockdrift({"diff", File("a"), File("b"), "--output", "json"}).out);
  EXPECT_EQ(document["schema"], "sockdrift.diff/1");
  EXPECT_GT(document["differing"], 0);
  EXPECT_EQ(document["plans"][0]["cells"].size(), document["differing"]);
  EXPECT_EQ(document["facts"], json::parse(R"([{"fact": "net.ipv6.bindv6only",
                             "a": "0", "b": "1"}])"));
}

TEST_F(AuditTest, NetnsIsTheNamespaceWhoseFactsAndSettingsCount) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  // The audit runs in this namespace, kept as descriptor 9, and is pointed at
  // another one.
  const SubprocessEnd end = RunSubprocess(
      {"sh", "-c",
       "exec 9< /proc/self/ns/net; unshare --net sh -c 'echo 1 > "
       "/proc/sys/net/ipv6/bindv6only; nsenter --net=/proc/self/fd/9 " +
           kSockdrift + " audit --plan " + plan_ +
           " --output json --netns /proc/$$/ns/net; exit $?'"});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(json::parse(end.out)["facts"]["net.ipv6.bindv6only"], "1");
}

TEST_F(AuditTest, MissingNetnsIsToldAndNothingIsRun) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", plan_, "--netns", "/run/netns/nowhere"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("/run/netns/nowhere"));
}

TEST_F(AuditTest, DifferentWorldsAreNotCompared) {
  ASSERT_EQ(
      Sockdrift({"audit", "--plan", plan_, "--save", File("a")}).exit_code, 0);
  ASSERT_EQ(Sockdrift({"audit", "--plan", plan_, "--world", "pristine",
                       "--save", File("b")})
                .exit_code,
            0);
  const SubprocessEnd end = Sockdrift({"diff", File("a"), File("b")});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, AllOf(HasSubstr("test.two-binds (replica)"),
                             HasSubstr("test.two-binds (pristine)")));
}

TEST_F(AuditTest, DiffLooksAtTheNamedPlansOnly) {
  ASSERT_EQ(Sockdrift({"audit", "--plan", plan_, "--plan",
                       "bind.privileged-port", "--save", File("a")})
                .exit_code,
            0);
  const SubprocessEnd end =
      Sockdrift({"diff", File("a"), File("a"), "--plan", "test.two-binds"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("Alike in all cells: 1 plan, 4 cells"),
                             Not(HasSubstr("bind.privileged-port"))));
  EXPECT_EQ(
      Sockdrift({"diff", File("a"), File("a"), "--world", "own"}).exit_code, 3);
}

TEST_F(AuditTest, AskedThroughAnotherProgramAnswersTheSame) {
  ASSERT_EQ(
      Sockdrift({"audit", "--plan", plan_, "--save", File("a")}).exit_code, 0);
  const SubprocessEnd via = Sockdrift(
      {"audit", "--plan", plan_, "--save", File("b"), "--via", "env -i"});
  ASSERT_EQ(via.exit_code, 0) << via.err;
  EXPECT_EQ(Sockdrift({"diff", File("a"), File("b")}).exit_code, 0);
}

TEST_F(AuditTest, ViaThatGivesNoAnswerCouldNotTell) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", plan_, "--via", "echo hello #"});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("--via 'echo hello #' gave no answer"));
  EXPECT_THAT(end.out, IsEmpty());
}

// The catalogue's report on one screen.
TEST_F(AuditTest, FitsATerminalOf120By50) {
  SOCKDRIFT_REQUIRE_OR_SKIP("terminal");
  const SubprocessEnd end =
      Sockdrift({"audit", "--color", "never"}, {.terminal_columns = 120});
  const std::vector<std::string> lines =
      absl::StrSplit(end.out.substr(end.out.rfind("\033[K") + 3), '\n');
  EXPECT_LE(lines.size(), 50U);
  for (const std::string& line : lines) {
    const auto columns = std::count_if(
        line.begin(), line.end(), [](char c) { return (c & 0xC0) != 0x80; });
    EXPECT_LE(columns, 121) << line;  // with the carriage return
  }
}

TEST_F(AuditTest, ShowsProgressOnTerminalsOnly) {
  SOCKDRIFT_REQUIRE_OR_SKIP("terminal");
  EXPECT_THAT(Sockdrift({"audit", "--plan", "bind.conflict"}).err,
              Not(HasSubstr("cell runs")));
  EXPECT_THAT(
      Sockdrift({"audit", "--plan", "bind.conflict"}, {.terminal_columns = 100})
          .out,
      HasSubstr("cell runs"));
}

TEST_F(AuditTest, MissingProbeIsOurFaultAndSaysWhereItWasLookedFor) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", plan_, "--probe", "/no/probe"});
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_THAT(end.err, HasSubstr("/no/probe"));
}

TEST_F(AuditTest, ProbeThatDiesCostsItsPlanAndIsNoSuccess) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--plan", plan_, "--probe", "/bin/false"});
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.out, HasSubstr("4 MISS"));
}

TEST_F(AuditTest, FullDiskLeavesNoFileAndStillShowsTheReport) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("mounts");
  const std::string mount = folder_.path() + "/full";
  mkdir(mount.c_str(), 0700);
  const SubprocessEnd end = RunSubprocess(
      {"unshare", "--mount", "sh", "-c",
       "mount -t tmpfs -o size=4096 none " + mount +
           " && head -c 4096 /dev/zero > " + mount + "/filler; " + kSockdrift +
           " audit --plan " + plan_ + " --save " + mount +
           "/a; code=$?; ls -A " + mount + " >&2; exit $code"});
  EXPECT_EQ(end.exit_code, 5);
  EXPECT_THAT(end.out, HasSubstr("test.two-binds"));
  EXPECT_THAT(end.err, AllOf(HasSubstr("No space left on device"),
                             HasSubstr("nothing was saved"),
                             ::testing::EndsWith("\nfiller\n")));
}

TEST_F(AuditTest, InterruptEndsItSoonAndSavesNothing) {
  Subprocess audit({kSockdrift, "audit", "--plan", "reuse.time-wait-length",
                    "--long", "--save", File("a")});
  const std::string id = std::to_string(audit.pid());
  std::string probe;
  while (probe.empty()) {
    std::ifstream("/proc/" + id + "/task/" + id + "/children") >> probe;
  }
  audit.Signal(SIGINT);
  const SubprocessEnd end = audit.Wait(absl::Seconds(50));
  EXPECT_FALSE(end.timed_out);
  EXPECT_EQ(end.exit_code, 3);
  EXPECT_THAT(end.err, HasSubstr("interrupted"));
  EXPECT_FALSE(std::ifstream(File("a")).good());
}

TEST_F(AuditTest, SaveIsCheckedBeforeTheWork) {
  for (const std::string& path :
       {std::string("/no/such/folder/a"), folder_.path()}) {
    const SubprocessEnd end =
        Sockdrift({"audit", "--plan", plan_, "--save", path});
    EXPECT_EQ(end.exit_code, 2) << path;
    EXPECT_THAT(end.err, HasSubstr("--save " + path));
    EXPECT_THAT(end.out, IsEmpty());
  }
}

TEST_F(AuditTest, DiffNamesAPlanThatNeitherSideHas) {
  ASSERT_EQ(
      Sockdrift({"audit", "--plan", plan_, "--save", File("a")}).exit_code, 0);
  const SubprocessEnd end =
      Sockdrift({"diff", File("a"), File("a"), "--plan", "test.two-bind"});
  EXPECT_EQ(end.exit_code, 2);
  EXPECT_THAT(end.err, HasSubstr("did you mean 'test.two-binds'?"));
}

// Every claim on one screen.
TEST_F(AuditTest, ClaimsFitAScreen) {
  const SubprocessEnd end =
      Sockdrift({"audit", "--claims", "--world", "pristine"},
                {.environment = {{"COLUMNS", "120"}}});
  EXPECT_THAT(end.exit_code, ::testing::AnyOf(0, 1, 3)) << end.err;
  const std::vector<std::string> lines = absl::StrSplit(end.out, '\n');
  EXPECT_LE(lines.size(), 51U) << end.out;
  for (const std::string& line : lines) EXPECT_LE(Columns(line), 120U) << line;
  for (const char* prefix : {"A", "B", "S-"}) {
    const int last = prefix[0] == 'A' ? 9 : prefix[0] == 'B' ? 11 : 55;
    for (int i = 1; i <= last; ++i) {
      const std::string id = prefix + std::to_string(i) + " ";
      EXPECT_THAT(end.out, HasSubstr(id));
    }
  }
}

TEST_F(AuditTest, OneClaimIsShownInFull) {
  const SubprocessEnd end = Sockdrift(
      {"audit", "--plan", plan_, "--claim", "X1", "--world", "pristine"});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out,
              AllOf(HasSubstr("X1: "), HasSubstr(" for, "),
                    HasSubstr("test.two-binds["), HasSubstr("1 expectation")));
  const json claims = json::parse(
      Sockdrift({"audit", "--plan", plan_, "--claim", "X1", "--output", "json"})
          .out);
  EXPECT_EQ(claims["schema"], "sockdrift.claims/1");
  ASSERT_EQ(claims["claims"].size(), 1U);
  EXPECT_EQ(claims["claims"][0]["claim"], "X1");
  EXPECT_EQ(claims["claims"][0]["expectations"].size(), 1U);
}

TEST_F(AuditTest, PlansTestPrintsEachExpectation) {
  const SubprocessEnd end = Sockdrift({"plans", "test", plan_});
  EXPECT_EQ(end.exit_code, 0) << end.err;
  EXPECT_THAT(end.out, AllOf(HasSubstr("test.two-binds: 4 cells"),
                             HasSubstr("1 plan, 4 cells, 3 expectations")));
  const SubprocessEnd broken =
      Sockdrift({"plans", "test", TestData("broken-rule.yaml")});
  EXPECT_EQ(broken.exit_code, 1) << broken.err;
  EXPECT_THAT(broken.out,
              AllOf(HasSubstr("broken"), HasSubstr("broken-rule.yaml:"),
                    HasSubstr("in test.broken-rule[type=stream]"),
                    HasSubstr("bind is ok, expected EPERM")));
}

TEST_F(AuditTest, PlansTestOfOneExpectationLeavesTheOthersOut) {
  const json all =
      json::parse(Sockdrift({"plans", "test", plan_, "--output", "json"}).out);
  EXPECT_EQ(all["schema"], "sockdrift.test/1");
  const json& expectations = all["plans"][0]["expectations"];
  ASSERT_EQ(expectations.size(), 3U);
  const std::string id = expectations[1]["id"];
  const json one =
      json::parse(Sockdrift({"plans", "test", plan_, "--expectation", id,
                             "--output", "json"})
                      .out);
  ASSERT_EQ(one["plans"][0]["expectations"].size(), 1U);
  EXPECT_EQ(one["plans"][0]["expectations"][0], expectations[1]);
}

}  // namespace
}  // namespace sockdrift::testing
