// Gold files: what a person is shown, kept word for word. With
// SOCKDRIFT_UPDATE_GOLD=1 they are written anew, for a look at the difference.
#ifndef SOCKDRIFT_TESTS_SUPPORT_GOLD_H_
#define SOCKDRIFT_TESTS_SUPPORT_GOLD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift::testing {

// Fails the test when the file does not hold exactly this text.
void ExpectGold(const std::string& path, absl::string_view text);

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_GOLD_H_
