#include "core/divergence/cell_features.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/plan/cells.h"

namespace sockdrift {
namespace {

// Values of a pair's feature.
constexpr uint16_t kSame = 0;
constexpr uint16_t kDifferent = 1;
// A plan of many sockets has many pairs; the first ones must do.
constexpr size_t kMaxPairs = 8;

// "addr" of "a.addr": axes of several sockets are alike where it is the same.
absl::string_view Suffix(absl::string_view name) {
  const size_t dot = name.find('.');
  return dot == absl::string_view::npos ? absl::string_view()
                                        : name.substr(dot + 1);
}

std::vector<std::string> Names(const Axis& axis, const BitSet& values,
                               bool complement) {
  std::vector<std::string> names;
  for (size_t i = 0; i < axis.values.size(); ++i) {
    if (values.Has(i) != complement) names.push_back(axis.values[i]);
  }
  return names;
}

// A condition on an address field that holds for all needed values and for
// allowed ones only.
std::optional<CellCondition> FieldCondition(const Axis& axis,
                                            AddressField field,
                                            const BitSet& needed,
                                            const BitSet& allowed) {
  CellCondition condition;
  condition.field = field;
  for (size_t i = 0; i < axis.values.size(); ++i) {
    const auto value = FieldOfAddress(axis.values[i], field);
    if (!value.has_value()) {
      if (needed.Has(i)) return std::nullopt;
      continue;
    }
    if (!needed.Has(i)) continue;
    if (std::find(condition.values.begin(), condition.values.end(), *value) ==
        condition.values.end()) {
      condition.values.emplace_back(*value);
    }
  }
  for (size_t i = 0; i < axis.values.size(); ++i) {
    const auto value = FieldOfAddress(axis.values[i], field);
    const bool holds =
        value.has_value() &&
        std::find(condition.values.begin(), condition.values.end(), *value) !=
            condition.values.end();
    if (holds && !allowed.Has(i)) return std::nullopt;
  }
  std::sort(condition.values.begin(), condition.values.end());
  return condition;
}

}  // namespace

CellFeatures::CellFeatures(const Program& program,
                           const std::vector<uint32_t>& cells)
    : program_(program), points_(cells.size()) {
  const CellSpace space(program);
  matrix_size_ = space.matrix_size();
  for (uint32_t cell : cells) raw_.push_back(space.RawIndex(cell));
  features_.resize(program.axes.size());
  for (size_t i = 0; i < features_.size(); ++i) {
    features_[i].axis = static_cast<uint8_t>(i);
    features_[i].points.assign(program.axes[i].values.size(), BitSet(points_));
    features_[i].value_of.resize(points_);
  }
  std::vector<uint16_t> coordinate(program.axes.size());
  for (size_t point = 0; point < points_; ++point) {
    space.Coordinate(cells[point], absl::MakeSpan(coordinate));
    for (size_t i = 0; i < features_.size(); ++i) {
      features_[i].value_of[point] = coordinate[i];
      features_[i].points[coordinate[i]].Set(point);
    }
  }
  AddPairs();
}

void CellFeatures::AddPairs() {
  const std::vector<Axis>& axes = program_.axes;
  for (size_t a = 0; a < axes.size(); ++a) {
    for (size_t b = a + 1; b < axes.size(); ++b) {
      if (Suffix(axes[a].name).empty() ||
          Suffix(axes[a].name) != Suffix(axes[b].name) ||
          axes[a].values != axes[b].values ||
          features_.size() >= axes.size() + kMaxPairs) {
        continue;
      }
      Feature pair;
      pair.is_pair = true;
      pair.axis = static_cast<uint8_t>(a);
      pair.other = static_cast<uint8_t>(b);
      pair.points.assign(2, BitSet(points_));
      pair.value_of.resize(points_);
      for (size_t point = 0; point < points_; ++point) {
        const bool same =
            features_[a].value_of[point] == features_[b].value_of[point];
        pair.value_of[point] = same ? kSame : kDifferent;
        pair.points[pair.value_of[point]].Set(point);
      }
      features_.push_back(std::move(pair));
    }
  }
}

BitSet CellFeatures::PointsIn(const Box& box) const {
  BitSet points(points_);
  points.SetAll();
  for (size_t i = 0; i < features_.size(); ++i) {
    points &= PointsWithAny(i, box.values[i]);
  }
  return points;
}

Box CellFeatures::Around(const BitSet& points) const {
  Box box;
  for (const Feature& feature : features_) {
    BitSet values(feature.points.size());
    for (size_t value = 0; value < feature.points.size(); ++value) {
      if (Meet(feature.points[value], points)) values.Set(value);
    }
    box.values.push_back(std::move(values));
  }
  return box;
}

CellCondition CellFeatures::DescribeAxis(const Feature& feature,
                                         const BitSet& needed,
                                         const BitSet& allowed) const {
  const Axis& axis = program_.axes[feature.axis];
  CellCondition best;
  best.values = Names(axis, needed, /*complement=*/false);
  const auto offer = [&](CellCondition condition) {
    if (condition.values.size() < best.values.size()) best = condition;
  };
  for (AddressField field :
       {AddressField::kFamily, AddressField::kIp, AddressField::kScope}) {
    std::optional<CellCondition> condition =
        FieldCondition(axis, field, needed, allowed);
    if (condition.has_value()) offer(*std::move(condition));
  }
  CellCondition complement;
  complement.relation = CellCondition::Relation::kNotIn;
  complement.values = Names(axis, allowed, /*complement=*/true);
  if (!complement.values.empty()) offer(std::move(complement));
  best.axis = feature.axis;
  return best;
}

BitSet CellFeatures::PointsWithAny(size_t feature, const BitSet& values) const {
  BitSet points(points_);
  values.ForEach(
      [&](size_t value) { points |= features_[feature].points[value]; });
  return points;
}

void CellFeatures::DropRedundant(const BitSet& inside, const BitSet& universe,
                                 Box& box) const {
  std::vector<BitSet> masks;
  for (size_t i = 0; i < features_.size(); ++i) {
    masks.push_back(PointsWithAny(i, box.values[i]));
  }
  // Pairs come last among the features and are dropped first: they are harder
  // to read than the axes are.
  for (size_t i = features_.size(); i-- > 0;) {
    BitSet without = universe;
    for (size_t j = 0; j < features_.size(); ++j) {
      if (j != i) without &= masks[j];
    }
    if (without != inside) continue;
    box.values[i].SetAll();
    masks[i].SetAll();
  }
}

std::vector<CellCondition> CellFeatures::Describe(
    Box box, const BitSet& universe) const {
  BitSet inside = PointsIn(box);
  inside &= universe;
  DropRedundant(inside, universe, box);
  const Box needed = Around(inside);
  const Box all = Around(universe);
  std::vector<CellCondition> conditions;
  for (size_t i = 0; i < features_.size(); ++i) {
    BitSet left_out = all.values[i];
    left_out -= box.values[i];
    if (left_out.Empty()) continue;
    if (!features_[i].is_pair) {
      // Values that no point of the universe has may be in or out.
      BitSet allowed(box.values[i].size());
      allowed.SetAll();
      allowed -= left_out;
      conditions.push_back(
          DescribeAxis(features_[i], needed.values[i], allowed));
      continue;
    }
    CellCondition condition;
    condition.axis = features_[i].axis;
    condition.other = features_[i].other;
    condition.relation = box.values[i].Has(kSame)
                             ? CellCondition::Relation::kSame
                             : CellCondition::Relation::kDifferent;
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

}  // namespace sockdrift
