#include "compiler/scope.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace sockdrift {
namespace {

// "s[2]" as "s" and 2; a name without brackets has the index 0, and one with
// something else in them -1.
struct Indexed {
  absl::string_view base;
  int64_t index = 0;
};
Indexed SplitIndex(absl::string_view name) {
  const size_t open = name.find('[');
  if (open == absl::string_view::npos) return {name, 0};
  absl::string_view inner = name.substr(open + 1);
  int64_t index = 0;
  if (!absl::ConsumeSuffix(&inner, "]") || !absl::SimpleAtoi(inner, &index) ||
      index < 1) {
    index = -1;
  }
  return {name.substr(0, open), index};
}

// " in the process p"; of the first one there is nothing to say.
std::string InProcess(absl::string_view process) {
  if (process == kMainProcessName) return "";
  return absl::StrCat(" in the process \"", process, "\"");
}

}  // namespace

void Scope::Make(absl::string_view name, const Guards& guards,
                 const YamlNode& where, Report& report,
                 absl::string_view process) {
  if (round_ > 1) {
    // The first round has looked for names that are taken.
    for (size_t i = rounds_start_; i < made_.size(); ++i) {
      if (made_[i].name != name || made_[i].process != process ||
          made_[i].guards != guards) {
        continue;
      }
      made_[i].closed = made_[i].partly_closed = false;
      return;
    }
  }
  for (const Made& other : made_) {
    if (other.name == name && other.process == process && !other.closed &&
        !other.partly_closed && Both(other.guards, guards).has_value()) {
      report.Add(where,
                 absl::StrCat("\"", name, "\" exists already, from line ",
                              other.where->line,
                              "; close it first or take another name"));
      return;
    }
  }
  made_.push_back({std::string(name), guards, &where, std::string(process)});
}

void Scope::Use(absl::string_view name, const Guards& guards,
                const YamlNode& where, Report& report,
                absl::string_view process) {
  const Indexed indexed = SplitIndex(name);
  const Made* closed = nullptr;
  bool found = false;
  int64_t times = 0;
  for (Made& made : made_) {
    if (made.name != indexed.base || made.process != process) continue;
    if (made.closed && Covers(guards, made.guards)) closed = &made;
    made.used = true;
    if (made.closed || !Both(made.guards, guards).has_value()) continue;
    found = true;
    times = std::max(times, made.times);
  }
  if (!found) {
    std::vector<std::string> names;
    for (const Made& made : made_) {
      if (!made.closed && made.process == process) names.push_back(made.name);
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    report.Add(where,
               closed != nullptr
                   ? absl::StrCat("\"", name, "\" ", closed_, " here")
                   : absl::StrCat("no earlier step makes \"", name, "\"",
                                  InProcess(process), Suggestion(name, names)));
  } else if (indexed.index > times || (indexed.index == 0 && times > 0) ||
             indexed.index < 0) {
    report.Add(where,
               times == 0
                   ? absl::StrCat("\"", indexed.base,
                                  "\" is not made by a repeat: write it "
                                  "without brackets")
                   : absl::StrCat("a repeat makes \"", indexed.base, "\" ",
                                  times, " times: write ", indexed.base,
                                  "[1] to ", indexed.base, "[", times, "]"));
  }
}

void Scope::CloseOne(Made& made, const Guards& guards) {
  if (!Both(made.guards, guards).has_value()) return;
  if (Covers(guards, made.guards) && made.times == 0) {
    made.closed = true;
  } else {
    made.partly_closed = true;
  }
}

void Scope::Close(absl::string_view name, const Guards& guards,
                  absl::string_view process) {
  const absl::string_view base = SplitIndex(name).base;
  for (Made& made : made_) {
    if (made.name == base && made.process == process) CloseOne(made, guards);
  }
}

bool Scope::Has(absl::string_view name) const {
  return std::any_of(made_.begin(), made_.end(), [&](const Made& made) {
    return made.name == name && !made.closed;
  });
}

void Scope::Fork(absl::string_view process, const Guards& guards) {
  const size_t size = made_.size();
  for (size_t i = 0; i < size; ++i) {
    if (made_[i].process != kMainProcessName || made_[i].closed) continue;
    std::optional<Guards> both = Both(made_[i].guards, guards);
    if (!both.has_value()) continue;
    Made inherited = made_[i];
    inherited.process = std::string(process);
    inherited.guards = *std::move(both);
    made_.push_back(std::move(inherited));
  }
}

void Scope::Exit(absl::string_view process, const Guards& guards) {
  for (Made& made : made_) {
    if (made.process == process) CloseOne(made, guards);
  }
}

void Scope::LeaveRepeat(int64_t times) {
  for (size_t i = repeat_starts_.back(); i < made_.size(); ++i) {
    made_[i].times = times;
  }
  repeat_starts_.pop_back();
}

void Scope::LeaveRounds() {
  LeaveRepeat(round_);
  round_ = 0;
}

std::string Scope::NameInRound(absl::string_view name) const {
  if (round_ == 0) return std::string(name);
  const bool made_here = std::any_of(
      made_.begin() + static_cast<std::ptrdiff_t>(rounds_start_), made_.end(),
      [&](const Made& made) { return made.name == name; });
  return made_here ? absl::StrCat(name, "[", round_, "]") : std::string(name);
}

int64_t Scope::TimesOf(absl::string_view name) const {
  int64_t times = 0;
  for (const Made& made : made_) {
    if (made.name == name && !made.closed) times = std::max(times, made.times);
  }
  return times;
}

void Scope::LeaveSample() {
  for (size_t i = repeat_starts_.back(); i < made_.size(); ++i) {
    made_[i].closed = true;
  }
  repeat_starts_.pop_back();
}

void Scope::ReportUnused(Report& report) const {
  for (const Made& made : made_) {
    const bool used = std::any_of(
        made_.begin(), made_.end(),
        [&](const Made& one) { return one.name == made.name && one.used; });
    if (used) continue;
    report.Add(*made.where, absl::StrCat("no later step uses \"", made.name,
                                         "\"; use it or remove the step"));
  }
}

std::vector<std::string> Scope::Names() const {
  std::vector<std::string> names;
  for (const Made& made : made_) names.push_back(made.name);
  return names;
}

}  // namespace sockdrift
