#include "reproduce/writer.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "core/base/status_macros.h"
#include "core/plan/operation.h"
#include "reproduce/limits.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kMain = "main";

bool IsLoop(const CellStep& step) {
  return step.operation() == Operation::kRepeat ||
         step.operation() == Operation::kSample;
}

}  // namespace

std::string ProgramWriter::ObservationOf(const CellStep& step) const {
  return step.step->observation == kNoObservation
             ? ""
             : script_.program->observations[step.step->observation];
}

std::string ProgramWriter::Recorded(const std::string& observation) const {
  if (!cell_.recorded.has_value()) return "";
  const auto found = cell_.recorded->outcomes.find(observation);
  return found == cell_.recorded->outcomes.end() ? "" : found->second;
}

void ProgramWriter::Note(const CellStep& step) {
  const std::string as = step.Get(FieldId::kAs);
  switch (step.operation()) {
    case Operation::kSocket:
      known_[as] = {step.Get(FieldId::kFamily), step.Get(FieldId::kType), ""};
      break;
    case Operation::kAccept: {
      const Known listener = known_[step.Get(FieldId::kOf)];
      known_[as] = {listener.family, listener.type, ""};
      break;
    }
    case Operation::kPass:
      known_[as] = known_[step.Get(FieldId::kOf)];
      break;
    case Operation::kDial:
      known_[as] = {"", step.Get(FieldId::kType), BoundMs(step, "500ms")};
      break;
    default:
      return;
  }
  if (loops_.empty()) return;
  const Loop& loop = loops_.back();
  if (loop.round.empty()) {
    if (std::find(round_sockets_.begin(), round_sockets_.end(), as) ==
        round_sockets_.end()) {
      round_sockets_.push_back(as);
    }
    return;
  }
  // What the other rounds make is of the same kind.
  for (int64_t i = 1;
       i <= std::min<int64_t>(64, script_.FindSocket(as)->rounds); ++i) {
    known_[absl::StrCat(as, "[", i, "]")] = known_[as];
  }
}

absl::Status ProgramWriter::Walk() {
  SOCKDRIFT_RETURN_IF_ERROR(Steps(0, script_.steps.size()));
  while (!alive_.empty()) ExitOf(alive_.back());
  if (!script_.processes.empty()) CloseBlock();
  return absl::OkStatus();
}

absl::Status ProgramWriter::Steps(size_t first, size_t end) {
  for (size_t i = first; i < end; i += 1 + script_.steps[i].body) {
    if (IsLoop(script_.steps[i])) {
      SOCKDRIFT_RETURN_IF_ERROR(LoopStep(i));
    } else {
      SOCKDRIFT_RETURN_IF_ERROR(OneStep(i));
    }
  }
  return absl::OkStatus();
}

absl::Status ProgramWriter::OneStep(size_t index) {
  const CellStep& step = script_.steps[index];
  if (step.operation() == Operation::kFork) {
    const std::string process = step.Get(FieldId::kAs);
    if (alive_.empty() && script_.processes.front() == process) {
      // Everything before was made by the only process that there was.
      SayFork(process);
    } else {
      TurnTo(std::string(kMain));
      CloseBlock();
      SayFork(process);
    }
    alive_.push_back(process);
    process_ = std::string(kMain);
    OpenBlockOf(process_);
    return After(index);
  }
  if (step.operation() == Operation::kExit) {
    TurnTo(std::string(kMain));
    ExitOf(step.Get(FieldId::kOf));
    return After(index);
  }
  SOCKDRIFT_RETURN_IF_ERROR(Whereabouts(step));
  if (step.operation() == Operation::kPass) {
    Pass(step);
    Note(step);
    return After(index);
  }
  const bool makes = step.operation() == Operation::kSocket ||
                     step.operation() == Operation::kAccept ||
                     step.operation() == Operation::kDial;
  if (makes) {
    const std::string as = step.Get(FieldId::kAs);
    const ScriptSocket* made = script_.FindSocket(as);
    if (made->rounds > 0 && as == made->name) {
      const bool in_repeat = !loops_.empty() && !loops_.back().round.empty();
      index_[made->name] = in_repeat ? loops_.back().round : "0";
    }
  }
  SOCKDRIFT_RETURN_IF_ERROR(Call(step));
  Note(step);
  return After(index);
}

void ProgramWriter::Pass(const CellStep& step) {
  const std::string to = step.Get(FieldId::kTo);
  parts_.Use("descriptors");
  Statement(absl::StrCat("pass_descriptor(", ProcessVariable(to), ", ",
                         SocketOf(step), ")"));
  CloseBlock();
  process_ = to;
  user_ = "?";
  OpenBlockOf(to);
  Statement(
      absl::StrCat(Spelled(step.Get(FieldId::kAs)), " = take_descriptor()"));
}

