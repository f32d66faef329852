// Values of socket options as a compiler and Python want them.
#ifndef SOCKDRIFT_REPRODUCE_OPTIONS_H_
#define SOCKDRIFT_REPRODUCE_OPTIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/net/option_name.h"
#include "core/plan/cell_steps.h"

namespace sockdrift {

// What a setsockopt step passes.
struct OptionValue {
  const OptionSpec* option = nullptr;
  std::string text;
  std::string size;  // a length that is wrong on purpose; empty for the right
  // The link whose number is (part of) the value; empty for none.
  std::string link;
};

// INVALID_ARGUMENT for an option that there is not.
absl::StatusOr<OptionValue> OptionOf(const CellStep& step);

// "&(int){1}, sizeof(int)": the last two arguments of setsockopt. `link_number`
// is the expression of OptionValue::link's number.
absl::StatusOr<std::string> OptionInC(const OptionValue& value,
                                      absl::string_view link_number);
// The bytes' expression: "struct.pack('i', 1)".
absl::StatusOr<std::string> OptionInPython(const OptionValue& value,
                                           absl::string_view link_number);

// How many bytes a getsockopt step offers room for.
std::string OptionRoom(const CellStep& step, const OptionSpec& option);

// Whether the headers of a C library may be too old to know the option, or a
// Python's module `socket` not to have it.
bool IsYoung(const OptionSpec& option);

// "40000-49999" as the kernel's number.
absl::StatusOr<uint32_t> PortRangeNumber(absl::string_view text);

}  // namespace sockdrift

#endif  // SOCKDRIFT_REPRODUCE_OPTIONS_H_
