// The helper code of a program: written once (reproduce/parts/), and in a
// program only as far as its cell uses it.
#ifndef SOCKDRIFT_REPRODUCE_PART_CHOICE_H_
#define SOCKDRIFT_REPRODUCE_PART_CHOICE_H_

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// A piece of a file of reproduce/parts/. Each begins with a line
// "//@ NAME: PARTS | HEADERS" ("#@ …" in Python): what it needs of other parts,
// and of headers or modules.
struct Part {
  std::string name;
  std::vector<std::string> parts;
  std::vector<std::string> headers;
  std::string text;
};

// The files, each after those that it builds on. Made when this is built.
absl::Span<const absl::string_view> CPartTexts();
absl::Span<const absl::string_view> PythonPartTexts();

std::vector<Part> ReadParts(absl::Span<const absl::string_view> files);

// Which parts of a language a program has come to need.
class PartChoice {
 public:
  // `parts` must outlive it.
  explicit PartChoice(const std::vector<Part>& parts) : parts_(parts) {}

  // With all that it needs itself. The part must exist.
  void Use(absl::string_view name);
  bool Uses(absl::string_view name) const {
    return used_.contains(std::string(name));
  }
  void Include(absl::string_view header) { headers_.emplace(header); }

  // Sorted, and without repeats.
  const std::set<std::string>& headers() const { return headers_; }
  // The parts' texts, in the order of the files. `written` has those that are
  // written for the cell, by name.
  std::string Text(const std::map<std::string, std::string>& written) const;

 private:
  const std::vector<Part>& parts_;
  std::set<std::string> used_;
  std::set<std::string> headers_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_PART_CHOICE_H_
