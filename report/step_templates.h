// A program's steps as system calls, told once for all cells: each step's text
// with the parts that follow from the cell's axes.
#ifndef SOCKDRIFT_REPORT_STEP_TEMPLATES_H_
#define SOCKDRIFT_REPORT_STEP_TEMPLATES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/plan/program.h"

namespace sockdrift {

// A step's text in a cell is before + middles[i] + after, where i counts the
// combinations of the values of `axes`, the last fastest.
struct StepTemplate {
  std::vector<uint8_t> axes;  // ascending
  std::string before;
  std::vector<std::string> middles;  // empty: too many to tell
  std::string after;
  size_t depth = 0;    // loops around it
  std::string option;  // that the step sets; empty for any other step
};

// One a step. What they give in a cell is what DescribeCell says of it.
std::vector<StepTemplate> StepTemplates(const Program& program);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPORT_STEP_TEMPLATES_H_
