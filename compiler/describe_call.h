// A step in one cell, written as the calls that it makes, C-like.
#ifndef SOCKDRIFT_COMPILER_DESCRIBE_CALL_H_
#define SOCKDRIFT_COMPILER_DESCRIBE_CALL_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "core/plan/cell_steps.h"

namespace sockdrift {

// The texts of one step in one cell, and which of them have been asked for:
// what nobody asked for is still to be said.
class StepTexts {
 public:
  // The step must outlive it.
  explicit StepTexts(const CellStep& step) : step_(step) {}

  const Step& step() const { return *step_.step; }
  std::string Get(FieldId id, absl::string_view otherwise = "");
  // "sa_len: 8, show: port": the fields that are given and were not asked for.
  std::string Rest();

 private:
  const CellStep& step_;
  std::set<FieldId> asked_;
};

// "bind(s, {AF_INET6, [::1]:A})".
std::string DescribeCall(StepTexts& texts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_DESCRIBE_CALL_H_
