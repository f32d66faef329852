// What the compiler writes out: rounds over a list, and several sockets in one
// text.
#ifndef SOCKDRIFT_COMPILER_UNROLLED_H_
#define SOCKDRIFT_COMPILER_UNROLLED_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "compiler/report.h"
#include "compiler/scope.h"
#include "compiler/yaml_tree.h"

namespace sockdrift {

// A copy of the steps with `$name` replaced by `value` in every text, and
// `$name.family` and `$name.ip` by those of a value that is an address.
YamlNode WithValue(const YamlNode& steps, absl::string_view name,
                   absl::string_view value);

// Whether the text names several sockets: "s[*]", "s[{1..16}]".
bool NamesSeveral(absl::string_view text);

// "s[{2..4}]" as s[2], s[3], s[4]; "s[*]" as all that repeats have made under
// that name; any other name as itself.
absl::StatusOr<std::vector<std::string>> ExpandNames(absl::string_view text,
                                                     const Scope& scope);

// The step on each of the sockets in turn that its `of:` names several of, by a
// list or by such a text; names that cannot be written out are reported.
// Nullopt for a step on one socket. `operation` is the key's index in `step`.
std::optional<std::vector<YamlNode>> OneStepEach(const YamlNode& step,
                                                 size_t operation,
                                                 const Scope& scope,
                                                 Report& report);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_UNROLLED_H_