void ProgramWriter::SayFork(const std::string& process) {
  parts_.Use("processes");
  Fork(process);
  Statement(language_.says_ok);
}

void ProgramWriter::TurnTo(const std::string& process) {
  if (process == process_ || alive_.empty()) return;
  HandOver(process);
  CloseBlock();
  process_ = process;
  user_ = "?";
  OpenBlockOf(process);
  AwaitTurn();
}

void ProgramWriter::ExitOf(const std::string& process) {
  const std::string ending = process;
  TurnTo(std::string(kMain));
  HandOver(ending);
  CloseBlock();
  OpenBlockOf(ending);
  AwaitTurn();
  Statement(language_.leave);
  CloseBlock();
  OpenBlockOf(std::string(kMain));
  AwaitEnd(ending);
  Statement(language_.says_ok);
  sent_ = true;
  std::erase(alive_, ending);
}

absl::Status ProgramWriter::Whereabouts(const CellStep& step) {
  TurnTo(step.Get(FieldId::kProcess, kMain));
  const std::string host = step.Get(FieldId::kHost);
  if (!host.empty() && host != host_) {
    for (size_t i = 0; i < script_.hosts.size(); ++i) {
      if (script_.hosts[i].name == host) EnterHost(i);
    }
    host_ = host;
  }
  const std::string user = step.Get(FieldId::kUser);
  if (script_.names_users && user != user_) {
    BecomeUser(user);
    user_ = user;
  }
  return absl::OkStatus();
}

absl::Status ProgramWriter::LoopStep(size_t index) {
  const CellStep& step = script_.steps[index];
  const bool sample = step.operation() == Operation::kSample;
  TurnTo(std::string(kMain));
  const std::string* until = step.Find(FieldId::kUntil);
  if (until != nullptr) {
    for (size_t i = index + 1; i <= index + step.body; ++i) {
      if (IsLoop(script_.steps[i])) {
        return CannotSay(Limit::kUntilAroundLoop);
      }
    }
  }
  const std::string round = absl::StrCat("round_", ++repeats_);
  // Where the body begins is what the last round left.
  user_ = "?";
  host_ = "?";
  BeginRepeat(round, step.Get(FieldId::kTimes, "100000"));
  ++indent_;
  loops_.push_back({&step, sample ? "" : round});
  if (sample) round_sockets_.clear();
  SOCKDRIFT_RETURN_IF_ERROR(Steps(index + 1, index + 1 + step.body));
  if (sample) {
    std::vector<std::string> made;
    for (const std::string& socket : round_sockets_) {
      made.push_back(Spelled(socket));
    }
    EndSampleRound(made);
  }
  loops_.pop_back();
  --indent_;
  EndRepeat(round);
  user_ = "?";
  host_ = "?";
  if (sample) {
    for (const std::string& name : sampled_order_) {
      Statement(absl::StrCat("class_of(", Quoted(name), ")"));
      Observe(name);
    }
    sampled_.clear();
    sampled_order_.clear();
  }
  return After(index);
}

absl::Status ProgramWriter::After(size_t index) {
  const CellStep& step = script_.steps[index];
  const std::string name = ObservationOf(step);
  // The options of an observed socket come right behind it.
  const size_t next = index + 1 + step.body;
  const bool goes_on = next < script_.steps.size() &&
                       script_.steps[next].step->observe_failure_only &&
                       ObservationOf(script_.steps[next]) == name;
  if (!name.empty() && !goes_on) {
    const bool sampled =
        std::any_of(loops_.begin(), loops_.end(), [](const Loop& loop) {
          return loop.step->operation() == Operation::kSample;
        });
    if (sampled) {
      parts_.Use("classes");
      Statement(absl::StrCat("count(", Quoted(name), ")"));
      if (sampled_.insert(name).second) sampled_order_.push_back(name);
    } else {
      Observe(name);
    }
  }
  const std::string* must = step.Find(FieldId::kMust);
  if (must != nullptr) {
    const std::string of = step.Get(FieldId::kOf, step.Get(FieldId::kFacing));
    Must(absl::StrCat(SpecOf(step.operation()).name, of.empty() ? "" : " of ",
                      of),
         *must);
  }
  if (loops_.empty()) return absl::OkStatus();
  const std::string* until = loops_.back().step->Find(FieldId::kUntil);
  if (until != nullptr && !goes_on) LeaveRepeatOn(*until);
  return absl::OkStatus();
}

}  // namespace sockdrift
