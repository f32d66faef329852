// Rules of many plans on one screen: those that say most first, and every cell
// counted in exactly one line.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_RULE_SCREEN_H_
#define SOCKDRIFT_CORE_DIVERGENCE_RULE_SCREEN_H_

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace sockdrift {

// A rule, by the cells that no rule before it covers.
struct ScreenRule {
  std::string text;
  uint64_t cells = 0;
};

// The rules of one plan, or of one group in it.
struct ScreenBlock {
  std::string name;               // "bind.conflict (replica)"
  std::string heading;            // the whole line above its rules
  std::vector<ScreenRule> rules;  // those that say most first

  uint64_t cells() const;
};

struct ScreenLimits {
  static constexpr size_t kNone = std::numeric_limits<size_t>::max();
  // What fits a window of a usual size.
  static constexpr size_t kScreenWidth = 120;
  static constexpr size_t kScreenLines = 50;

  size_t width = kScreenWidth;
  size_t lines = kNone;
  size_t rules = kNone;  // of a block
  // What to do for more, at the end of a line that counts what is left out.
  std::string more;
};

// Blocks with most cells first. Under each heading its rules, each after the
// number of its cells; those go first that say most for the lines they take.
// What does not fit is counted: rules below those of their block, blocks in a
// last line that names as many as it has room for. So the numbers that lines
// begin with add up to the cells of all blocks. A rule without cells is left
// out: those before it say all.
std::vector<std::string> RenderScreen(std::vector<ScreenBlock> blocks,
                                      const ScreenLimits& limits);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_RULE_SCREEN_H_
