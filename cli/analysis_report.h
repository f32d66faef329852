// What the controller found: groups, the cells in which they differ, and what
// separates them.
#ifndef SOCKDRIFT_CLI_ANALYSIS_REPORT_H_
#define SOCKDRIFT_CLI_ANALYSIS_REPORT_H_

#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/console.h"
#include "cli/exit_code.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "sockdrift/v1/analysis.pb.h"

namespace sockdrift {

class FleetLikeness;

using PlanAnalyses = google::protobuf::RepeatedPtrField<v1::PlanAnalysis>;

// How it is printed.
struct AnalysisPrint {
  OutputFormat format = OutputFormat::kTable;
  // Of a group or plan, on as many lines as it takes; none: what the command
  // shows by itself.
  std::optional<int> most_rules;
};
// --output and --rules.
void AddAnalysisPrint(CLI::App& command, AnalysisPrint& print);

// Which host of a group says what the group is like.
std::string SpeakerOf(const v1::BehaviourGroup& group);
// The host that is in the first group of the most plans: what the others are
// compared with. "" where there is none.
std::string MostUsualHost(const PlanAnalyses& plans);
// That one, and one of each group, each once; at most so many.
std::vector<std::string> SpeakersOf(const PlanAnalyses& plans, size_t most);

// Where `likeness` is not null, these say too which entries of the atlas each
// group behaves like, if its speaker was asked for.
// Plans in which all hosts behave alike take one line.
std::string AnalysisText(const PlanAnalyses& plans, int most_rules,
                         const Console& console,
                         const FleetLikeness* likeness = nullptr);

// The same on 50 lines of 120 columns: who differs and why, known causes, and
// the rules that say most. Every cell in which a group differs from the first
// of its plan is in exactly one line that begins with a number.
std::string AnalysisScreen(const PlanAnalyses& plans, const Console& console,
                           const FleetLikeness* likeness = nullptr);

// The document "sockdrift.groups/1" of docs/json.md.
std::string AnalysisJson(const PlanAnalyses& plans,
                         const FleetLikeness* likeness = nullptr);

// Prints it one way or the other; its exit code.
ExitCode PrintAnalysis(const PlanAnalyses& plans, const AnalysisPrint& print,
                       Console& console,
                       const FleetLikeness* likeness = nullptr);

// kFindings when groups differ in some cell that is not acknowledged;
// kCouldNotTell when nothing was measured; else kFine.
ExitCode ExitCodeOf(const PlanAnalyses& plans);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_ANALYSIS_REPORT_H_
