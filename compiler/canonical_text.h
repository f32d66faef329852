// Checks what a plan writes in a field and brings it into the one text that
// core/plan/operation.h gives for its type. Messages say what would be right.
#ifndef SOCKDRIFT_COMPILER_CANONICAL_TEXT_H_
#define SOCKDRIFT_COMPILER_CANONICAL_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/net/option_name.h"
#include "core/plan/operation.h"

namespace sockdrift {

// Letters, digits, '_' and '-', starting with a letter.
// The words that a family, socket type or protocol can be; empty for other
// types.
absl::Span<const absl::string_view> WordsOf(FieldType type);

absl::StatusOr<std::string> CanonicalName(absl::string_view text);
absl::StatusOr<std::string> CanonicalInteger(absl::string_view text);
// 500ms, 5s, 1.5s, 2m: in milliseconds.
absl::StatusOr<int64_t> ParseDurationMs(absl::string_view text);
// One mark: whole seconds as 60s, others as 500ms.
absl::StatusOr<std::string> CanonicalMark(absl::string_view text);
absl::StatusOr<std::string> CanonicalMarks(absl::string_view text);
// `ports` are the names under `ports:`. Sockets in port(…) are not looked at.
absl::StatusOr<std::string> CanonicalEndpoint(
    absl::string_view text, const std::vector<std::string>& ports);
// The same for "LIST:PORT". The list's name is not looked at.
absl::StatusOr<std::string> CanonicalListPort(
    absl::string_view text, const std::vector<std::string>& ports);
absl::StatusOr<std::string> CanonicalOptionValue(absl::string_view text,
                                                 const OptionSpec& option);

// Any type but kNewSocket, kSocket, kSocketList (which need the names in
// scope), kEndpoint, kListPort and kOptionValue (which need more than the
// text).
absl::StatusOr<std::string> CanonicalText(absl::string_view text,
                                          const FieldSpec& field);

}  // namespace sockdrift

#endif  // SOCKDRIFT_COMPILER_CANONICAL_TEXT_H_
