#include "compiler/guards.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace sockdrift {
namespace {

const Guard* OnAxis(const Guards& guards, uint8_t axis) {
  for (const Guard& guard : guards) {
    if (guard.axis == axis) return &guard;
  }
  return nullptr;
}

}  // namespace

std::optional<Guards> Both(const Guards& a, const Guards& b) {
  Guards both;
  for (const Guard& guard : a) {
    const Guard* other = OnAxis(b, guard.axis);
    Guard& out = both.emplace_back(guard);
    if (other == nullptr) continue;
    out.values.clear();
    std::set_intersection(guard.values.begin(), guard.values.end(),
                          other->values.begin(), other->values.end(),
                          std::back_inserter(out.values));
    if (out.values.empty()) return std::nullopt;
  }
  for (const Guard& guard : b) {
    if (OnAxis(a, guard.axis) == nullptr) both.push_back(guard);
  }
  std::sort(both.begin(), both.end(),
            [](const Guard& x, const Guard& y) { return x.axis < y.axis; });
  return both;
}

bool Covers(const Guards& outer, const Guards& inner) {
  return std::all_of(outer.begin(), outer.end(), [&](const Guard& guard) {
    const Guard* other = OnAxis(inner, guard.axis);
    return other != nullptr &&
           std::includes(guard.values.begin(), guard.values.end(),
                         other->values.begin(), other->values.end());
  });
}

Guards OnlyValue(const AxisTable& axes, uint8_t axis, uint16_t value) {
  return OnlyValues(axes, axis, {value});
}

Guards OnlyValues(const AxisTable& axes, uint8_t axis,
                  std::vector<uint16_t> values) {
  if (values.size() == axes.axes()[axis].values.size()) return {};
  return {Guard{axis, std::move(values)}};
}

}  // namespace sockdrift
