// Which names (sockets, resolved lists) exist at a step, and in which process.
#ifndef SOCKDRIFT_COMPILER_SCOPE_H_
#define SOCKDRIFT_COMPILER_SCOPE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "compiler/guards.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

// The first process of a plan.
inline constexpr absl::string_view kMainProcessName = "main";

class Scope {
 public:
  // `closed` is what is said of a name that is no longer there.
  explicit Scope(absl::string_view closed = "is closed") : closed_(closed) {}

  // A step makes `name` in the cells of `guards`. Reports a name that is taken
  // there. Here and below `process` is the one whose name it is.
  void Make(absl::string_view name, const Guards& guards, const YamlNode& where,
            Report& report, absl::string_view process = kMainProcessName);
  // A step names it: `s`, or `s[2]` after the repeat that made `s`. Reports a
  // name that was not made before, or that is closed.
  void Use(absl::string_view name, const Guards& guards, const YamlNode& where,
           Report& report, absl::string_view process = kMainProcessName);
  // A step closes it; the name is free again.
  void Close(absl::string_view name, const Guards& guards,
             absl::string_view process = kMainProcessName);

  // Whether it was made, in some cell, and is there still.
  bool Has(absl::string_view name) const;

  // A new process inherits what the first one has.
  void Fork(absl::string_view process, const Guards& guards);
  // A process ends, and what it has is closed.
  void Exit(absl::string_view process, const Guards& guards);

  // What is made between these is made once a round, `times` at most.
  void EnterRepeat() { repeat_starts_.push_back(made_.size()); }
  void EnterRounds() {
    EnterRepeat();
    rounds_start_ = made_.size();
  }
  void LeaveRepeat(int64_t times);
  // The same of rounds that are written out one by one, from 1.
  void BeginRound(int64_t round) { round_ = round; }
  void LeaveRounds();
  // What a name is called in the program: "s[2]" for one that the second such
  // round makes.
  std::string NameInRound(absl::string_view name) const;
  // How often repeats that are over have made the name; 0 for never.
  int64_t TimesOf(absl::string_view name) const;
  // A sample: what a round makes is closed at its end.
  void LeaveSample();

  void ReportUnused(Report& report) const;
  // The names of all sockets of the plan, for outcomes such as from:NAME.
  std::vector<std::string> Names() const;

 private:
  struct Made {
    std::string name;
    Guards guards;
    const YamlNode* where;
    std::string process;
    bool used = false;
    bool closed = false;
    bool partly_closed = false;  // in some of its cells
    int64_t times = 0;           // rounds of the repeat that made it
  };
  void CloseOne(Made& made, const Guards& guards);

  absl::string_view closed_;
  std::vector<Made> made_;
  int64_t round_ = 0;  // 0: not in written-out rounds
  size_t rounds_start_ = 0;
  std::vector<size_t> repeat_starts_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_SCOPE_H_
