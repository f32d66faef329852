#include "core/divergence/group.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

// The hosts of one behaviour.
struct Behaviour {
  Digest digest;
  const Record* record = nullptr;
  size_t done = 0;
  std::vector<size_t> hosts;  // ascending
  // The number of each of the record's codes among the outcomes of all records;
  // the first is that of kNotObserved.
  std::vector<uint32_t> numbers;
};

// Numbers the outcomes alike for all records, so that comparing two cells is
// comparing numbers.
void NumberOutcomes(std::vector<Behaviour>& behaviours) {
  absl::flat_hash_map<std::string, uint32_t> known;
  for (Behaviour& behaviour : behaviours) {
    behaviour.numbers = {0};
    for (const std::string& outcome : behaviour.record->outcomes) {
      behaviour.numbers.push_back(
          known.try_emplace(outcome, known.size() + 1).first->second);
    }
  }
}

// Most DONE cells first: a group is known in full before others try to fit.
std::vector<Behaviour> DistinctBehaviours(absl::Span<const HostRecord> hosts) {
  std::map<Digest, Behaviour> by_digest;
  for (size_t i = 0; i < hosts.size(); ++i) {
    Behaviour& behaviour = by_digest[hosts[i].behaviour];
    if (behaviour.hosts.empty()) {
      behaviour.digest = hosts[i].behaviour;
      behaviour.record = hosts[i].record;
      behaviour.done = hosts[i].record->CountOf(CellStatus::kDone);
    }
    behaviour.hosts.push_back(i);
  }
  std::vector<Behaviour> behaviours;
  for (auto& [digest, behaviour] : by_digest) {
    behaviours.push_back(std::move(behaviour));
  }
  std::stable_sort(behaviours.begin(), behaviours.end(),
                   [](const Behaviour& a, const Behaviour& b) {
                     return std::make_pair(b.done, b.hosts.size()) <
                            std::make_pair(a.done, a.hosts.size());
                   });
  NumberOutcomes(behaviours);
  return behaviours;
}

// One group in the making: what its behaviours together tell of each cell.
class Known {
 public:
  explicit Known(const Behaviour& first)
      : outcomes_(first.record->columns.size(),
                  std::vector<uint32_t>(first.record->cells(), 0)),
        done_(first.record->cells(), false) {
    Add(first);
  }

  // Whether the behaviour agrees with what is known, in one cell at least.
  bool Fits(const Behaviour& behaviour) const {
    const Record& record = *behaviour.record;
    bool meets = false;
    for (size_t cell = 0; cell < done_.size(); ++cell) {
      if (!done_[cell] || record.status[cell] != CellStatus::kDone) continue;
      meets = true;
      for (size_t i = 0; i < outcomes_.size(); ++i) {
        if (outcomes_[i][cell] != behaviour.numbers[record.columns[i][cell]]) {
          return false;
        }
      }
    }
    return meets;
  }

  void Add(const Behaviour& behaviour) {
    behaviours_.push_back(&behaviour);
    if (known_ == done_.size()) return;
    const Record& record = *behaviour.record;
    for (size_t cell = 0; cell < done_.size(); ++cell) {
      if (done_[cell] || record.status[cell] != CellStatus::kDone) continue;
      done_[cell] = true;
      ++known_;
      for (size_t i = 0; i < outcomes_.size(); ++i) {
        outcomes_[i][cell] = behaviour.numbers[record.columns[i][cell]];
      }
    }
  }

  Group ToGroup() const {
    Group group;
    group.behaviour = behaviours_.front()->digest;
    group.representative = behaviours_.front()->hosts.front();
    group.id = group.behaviour.ShortHex();
    size_t least = known_;
    for (const Behaviour* behaviour : behaviours_) {
      group.members.insert(group.members.end(), behaviour->hosts.begin(),
                           behaviour->hosts.end());
      group.behaviours.push_back(behaviour->digest);
      if (behaviour->done == known_) continue;
      group.partly_tested += behaviour->hosts.size();
      least = std::min(least, behaviour->done);
    }
    std::sort(group.members.begin(), group.members.end());
    std::sort(group.behaviours.begin(), group.behaviours.end());
    if (group.partly_tested > 0) {
      group.note =
          absl::StrCat(group.partly_tested, " of ", group.members.size(),
                       group.members.size() == 1 ? " host" : " hosts",
                       " could not test all of the group's ", known_,
                       " cells (at least ", least, ")");
    }
    return group;
  }

