#include "agent/engine/cell_runner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/engine/distribution_class.h"
#include "agent/engine/duration_class.h"
#include "agent/engine/perform.h"
#include "agent/engine/processes.h"
#include "agent/engine/step_table.h"

namespace sockdrift {
namespace {

// A `must` that any errno meets.
constexpr absl::string_view kAnyError = "error";

// " of NAME" or " facing NAME"; empty for a step on no single socket.
std::string SocketNamed(const Assembly& assembly, const DenseStep& step,
                        const uint16_t* at) {
  if (step.operation == Operation::kRecv) return "";
  for (const auto& [id, word] : {std::pair(FieldId::kOf, " of "),
                                 std::pair(FieldId::kFacing, " facing ")}) {
    const int64_t slot = step.At(id, at);
    if (slot != kUnset) return absl::StrCat(word, assembly.slots[slot]);
  }
  return "";
}

}  // namespace

CellRunner::CellRunner(Machine& machine, uint32_t limit_ms)
    : machine_(machine), assembly_(machine.assembly), limit_ms_(limit_ms) {
  must_codes_.resize(assembly_.texts.size(), 0);
  for (const DenseStep& step : assembly_.steps) {
    functions_.push_back(StepOf(step.operation));
    if (!step.Has(FieldId::kMust)) continue;
    const int table = step.table_of[static_cast<int>(FieldId::kMust)];
    for (int64_t text : step.tables[table].values) {
      if (text == kUnset || assembly_.texts[text] == kAnyError) continue;
      must_codes_[text] =
          machine_.codes.CodeOf(machine_.codes.OfText(assembly_.texts[text]));
    }
  }
}

void CellRunner::Prepare(Cell& cell, size_t axes, size_t observations) const {
  // Table::At looks at one axis even where it depends on none.
  cell.coordinate.resize(std::max<size_t>(axes, 1));
  cell.codes.resize(observations);
  cell.slots.resize(assembly_.slots.size());
  cell.ports.resize(assembly_.ports.symbols.size());
  cell.sockets.reserve(assembly_.sockets);
}

void CellRunner::Reset(Cell& cell) const {
  cell.step = 0;
  cell.failure_seen = false;
  cell.sockets.clear();
  cell.loops.clear();
  cell.samples.clear();
  cell.lists.clear();
  cell.other_ports.clear();
  cell.sent_elsewhere.clear();
  std::fill(cell.slots.begin(), cell.slots.end(), -1);
  std::fill(cell.ports.begin(), cell.ports.end(), uint16_t{0});
  std::fill(cell.codes.begin(), cell.codes.end(), kNotObserved);
  cell.step_began = 0;
  cell.deadline = assembly_.timed ? Now() + limit_ms_ * kNsPerMs : 0;
}

bool CellRunner::WithinLimit(const Cell& cell) {
  if (cell.deadline == 0 || Now() < cell.deadline) return true;
  machine_.fault = absl::StrCat("the cell took longer than its limit of ",
                                MarkText(limit_ms_));
  return false;
}

bool CellRunner::Meets(int64_t must, Outcome outcome) {
  if (must_codes_[must] == 0) return outcome.is_error();
  return machine_.codes.CodeOf(outcome) == must_codes_[must];
}

bool CellRunner::Conclude(Cell& cell, const DenseStep& step, Outcome outcome) {
  const uint16_t* at = cell.coordinate.data();
  // Another process has marked its own.
  if (!IsElsewhere(step, cell)) MarkFailure(cell, step, outcome);
  const bool failed = outcome.is_error() || outcome.is(Word::kTimeout);
  if (step.observation != kNoObservation &&
      (failed || !step.observe_failure_only)) {
    Note(cell, step, outcome);
    cell.failure_seen = cell.failure_seen || outcome.is(Word::kNothing) ||
                        IsFailure(step, cell, outcome);
  }
  const int64_t must = step.has_must ? step.At(FieldId::kMust, at) : kUnset;
  const bool excused = outcome.is(Word::kNotReached) && cell.failure_seen;
  if (must != kUnset && !excused && !Meets(must, outcome)) {
    machine_.fault = absl::StrCat(SpecOf(step.operation).name,
                                  SocketNamed(assembly_, step, at),
                                  ": must be ", assembly_.texts[must], ", was ",
                                  machine_.codes.TextOf(outcome));
    return false;
  }
  for (size_t depth = 0; depth < cell.loops.size(); ++depth) {
    const uint32_t until = cell.loops[depth].until;
    if (until == 0) continue;
    const bool met = until == CellLoop::kAnyError
                         ? outcome.is_errno()
                         : machine_.codes.CodeOf(outcome) == until;
    if (met) return EndLoop(cell, depth);
  }
  return true;
}

void CellRunner::Note(Cell& cell, const DenseStep& step, Outcome outcome) {
  const uint32_t code = machine_.codes.CodeOf(outcome);
  const bool sampled =
      std::any_of(cell.loops.begin(), cell.loops.end(),
                  [](const CellLoop& loop) { return loop.sample; });
  if (!sampled) {
    cell.codes[step.observation] = code;
    return;
  }
  const auto add = [&](uint32_t which, int64_t count) {
    for (SampleCount& known : cell.samples) {
      if (known.observation != step.observation || known.code != which) {
        continue;
      }
      known.count += count;
      return;
    }
    cell.samples.push_back({step.observation, which, count});
  };
  add(code, 1);
  // The failure of a socket's option is the socket's outcome, which was "ok"
  // until now.
  if (step.observe_failure_only) {
    add(machine_.codes.CodeOf(Outcome::Ok()), -1);
  }
}

void CellRunner::EndSample(Cell& cell) {
  std::vector<int16_t> observations;
  for (const SampleCount& one : cell.samples) {
    observations.push_back(one.observation);
  }
  std::sort(observations.begin(), observations.end());
  observations.erase(std::unique(observations.begin(), observations.end()),
                     observations.end());
  for (int16_t observation : observations) {
    std::vector<std::pair<std::string, int64_t>> counts;
    for (const SampleCount& one : cell.samples) {
      if (one.observation != observation || one.count == 0) continue;
      counts.emplace_back(machine_.codes.TextOfCode(one.code), one.count);
    }
    cell.codes[observation] = machine_.codes.CodeOf(
        machine_.codes.OfText(DistributionClass(std::move(counts))));
  }
  cell.samples.clear();
}

// Leaves the repeat at this depth, and those inside it, with what it counted.
bool CellRunner::EndLoop(Cell& cell, size_t depth) {
  const CellLoop loop = cell.loops[depth];
  // A sample that is left from inside ends with an incomplete round.
  for (size_t inner = depth; inner < cell.loops.size(); ++inner) {
    if (!cell.loops[inner].sample) continue;
    CloseRound(machine_, cell, cell.loops[inner].first_socket);
    EndSample(cell);
  }
  cell.loops.resize(depth);
  cell.step = loop.end;
  return Conclude(cell, assembly_.steps[loop.step],
                  machine_.codes.OfNumber(loop.rounds));
}

bool CellRunner::EndRounds(Cell& cell) {
  while (!cell.loops.empty() && cell.step == cell.loops.back().end) {
    CellLoop& loop = cell.loops.back();
    if (!WithinLimit(cell)) return false;
    if (++loop.rounds < loop.times) {
      if (loop.sample) CloseRound(machine_, cell, loop.first_socket);
      cell.step = loop.begin;
      return true;
    }
    if (!EndLoop(cell, cell.loops.size() - 1)) return false;
  }
  return true;
}

CellRunner::State CellRunner::Advance(Cell& cell) {
  const uint16_t* at = cell.coordinate.data();
  for (;;) {
    if (!cell.loops.empty() && !EndRounds(cell)) return State::kFailed;
    if (cell.step == assembly_.steps.size()) return State::kEnded;
    const DenseStep& step = assembly_.steps[cell.step];
    if (!step.Applies(at) || step.IsLeftOut(at)) {
      cell.step += 1 + step.body;
      continue;
    }
    Outcome outcome;
    const StepEnd end =
        assembly_.forks && IsElsewhere(step, cell)
            ? RunElsewhere(machine_, cell, step, outcome)
            : Perform(machine_, cell, step, functions_[cell.step], outcome);
    switch (end) {
      case StepEnd::kBroken:
        return State::kFailed;
      case StepEnd::kParked:
        if (!WithinLimit(cell)) return State::kFailed;
        return State::kParked;
      case StepEnd::kEntered:
        ++cell.step;
        continue;
      case StepEnd::kNotReached:
        outcome = Outcome::Of(Word::kNotReached);
        break;
      case StepEnd::kAnswered:
        if (step.takes_time && !WithinLimit(cell)) return State::kFailed;
        break;
    }
    cell.step_began = 0;
    ++cell.step;
    if (outcome.kind == OutcomeKind::kOk && !step.has_must &&
        cell.loops.empty()) {
      // What most steps come to.
      if (step.observation != kNoObservation && !step.observe_failure_only) {
        cell.codes[step.observation] = machine_.codes.CodeOf(outcome);
      }
      continue;
    }
    if (!Conclude(cell, step, outcome)) return State::kFailed;
  }
}

}  // namespace sockdrift
