// The schema taken, as JUnit has none of its own, is that of windyroad
// (tests/schemas/JUnit.xsd): what Ant's JUnit task writes.
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "core/divergence/render.h"
#include "gate/report/gate_causes.h"
#include "gate/report/gate_report.h"

namespace sockdrift {
namespace {

// Text of an element or attribute. What XML 1.0 cannot hold becomes "?".
std::string Escaped(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\n':
        out += "&#10;";
        break;
      default:
        out += static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    }
  }
  return out;
}

enum class CaseEnd { kPassed, kFailure, kError, kSkipped };

// A suite's cases with their counts.
class Suite {
 public:
  void Add(absl::string_view class_name, absl::string_view name, CaseEnd end,
           absl::string_view type, absl::string_view message,
           absl::string_view details = "") {
    ++tests_;
    absl::StrAppend(&cases_, "    <testcase classname=\"", Escaped(class_name),
                    "\" name=\"", Escaped(name), "\" time=\"0\"");
    const std::string message_attribute =
        absl::StrCat(" message=\"", Escaped(message), "\"");
    switch (end) {
      case CaseEnd::kPassed:
        absl::StrAppend(&cases_, "/>\n");
        return;
      case CaseEnd::kSkipped:
        ++skipped_;
        absl::StrAppend(&cases_, "><skipped", message_attribute,
                        "/></testcase>\n");
        return;
      case CaseEnd::kFailure:
      case CaseEnd::kError:
        break;
    }
    const absl::string_view element =
        end == CaseEnd::kFailure ? "failure" : "error";
    ++(end == CaseEnd::kFailure ? failures_ : errors_);
    absl::StrAppend(&cases_, "><", element, message_attribute, " type=\"",
                    Escaped(type), "\">", Escaped(details), "</", element,
                    "></testcase>\n");
  }
  void AddProperty(absl::string_view name, absl::string_view value) {
    absl::StrAppend(&properties_, "      <property name=\"", Escaped(name),
                    "\" value=\"", Escaped(value), "\"/>\n");
  }
  void AddOutput(absl::string_view line) {
    absl::StrAppend(&output_, Escaped(line), "\n");
  }

  std::string Xml(absl::string_view name, absl::string_view host, int id,
                  absl::Time time) const {
    return absl::StrCat(
        "  <testsuite name=\"", Escaped(name),
        "\" package=\"sockdrift.gate\" id=\"", id, "\" hostname=\"",
        Escaped(host), "\" timestamp=\"",
        absl::FormatTime("%Y-%m-%dT%H:%M:%S", time, absl::UTCTimeZone()),
        "\" tests=\"", tests_, "\" failures=\"", failures_, "\" errors=\"",
        errors_, "\" skipped=\"", skipped_,
        "\" time=\"0\">\n    <properties>\n", properties_,
        "    </properties>\n", cases_, "    <system-out>", output_,
        "</system-out>\n    <system-err></system-err>\n", "  </testsuite>\n");
  }

 private:
  int tests_ = 0;
  int failures_ = 0;
  int errors_ = 0;
  int skipped_ = 0;
  std::string properties_;
  std::string cases_;
  std::string output_;
};

bool IsOf(const std::vector<size_t>& hosts, size_t host) {
  for (const size_t one : hosts) {
    if (one == host) return true;
  }
  return false;
}

// "bind" of "bind.conflict".
std::string SuiteOf(const std::string& plan) {
  return plan.substr(0, plan.find('.'));
}

void AddPlan(const GateReport& report, const PlanResult& result, Suite& suite) {
  std::vector<std::string> rules;
  for (const Divergence& divergence : report.judgement->divergences) {
    if (divergence.plan != result.plan || divergence.world != result.world ||
        !IsOf(divergence.hosts, result.host)) {
      continue;
    }
    if (divergence.Fails()) {
      for (std::string& line :
           CauseLinesOf(report, divergence, std::string::npos)) {
        rules.push_back(std::move(line));
      }
    }
    for (const Rule& rule : divergence.rules) {
      const std::string text = RenderRule(rule, *divergence.program);
      if (divergence.Fails()) {
        rules.push_back(text);
      } else {
        suite.AddOutput(absl::StrCat(PlanTitle(result.plan, result.world), ": ",
                                     Disposition(divergence), ": ", text));
      }
    }
  }
  suite.Add(
      SuiteOf(result.plan), PlanTitle(result.plan, result.world),
      rules.empty() ? CaseEnd::kPassed : CaseEnd::kFailure, "divergence",
      absl::StrCat(result.failing, " of ",
                   Counted(result.compared, "compared cell", "compared cells"),
                   " diverge from the baseline"),
      absl::StrJoin(rules, "\n"));
}

