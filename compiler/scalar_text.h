// From a text with `$axis` in it to a program's scalar.
#ifndef SOCKDRIFT_COMPILER_SCALAR_TEXT_H_
#define SOCKDRIFT_COMPILER_SCALAR_TEXT_H_

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "compiler/axes.h"
#include "compiler/report.h"
#include "compiler/yaml_tree.h"
#include "core/plan/program.h"

namespace sockdrift {

// Checks a text and writes it canonically; the status' message says what would
// be right.
using Canonicaliser =
    absl::FunctionRef<absl::StatusOr<std::string>(absl::string_view)>;

// Substitutes `$axis` and `$axis.field` ("$$" is a dollar) for every
// combination of the values of the axes that the text names, and brings each
// text into canonical form. Where one of them is unset the whole is. Marks the
// axes as used. What is wrong is reported at `where`; then nullopt.
std::optional<Scalar> ReadScalarText(absl::string_view text,
                                     const YamlNode& where, AxisTable& axes,
                                     Canonicaliser canonical, Report& report);

// "$x" alone, as `options:` and `do:` take it; nullopt where it is not.
std::optional<AxisReference> ReadWholeReference(const YamlNode& node,
                                                AxisTable& axes,
                                                Report& report);

// Whether the text is one reference and nothing else.
bool IsReference(absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_SCALAR_TEXT_H_
