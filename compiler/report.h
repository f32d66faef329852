// Collects what is wrong with a plan, so that all of it is told at once.
#ifndef SOCKDRIFT_COMPILER_REPORT_H_
#define SOCKDRIFT_COMPILER_REPORT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "compiler/compile.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

class Report {
 public:
  explicit Report(absl::string_view file) : file_(file) {}
  Report(const Report&) = delete;
  Report& operator=(const Report&) = delete;

  // `where` gives place and field.
  void Add(const YamlNode& where, absl::string_view message);

  bool empty() const { return diagnostics_.empty(); }
  size_t size() const { return diagnostics_.size(); }

  // In the order of their places, each once: a recipe that is used twice is
  // wrong once.
  std::vector<Diagnostic> Take() &&;

 private:
  std::string file_;
  std::vector<Diagnostic> diagnostics_;
};

// " (did you mean \"listen\"?)" where one of the names is close to `word`,
// else "; known are a, b and c" as far as that fits a line, else nothing.
std::string Suggestion(absl::string_view word,
                       const std::vector<std::string>& names);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_REPORT_H_
