#include "core/net/lookup_error_name.h"

#include <netdb.h>

namespace sockdrift {
namespace {

struct LookupError {
  absl::string_view name;
  int number;
};

// EAI_SYSTEM is not among them: then errno is the answer.
constexpr LookupError kErrors[] = {
    {"EAI_ADDRFAMILY", EAI_ADDRFAMILY}, {"EAI_AGAIN", EAI_AGAIN},
    {"EAI_BADFLAGS", EAI_BADFLAGS},     {"EAI_FAIL", EAI_FAIL},
    {"EAI_FAMILY", EAI_FAMILY},         {"EAI_MEMORY", EAI_MEMORY},
    {"EAI_NODATA", EAI_NODATA},         {"EAI_NONAME", EAI_NONAME},
    {"EAI_OVERFLOW", EAI_OVERFLOW},     {"EAI_SERVICE", EAI_SERVICE},
    {"EAI_SOCKTYPE", EAI_SOCKTYPE},
};

}  // namespace

absl::string_view LookupErrorName(int number) {
  for (const LookupError& error : kErrors) {
    if (error.number == number) return error.name;
  }
  return "";
}

std::optional<int> LookupErrorNumber(absl::string_view name) {
  for (const LookupError& error : kErrors) {
    if (error.name == name) return error.number;
  }
  return std::nullopt;
}

}  // namespace sockdrift