void AddGap(const Gap& gap, Suite& suite) {
  const bool of_plan = gap.kind >= Gap::Kind::kPlanMissing;
  std::string name =
      of_plan ? PlanTitle(gap.plan, gap.world) : GapKindName(gap.kind);
  const std::string class_name = of_plan ? SuiteOf(gap.plan) : "gate";
  if (gap.kind == Gap::Kind::kCellsMissing) {
    const std::string status(CellStatusName(gap.status));
    absl::StrAppend(&name, " ", status, gap.reason.empty() ? "" : ": ",
                    gap.reason);
    suite.Add(
        class_name, name,
        gap.status == CellStatus::kSkip ? CaseEnd::kSkipped : CaseEnd::kError,
        status, GapText(gap));
    return;
  }
  if (of_plan) absl::StrAppend(&name, " ", GapKindName(gap.kind));
  if (gap.kind == Gap::Kind::kRequiredPlan)
    absl::StrAppend(&name, " ", gap.plan);
  suite.Add(class_name, name, CaseEnd::kError,
            gap.kind == Gap::Kind::kPlanMissing ? "MISS" : "INCONCLUSIVE",
            GapText(gap));
}

std::string HostSuite(const GateReport& report, size_t host) {
  Suite suite;
  const HostOrigin& origin = report.candidates->origins[host];
  for (const char* fact :
       {"kernel.release", "kernel.arch", "os.id", "os.version_id"}) {
    if (origin.facts == nullptr) break;
    const auto it = origin.facts->find(fact);
    if (it != origin.facts->end()) suite.AddProperty(it->first, it->second);
  }
  for (const PlanResult& result : report.judgement->results) {
    if (result.host == host) AddPlan(report, result, suite);
  }
  for (const Gap& gap : report.judgement->gaps) {
    if (IsOf(gap.hosts, host)) AddGap(gap, suite);
  }
  const std::string name = HostName(report, host);
  return suite.Xml(absl::StrCat(report.rules->name, " @ ", name), name,
                   static_cast<int>(host), origin.taken);
}

// The verdict itself and what is of no single host: a reader that counts
// skipped cases as passed would miss that nothing could be told.
std::string VerdictSuite(const GateReport& report) {
  Suite suite;
  const Judgement& judgement = *report.judgement;
  const std::vector<std::string> reasons = Reasons(report);
  const CaseEnd end = judgement.verdict == GateVerdict::kPass ? CaseEnd::kPassed
                      : judgement.verdict == GateVerdict::kFail
                          ? CaseEnd::kFailure
                          : CaseEnd::kError;
  suite.AddProperty("verdict", GateVerdictName(judgement.verdict));
  suite.Add("gate", "verdict", end, GateVerdictName(judgement.verdict),
            reasons.front(), absl::StrJoin(reasons, "\n"));
  for (const Gap& gap : judgement.gaps) {
    if (gap.hosts.empty()) AddGap(gap, suite);
  }
  for (size_t i = 0; i < judgement.waivers.size(); ++i) {
    suite.AddOutput(WaiverText(report.rules->waivers[i], judgement.waivers[i]));
  }
  return suite.Xml(report.rules->name, "localhost",
                   static_cast<int>(report.candidates->hosts.size()),
                   report.now);
}

}  // namespace

std::string GateJUnit(const GateReport& report) {
  std::string xml =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (size_t host = 0; host < report.candidates->hosts.size(); ++host) {
    xml += HostSuite(report, host);
  }
  return absl::StrCat(xml, VerdictSuite(report), "</testsuites>\n");
}

}  // namespace sockdrift
