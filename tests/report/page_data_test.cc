// The page as it is written: what of the data is in it, and that none of it is
// markup.
#include <zlib.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "compiler/catalogue.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "report/from_files.h"
#include "report/page.h"
#include "tests/report/small_report.h"

namespace sockdrift {
namespace {

using testing::BindProgram;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::RecordOf;
using ::testing::SizeIs;
using testing::SmallReport;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr char kHostile[] = "</script><img onerror=alert(1)>\"'&";

std::string Between(const std::string& text, const std::string& from,
                    const std::string& to) {
  const size_t begin = text.find(from);
  if (begin == std::string::npos) return "";
  const size_t start = begin + from.size();
  return text.substr(start, text.find(to, start) - start);
}

std::string Gunzip(const std::string& packed) {
  z_stream stream = {};
  EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  std::string plain(1 << 22, '\0');
  std::string input = packed;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_out = static_cast<uInt>(plain.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  plain.resize(stream.total_out);
  inflateEnd(&stream);
  return plain;
}

std::string PageOf(const SmallReport& report) {
  const absl::StatusOr<std::string> page = ReportPage(report.input);
  EXPECT_TRUE(page.ok()) << page.status();
  return page.value_or("");
}

Json DataOf(const std::string& page) {
  std::string packed;
  EXPECT_TRUE(absl::Base64Unescape(
      Between(page, "<script id=\"data\" type=\"application/gzip\">", "<"),
      &packed));
  return Json::parse(Gunzip(packed));
}

SmallReport TwoHosts(const std::string& name) {
  SmallReport report;
  const Program program = BindProgram({"0.0.0.0", "127.0.0.1", "192.0.2.1"});
  report.AddRecord("p", report.AddHost("plain", {{"net.x", "0"}}), program,
                   RecordOf({"ok", "ok", "SKIP"}));
  report.AddRecord("p", report.AddHost(name, {{"net.x", name}}), program,
                   RecordOf({"ok", "EACCES", "ERROR"}));
  return report;
}

TEST(ReportPageTest, NothingThatComesFromElsewhereIsMarkup) {
  SmallReport report = TwoHosts(kHostile);
  report.input.title = kHostile;
  const std::string page = PageOf(report);
  EXPECT_THAT(page, Not(HasSubstr("<img")));
  EXPECT_THAT(page, HasSubstr("&lt;/script&gt;&lt;img onerror"));
  const Json data = DataOf(page);
  EXPECT_EQ(data["hosts"][1]["name"], kHostile);
  EXPECT_EQ(data["facts"]["differing"][0]["values"][1], kHostile);
}

TEST(ReportPageTest, ANameThatIsNotUtf8IsNoFault) {
  const Json data = DataOf(PageOf(TwoHosts("\xff\xfe")));
  EXPECT_EQ(data["hosts"][1]["name"], "\uFFFD\uFFFD");
}

TEST(ReportPageTest, ItsPolicyNamesTheOneScriptAndStyleThatItHas) {
  const std::string page = PageOf(TwoHosts("b"));
  const std::string policy =
      Between(page, "Content-Security-Policy\" content=\"", "\"");
  EXPECT_THAT(policy, StartsWith("default-src 'none'; "));
  for (const auto& [open, close] :
       std::vector<std::pair<std::string, std::string>>{
           {"<script type=\"module\">", "</script>"},
           {"<style>", "</style>"}}) {
    const std::string text = Between(page, open, close);
    ASSERT_GT(text.size(), 1000);
    EXPECT_THAT(policy,
                HasSubstr(absl::StrCat(
                    "'sha256-", absl::Base64Escape(Sha256(text).View()), "'")));
  }
  EXPECT_THAT(page, Not(HasSubstr("{{")));
}

TEST(ReportPageTest, EveryRecordIsInItWhateverItsStatus) {
  const Json plan = DataOf(PageOf(TwoHosts("b")))["plans"][0];
  ASSERT_THAT(plan["records"], SizeIs(2));
  // Status of the first: two DONE, one SKIP; of the second where it differs.
  EXPECT_EQ(plan["records"][0]["columns"][0], Json({2, 1, 1, 2}));
  EXPECT_EQ(plan["records"][1]["columns"][0], Json({2, -1, 1, 3}));
  EXPECT_EQ(plan["outcomes"], Json({"EACCES", "ok"}));
  const Json& other = plan["groups"][1 - plan["reference"].get<size_t>()];
  EXPECT_EQ(other["differing"], 1);
  ASSERT_THAT(other["rules"], SizeIs(1));
  EXPECT_EQ(other["rules"][0]["cells"], Json({1, 1}));
}

TEST(ReportPageTest, TheFirstOfTwoHostsIsWhatTheOtherIsComparedWith) {
  // Whichever of the behaviours has the lower digest.
  for (const auto& [first, second] :
       std::vector<std::pair<std::string, std::string>>{{"ok", "EACCES"},
                                                        {"EACCES", "ok"}}) {
    SmallReport report;
    const Program program = BindProgram({"0.0.0.0"});
    report.AddRecord("p", report.AddHost("a", {}), program, RecordOf({first}));
    report.AddRecord("p", report.AddHost("b", {}), program, RecordOf({second}));
    const Json plan = DataOf(PageOf(report))["plans"][0];
    const Json reference = plan["groups"][plan["reference"].get<size_t>()];
    EXPECT_EQ(reference["hosts"], Json({0})) << first;
  }
}

TEST(ReportPageTest, PlansOfTheCatalogueAreJudged) {
  const auto catalogue = Catalogue();
  ASSERT_TRUE(catalogue.ok());
  const auto plan = std::find_if(
      catalogue->begin(), catalogue->end(),
      [](const CompiledPlan& one) { return one.name == "errno.socket"; });
  SmallReport report;
  for (const CompiledPlan& one : *catalogue) {
    report.input.catalogue.push_back(&one);
  }
  const size_t cells = CellCount(plan->program);
  const std::vector<std::string> answers(cells, "EXDEV");
  Record record = RecordOf(answers);
  record.columns.resize(plan->program.observations.size(), record.columns[0]);
  report.AddRecord(plan->name, report.AddHost("a", {}), plan->program, record);
  const Json data = DataOf(PageOf(report));
  EXPECT_EQ(data["plans"][0]["title"], plan->title);
  int broken = 0;
  for (const Json& one : data["plans"][0]["expectations"]) {
    broken += one["verdicts"][0] == "broken";
  }
  EXPECT_GT(broken, 0);
  EXPECT_FALSE(data["claims"].empty());
}

TEST(ReportPageTest, AProgramThatTheCatalogueDoesNotHaveIsNotJudged) {
  const auto catalogue = Catalogue();
  SmallReport report;
  for (const CompiledPlan& one : *catalogue) {
    report.input.catalogue.push_back(&one);
  }
  report.AddRecord("errno.socket", report.AddHost("a", {}),
                   BindProgram({"0.0.0.0"}), RecordOf({"EXDEV"}));
  const Json data = DataOf(PageOf(report));
  EXPECT_TRUE(data["plans"][0]["expectations"].empty());
  EXPECT_EQ(data["plans"][0]["title"], "");
}

TEST(AddFilesTest, HostsOfOneNameSayWhereTheyComeFrom) {
  std::vector<NamedFile> files(2);
  files[0].source = "before";
  files[1].source = "after";
  for (NamedFile& file : files) {
    HostBehaviour host;
    host.host = "vm";
    file.file.hosts.push_back(host);
  }
  files[1].file.hosts.push_back(files[1].file.hosts[0]);
  ReportInput input;
  AddFiles(files, input);
  ASSERT_THAT(input.hosts, SizeIs(3));
  EXPECT_EQ(input.hosts[0].name, "vm (before)");
  EXPECT_EQ(input.hosts[1].name, "vm (after)");
  EXPECT_EQ(input.hosts[2].name, "vm (after) #2");
}

}  // namespace
}  // namespace sockdrift
