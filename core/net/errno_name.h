// errno numbers and their symbols. Symbols travel and are stored, never
// numbers: those differ between architectures.
#ifndef SOCKDRIFT_CORE_NET_ERRNO_NAME_H_
#define SOCKDRIFT_CORE_NET_ERRNO_NAME_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace sockdrift {

// "EADDRINUSE" for EADDRINUSE. Where one number has two names (EAGAIN and
// EWOULDBLOCK, EOPNOTSUPP and ENOTSUP on Linux) the first of those two. Empty
// for a number that has no name here.
absl::string_view ErrnoName(int number);

// This platform's number of a symbol; nullopt for an unknown one.
std::optional<int> ErrnoNumber(absl::string_view name);

// All known symbols.
absl::Span<const absl::string_view> ErrnoNames();

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_NET_ERRNO_NAME_H_
