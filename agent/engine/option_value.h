// Values of socket options between a plan's text and the kernel's bytes.
#ifndef SOCKDRIFT_AGENT_ENGINE_OPTION_VALUE_H_
#define SOCKDRIFT_AGENT_ENGINE_OPTION_VALUE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/net/option_name.h"

namespace sockdrift {

// The bytes of a value in its canonical text (core/net/option_name.h). A
// program for the kernel's filter machine is pointed to, and lives as long as
// the process.
absl::StatusOr<std::vector<uint8_t>> OptionBytes(absl::string_view text,
                                                 OptionKind kind);

// The name of the link whose number belongs in the bytes of such a value; empty
// for none.
std::string LinkOf(absl::string_view text, OptionKind kind);
// Writes a link's number where it belongs in a value of that kind.
void SetLink(int number, OptionKind kind, absl::Span<uint8_t> bytes);
// The link's number in a value of kind kLink or kLinkNetworkOrder.
int LinkIn(absl::Span<const uint8_t> bytes, OptionKind kind);

// The canonical text of what getsockopt(2) wrote. Durations are whole
// milliseconds ("1500ms"); SO_ERROR is an errno name or 0; a link is its
// number.
std::string OptionText(const OptionSpec& option,
                       absl::Span<const uint8_t> bytes);

// How many bytes getsockopt(2) is given room for.
size_t OptionSize(OptionKind kind);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_OPTION_VALUE_H_
