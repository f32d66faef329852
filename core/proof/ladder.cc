#include "core/proof/ladder.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "core/divergence/explain.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

// Facts of the process, which no namespace and no cgroup leaves behind.
constexpr absl::string_view kOfTheProcess[] = {
    "cgroup.root_programs", "lsm", "seccomp.mode", "caps.", "no_new_privs"};
constexpr absl::string_view kOfTheCgroup[] = {"cgroup.bpf."};
// Facts of the network namespace that no fresh one has.
constexpr absl::string_view kOfTheNamespace[] = {"nftables.in_use",
                                                 "iptables.in_use"};

bool IsDone(const Record* record, uint32_t cell) {
  return record != nullptr && record->status[cell] == CellStatus::kDone;
}

// The first observation in which the cell differs.
std::optional<OutcomeChange> ChangeBetween(const Record& from, const Record& to,
                                           uint32_t cell) {
  for (uint16_t i = 0; i < from.columns.size(); ++i) {
    if (from.Outcome(i, cell) == to.Outcome(i, cell)) continue;
    return OutcomeChange{i, std::string(from.Outcome(i, cell)),
                         std::string(to.Outcome(i, cell))};
  }
  return std::nullopt;
}

class Climber {
 public:
  Climber(const Program& program, absl::Span<const RungRecords> rungs,
          bool compared)
      : program_(program), rungs_(rungs), compared_(compared) {
    result_.rungs.resize(rungs.size());
  }

  void Take(uint32_t cell) {
    // The rung below that was measured; none for the first.
    std::optional<size_t> below;
    bool found = false;
    size_t measured = 0;
    for (size_t i = 0; i < rungs_.size(); ++i) {
      if (!Measured(i, cell)) continue;
      ++measured;
      ++result_.rungs[i].done;
      const std::optional<OutcomeChange> change = ChangeOn(i, below, cell);
      if (change.has_value()) {
        ++result_.rungs[i].changed;
        if (!found) Put(i, below, cell, *change);
        found = true;
      }
      below = i;
    }
    if (found) return;
    ++(measured < (compared_ ? 1 : 2) ? result_.unmeasured : result_.unchanged);
  }

  Climbed Finish() && {
    for (auto& [key, step] : steps_) result_.steps.push_back(std::move(step));
    return std::move(result_);
  }

 private:
  bool Measured(size_t rung, uint32_t cell) const {
    return IsDone(rungs_[rung].host, cell) &&
           (!compared_ || IsDone(rungs_[rung].against, cell));
  }

  std::optional<OutcomeChange> ChangeOn(size_t rung,
                                        std::optional<size_t> below,
                                        uint32_t cell) const {
    if (compared_) {
      return ChangeBetween(*rungs_[rung].against, *rungs_[rung].host, cell);
    }
    if (!below.has_value()) return std::nullopt;
    return ChangeBetween(*rungs_[*below].host, *rungs_[rung].host, cell);
  }

  void Put(size_t rung, std::optional<size_t> below, uint32_t cell,
           const OutcomeChange& change) {
    std::vector<Layer> layers;
    const int highest = static_cast<int>(LayerOf(rungs_[rung].rung));
    const int lowest = below.has_value()
                           ? static_cast<int>(LayerOf(rungs_[*below].rung)) + 1
                           : static_cast<int>(Layer::kKernel);
    // Two rungs of one layer, `own` and `host`, leave nothing between them.
    for (int i = std::min(lowest, highest); i <= highest; ++i) {
      layers.push_back(static_cast<Layer>(i));
    }
    LadderStep& step = steps_[{rung, layers}];
    if (step.cells.empty()) {
      step.rung = rungs_[rung].rung;
      step.layers = std::move(layers);
      step.change = RenderChange(change, program_);
    }
    step.cells.push_back(cell);
  }

  const Program& program_;
  absl::Span<const RungRecords> rungs_;
  const bool compared_;
  std::map<std::pair<size_t, std::vector<Layer>>, LadderStep> steps_;
  Climbed result_;
};

std::string ValueOf(const Facts& facts, const std::string& name) {
  const auto it = facts.find(name);
  return it == facts.end() ? kUnknownFact : it->second;
}

}  // namespace

Layer LayerOf(const Rung& rung) {
  switch (rung.world) {
    case World::kPristine:
      return rung.root_cgroup ? Layer::kKernel : Layer::kCgroup;
    case World::kReplica:
      return Layer::kSysctls;
    case World::kOwn:
    case World::kHost:
      return Layer::kNamespace;
  }
  return Layer::kNamespace;
}

bool HasNoCgroupPrograms(const Facts& host) {
  bool told = false;
  for (const auto& [name, value] : host) {
    if (!absl::StartsWith(name, kOfTheCgroup[0])) continue;
    told = true;
    if (value != "0") return false;
  }
  return told;
}

Climbed Climb(const Program& program, absl::Span<const uint32_t> cells,
              absl::Span<const RungRecords> rungs, bool compared) {
  Climber climber(program, rungs, compared);
  for (const uint32_t cell : cells) climber.Take(cell);
  return std::move(climber).Finish();
}

std::vector<std::string> Suspects(Layer layer, const Facts& host,
                                  const Facts& against) {
  const auto prefixes = [&]() -> absl::Span<const absl::string_view> {
    if (layer == Layer::kKernel) return kOfTheProcess;
    if (layer == Layer::kCgroup) return kOfTheCgroup;
    if (layer == Layer::kNamespace) return kOfTheNamespace;
    return {};
  }();
  std::set<std::string> names;
  for (const Facts* facts : {&host, &against}) {
    for (const auto& [name, value] : *facts) {
      const bool suspect = std::any_of(prefixes.begin(), prefixes.end(),
                                       [&name = name](absl::string_view p) {
                                         return absl::StartsWith(name, p);
                                       });
      if (suspect) names.insert(name);
    }
  }
  std::vector<std::string> suspects;
  for (const std::string& name : names) {
    const std::string mine = ValueOf(host, name);
    const std::string theirs = ValueOf(against, name);
    if (mine == theirs) continue;
    suspects.push_back(
        absl::StrCat(name, " = ", mine, " (the other host: ", theirs, ")"));
  }
  return suspects;
}

}  // namespace sockdrift
