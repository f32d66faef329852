// Which cells cannot be set up here, and why: decided before the first call.
#ifndef SOCKDRIFT_AGENT_ENGINE_SKIP_RULES_H_
#define SOCKDRIFT_AGENT_ENGINE_SKIP_RULES_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "agent/engine/assembly.h"
#include "agent/engine/port_chooser.h"
#include "agent/engine/world_control.h"
#include "core/plan/program.h"

namespace sockdrift {

class SkipRules {
 public:
  // Asks the world once for each distinct set of capabilities. All arguments
  // outlive the rules.
  SkipRules(const Program& program, const Assembly& assembly,
            const PortChooser& ports, WorldControl& world);

  // Whether there is nothing to ask.
  bool none() const { return none_; }
  // Why the cell is skipped, its ports apart; empty when it is not.
  std::string WhyNot(absl::Span<const uint16_t> coordinate) const;
  // Whether worlds may lack ports that cells need.
  bool asks_ports() const { return asks_ports_; }
  // Why the cell is skipped in the present world for lack of a port.
  std::string WhyNoPorts(absl::Span<const uint16_t> coordinate) const;
  // Which set of capabilities the cell's calls run with.
  size_t CapsOf(absl::Span<const uint16_t> coordinate) const;
  // Makes a set effective.
  absl::Status UseCaps(size_t set, WorldControl& world) const;

 private:
  struct Caps {
    std::vector<std::string> names;  // sorted
    std::string refusal;
  };
  std::vector<std::string> NamesAt(absl::Span<const uint16_t> coordinate) const;
  size_t AddCaps(std::vector<std::string> names, WorldControl& world);
  // The first refusal of a step that the cell makes.
  template <typename Refusal>
  std::string FirstOfSteps(absl::Span<const uint16_t> coordinate,
                           Refusal refusal) const;

  const Program& program_;
  const Assembly& assembly_;
  const PortChooser& ports_;
  bool asks_steps_ = false;
  bool asks_ports_ = false;
  bool none_ = true;
  std::map<std::string, std::string> refused_users_;  // and why
  std::vector<uint8_t> cap_axes_;
  std::vector<Caps> caps_;
  // The set of each combination of the values of cap_axes_.
  std::vector<size_t> caps_of_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_SKIP_RULES_H_
