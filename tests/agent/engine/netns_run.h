// Runs programs in network namespaces of their own, each in a child process.
#ifndef SOCKDRIFT_TESTS_AGENT_ENGINE_NETNS_RUN_H_
#define SOCKDRIFT_TESTS_AGENT_ENGINE_NETNS_RUN_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/engine/engine.h"
#include "agent/engine/world_control.h"
#include "core/behaviour/record.h"
#include "core/plan/program.h"

namespace sockdrift::testing {

// The namespace that the child is in: lo up and nothing else. Capabilities are
// left as they are and noted.
class PlainWorld : public WorldControl {
 public:
  const PortRules& ports() const override { return rules; }
  std::string CannotHaveCaps(absl::Span<const absl::string_view> caps) override;
  absl::Status UseCaps(absl::Span<const absl::string_view> caps) override;
  absl::Status Renew() override;

  PortRules rules;
  std::vector<std::string> refused;    // capabilities that are not to be had
  std::vector<std::string> caps_used;  // one text a call of UseCaps
  int renewed = 0;
};

// Calls `body` in a child in a fresh namespace; what it returns comes back. An
// empty text means that it did all it had to.
std::string InNamespace(const std::function<std::string()>& body);

// Takes the calling process into a fresh network namespace with lo up.
absl::Status EnterFreshNamespace();

struct Ran {
  Record record;
  std::vector<std::string> notes;
  // For programs of one cell: the outcome of an observation.
  std::string operator[](absl::string_view observation) const;
  std::vector<std::string> observations;
};

// Runs a program in a fresh namespace in a child. `prepare` is called in the
// child first.
absl::StatusOr<Ran> RunInNamespace(
    const Program& program, EngineOptions options = {},
    const std::function<void(PlainWorld&)>& prepare = nullptr);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_AGENT_ENGINE_NETNS_RUN_H_
