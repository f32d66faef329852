#include "agent/engine/cell_groups.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace sockdrift {

CellGroups::CellGroups(const Program& program, const CellSpace& space)
    : program_(program), space_(space) {
  for (const Setting& setting : program.settings) {
    axes_.insert(axes_.end(), setting.value.axes.begin(),
                 setting.value.axes.end());
  }
  std::sort(axes_.begin(), axes_.end());
  axes_.erase(std::unique(axes_.begin(), axes_.end()), axes_.end());
}

size_t CellGroups::GroupOf(absl::Span<const uint16_t> coordinate) {
  std::vector<uint16_t> values;
  for (uint8_t axis : axes_) values.push_back(coordinate[axis]);
  const auto known = by_values_.find(values);
  if (known != by_values_.end()) return known->second;
  std::vector<std::optional<std::string>> texts;
  for (const Setting& setting : program_.settings) {
    texts.push_back(TextAt(setting.value, program_, coordinate));
  }
  const size_t group =
      by_texts_.emplace(std::move(texts), by_texts_.size()).first->second;
  by_values_.emplace(std::move(values), group);
  return group;
}

std::vector<std::vector<uint32_t>> CellGroups::Of(
    absl::Span<const uint32_t> cells) {
  std::vector<std::vector<uint32_t>> groups;
  constexpr size_t kNone = static_cast<size_t>(-1);
  std::vector<size_t> place;  // of each group's number in `groups`
  std::vector<uint16_t> coordinate(program_.axes.size());
  for (uint32_t cell : cells) {
    space_.Coordinate(cell, absl::MakeSpan(coordinate));
    const size_t group = GroupOf(coordinate);
    if (group >= place.size()) place.resize(group + 1, kNone);
    if (place[group] == kNone) {
      place[group] = groups.size();
      groups.emplace_back();
    }
    groups[place[group]].push_back(cell);
  }
  return groups;
}

}  // namespace sockdrift
