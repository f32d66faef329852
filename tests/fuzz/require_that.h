#ifndef SOCKDRIFT_TESTS_FUZZ_REQUIRE_THAT_H_
#define SOCKDRIFT_TESTS_FUZZ_REQUIRE_THAT_H_

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/string_view.h"

namespace sockdrift::testing {

// A law that every input must keep; libFuzzer keeps the input that breaks it.
inline void RequireThat(bool holds, const char* law) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", law);
  std::abort();
}

inline absl::string_view AsBytes(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_FUZZ_REQUIRE_THAT_H_
