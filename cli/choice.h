// An option that takes one word of a few.
#ifndef SOCKDRIFT_CLI_CHOICE_H_
#define SOCKDRIFT_CLI_CHOICE_H_

#include <string>
#include <utility>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/suggest.h"

namespace sockdrift {

template <typename T>
void AddChoice(CLI::App& command, const std::string& flags, T& value,
               const std::vector<std::pair<std::string, T>>& choices,
               const std::string& about) {
  std::vector<std::string> words;
  for (const auto& choice : choices) words.push_back(choice.first);
  command
      .add_option_function<std::string>(
          flags,
          [&value, choices, words, flags](const std::string& written) {
            for (const auto& choice : choices) {
              if (choice.first != written) continue;
              value = choice.second;
              return;
            }
            const std::string nearest = Nearest(written, words);
            throw CLI::ValidationError(absl::StrCat(
                flags, ": '", written, "' is none of ",
                absl::StrJoin(words, ", "),
                nearest.empty() ? "" : "; did you mean '" + nearest + "'?"));
          },
          about)
      ->option_text(absl::StrJoin(words, "|"));
}

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_CHOICE_H_