 private:
  std::vector<std::vector<uint32_t>> outcomes_;  // by column, as numbers
  std::vector<bool> done_;
  size_t known_ = 0;  // cells that some behaviour has DONE
  std::vector<const Behaviour*> behaviours_;
};

// A behaviour that fits several groups, or nothing.
struct Open {
  const Behaviour* behaviour;
  std::vector<size_t> fits;  // indices of the groups in the making
};

struct Assignment {
  std::vector<Known> groups;
  std::vector<Open> open;
};

// Every group is there from the start as what founded it, so that a behaviour
// which fits two is undecided whichever of them comes first. A behaviour that
// fits none founds another group, and all are assigned anew.
Assignment Assign(const std::vector<Behaviour>& behaviours) {
  std::set<const Behaviour*> founders;
  for (;;) {
    Assignment result;
    for (const Behaviour& behaviour : behaviours) {
      if (founders.count(&behaviour) > 0) result.groups.emplace_back(behaviour);
    }
    const size_t before = founders.size();
    for (const Behaviour& behaviour : behaviours) {
      if (founders.count(&behaviour) > 0) continue;
      std::vector<size_t> fits;
      for (size_t i = 0; i < result.groups.size(); ++i) {
        if (result.groups[i].Fits(behaviour)) fits.push_back(i);
      }
      if (behaviour.done == 0 || fits.size() > 1) {
        result.open.push_back({&behaviour, std::move(fits)});
      } else if (fits.size() == 1) {
        result.groups[fits[0]].Add(behaviour);
      } else {
        founders.insert(&behaviour);
        result.groups.emplace_back(behaviour);
      }
    }
    if (founders.size() == before) return result;
  }
}

void AddUndecided(const Open& open, const std::vector<size_t>& position,
                  Grouping& result) {
  Undecided undecided;
  for (size_t fit : open.fits) undecided.fits.push_back(position[fit]);
  std::sort(undecided.fits.begin(), undecided.fits.end());
  undecided.reason = open.behaviour->done == 0
                         ? "no cell was tested"
                         : absl::StrCat("the ", open.behaviour->done,
                                        " cells that were tested fit ",
                                        open.fits.size(), " groups");
  for (size_t host : open.behaviour->hosts) {
    undecided.host = host;
    result.undecided.push_back(undecided);
  }
}

}  // namespace

Grouping GroupHosts(absl::Span<const HostRecord> hosts) {
  const std::vector<Behaviour> behaviours = DistinctBehaviours(hosts);
  const Assignment assignment = Assign(behaviours);
  Grouping result;
  std::vector<std::pair<Group, size_t>> groups;
  for (size_t i = 0; i < assignment.groups.size(); ++i) {
    groups.emplace_back(assignment.groups[i].ToGroup(), i);
  }
  std::sort(groups.begin(), groups.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(b.first.members.size(), a.first.behaviour) <
           std::make_tuple(a.first.members.size(), b.first.behaviour);
  });
  std::vector<size_t> position(groups.size());
  for (auto& [group, index] : groups) {
    position[index] = result.groups.size();
    result.groups.push_back(std::move(group));
  }
  for (const Open& one : assignment.open) AddUndecided(one, position, result);
  std::sort(
      result.undecided.begin(), result.undecided.end(),
      [](const Undecided& a, const Undecided& b) { return a.host < b.host; });
  result.majority_is_tied =
      result.groups.size() > 1 &&
      result.groups[0].members.size() == result.groups[1].members.size();
  return result;
}

}  // namespace sockdrift
