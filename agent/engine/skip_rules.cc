#include "agent/engine/skip_rules.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "core/plan/cells.h"
#include "core/plan/world_settings.h"

namespace sockdrift {

SkipRules::SkipRules(const Program& program, const Assembly& assembly,
                     const PortChooser& ports, WorldControl& world)
    : program_(program), assembly_(assembly), ports_(ports) {
  for (const DenseStep& step : assembly.steps) {
    asks_steps_ = asks_steps_ || !step.lacks.empty();
  }
  for (const std::string& user : program.users) {
    std::string refusal = world.CannotHaveUser(user);
    if (refusal.empty()) continue;
    asks_steps_ = true;
    refused_users_[user] = std::move(refusal);
  }
  // Settings and steps may move the ranges.
  asks_ports_ = RenewsNamespaces(program) && !assembly.ports.symbols.empty();
  for (const PortSymbol& symbol : assembly.ports.symbols) {
    asks_ports_ = asks_ports_ || ports.SizeOf(symbol.port_class) == 0;
  }
  for (const Scalar& cap : program.caps) {
    cap_axes_.insert(cap_axes_.end(), cap.axes.begin(), cap.axes.end());
  }
  std::sort(cap_axes_.begin(), cap_axes_.end());
  cap_axes_.erase(std::unique(cap_axes_.begin(), cap_axes_.end()),
                  cap_axes_.end());
  size_t combinations = 1;
  for (uint8_t axis : cap_axes_) {
    combinations *= program.axes[axis].values.size();
  }
  std::vector<uint16_t> coordinate(program.axes.size(), 0);
  for (size_t i = 0; i < combinations; ++i) {
    size_t rest = i;
    for (size_t a = cap_axes_.size(); a-- > 0;) {
      const size_t size = program.axes[cap_axes_[a]].values.size();
      coordinate[cap_axes_[a]] = static_cast<uint16_t>(rest % size);
      rest /= size;
    }
    caps_of_.push_back(AddCaps(NamesAt(coordinate), world));
  }
  none_ = !asks_steps_ &&
          std::all_of(caps_.begin(), caps_.end(),
                      [](const Caps& caps) { return caps.refusal.empty(); });
}

std::vector<std::string> SkipRules::NamesAt(
    absl::Span<const uint16_t> coordinate) const {
  std::vector<std::string> names;
  for (const Scalar& cap : program_.caps) {
    const std::optional<std::string>& name = TextAt(cap, program_, coordinate);
    if (name.has_value() && *name != "none") names.push_back(*name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

size_t SkipRules::AddCaps(std::vector<std::string> names, WorldControl& world) {
  const auto it =
      std::find_if(caps_.begin(), caps_.end(),
                   [&](const Caps& caps) { return caps.names == names; });
  if (it != caps_.end()) return it - caps_.begin();
  const std::vector<absl::string_view> views(names.begin(), names.end());
  std::string refusal = world.CannotHaveCaps(views);
  caps_.push_back({std::move(names), std::move(refusal)});
  return caps_.size() - 1;
}

size_t SkipRules::CapsOf(absl::Span<const uint16_t> coordinate) const {
  size_t index = 0;
  for (uint8_t axis : cap_axes_) {
    index = index * program_.axes[axis].values.size() + coordinate[axis];
  }
  return caps_of_[index];
}

absl::Status SkipRules::UseCaps(size_t set, WorldControl& world) const {
  const std::vector<std::string>& names = caps_[set].names;
  const std::vector<absl::string_view> views(names.begin(), names.end());
  return world.UseCaps(views);
}

template <typename Refusal>
std::string SkipRules::FirstOfSteps(absl::Span<const uint16_t> coordinate,
                                    Refusal refusal) const {
  for (size_t i = 0; i < assembly_.steps.size(); ++i) {
    const DenseStep& step = assembly_.steps[i];
    if (!step.Applies(coordinate.data())) {
      i += step.body;
      continue;
    }
    std::string why = refusal(step);
    if (!why.empty()) return why;
  }
  return "";
}

std::string SkipRules::WhyNot(absl::Span<const uint16_t> coordinate) const {
  const std::string& refusal = caps_[CapsOf(coordinate)].refusal;
  if (!refusal.empty() || !asks_steps_) return refusal;
  return FirstOfSteps(coordinate, [&](const DenseStep& step) {
    const int64_t user = step.At(FieldId::kUser, coordinate.data());
    if (!step.lacks.empty() || user == kUnset) return step.lacks;
    const auto refused = refused_users_.find(assembly_.texts[user]);
    return refused == refused_users_.end() ? "" : refused->second;
  });
}

std::string SkipRules::WhyNoPorts(absl::Span<const uint16_t> coordinate) const {
  return FirstOfSteps(coordinate, [&](const DenseStep& step) -> std::string {
    const int64_t to = step.At(FieldId::kTo, coordinate.data());
    if (to == kUnset || !step.lacks.empty()) return "";
    // There it is a process.
    if (step.operation == Operation::kPass) return "";
    const Endpoint& endpoint = assembly_.endpoints[to];
    if (endpoint.source != PortSource::kSymbol) return "";
    const PortSymbol& symbol = assembly_.ports.symbols[endpoint.index];
    if (ports_.SizeOf(symbol.port_class) > 0) return "";
    return absl::StrCat("no port of the class \"",
                        PortClassName(symbol.port_class),
                        "\" may be used in this world");
  });
}

}  // namespace sockdrift
