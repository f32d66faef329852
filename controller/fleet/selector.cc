#include "controller/fleet/selector.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"

namespace sockdrift {
namespace {

bool IsKeyCharacter(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '/' || c == '-';
}

// What may stand in a value that is not quoted.
bool IsValueCharacter(char c) {
  return !absl::ascii_isspace(c) && c != ',' && c != '(' && c != ')' &&
         c != '"' && c != '=' && c != '!' && c != '<' && c != '>';
}

}  // namespace

// Recursive descent over the text; `at_` is where the next token begins.
class SelectorParser {
 public:
  explicit SelectorParser(absl::string_view text) : text_(text) {}

  absl::StatusOr<Selector> Parse() {
    Selector selector;
    SkipSpace();
    if (AtEnd()) return selector;
    while (true) {
      SOCKDRIFT_ASSIGN_OR_RETURN(Selector::Requirement requirement,
                                 ParseRequirement());
      selector.requirements_.push_back(std::move(requirement));
      SkipSpace();
      if (AtEnd()) return selector;
      if (!Take(",")) {
        return Error("a comma before the next requirement, or the end");
      }
    }
  }

 private:
  using Relation = Selector::Relation;

  absl::StatusOr<Selector::Requirement> ParseRequirement() {
    SkipSpace();
    Selector::Requirement requirement;
    if (Take("!")) {
      SkipSpace();
      requirement.relation = Relation::kMissing;
      SOCKDRIFT_ASSIGN_OR_RETURN(requirement.key, ParseKey());
      return requirement;
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(requirement.key, ParseKey());
    SkipSpace();
    if (AtEnd() || Peek() == ',') return requirement;
    if (TakeWord("in") || TakeWord("notin")) {
      requirement.relation =
          last_word_ == "in" ? Relation::kIn : Relation::kNotIn;
      SOCKDRIFT_RETURN_IF_ERROR(ParseList(requirement.values));
      return requirement;
    }
    SOCKDRIFT_ASSIGN_OR_RETURN(requirement.relation, ParseOperator());
    SkipSpace();
    SOCKDRIFT_ASSIGN_OR_RETURN(Selector::Value value, ParseValue());
    requirement.values.push_back(std::move(value));
    return requirement;
  }

  absl::StatusOr<Relation> ParseOperator() {
    // The longer ones first.
    static constexpr std::pair<absl::string_view, Relation> kOperators[] = {
        {"==", Relation::kIn},
        {"!=", Relation::kNotIn},
        {">=", Relation::kGreaterEqual},
        {"<=", Relation::kLessEqual},
        {"=", Relation::kIn},
        {">", Relation::kGreater},
        {"<", Relation::kLess}};
    for (const auto& [text, relation] : kOperators) {
      if (Take(text)) return relation;
    }
    return Error(
        "one of = == != in notin > >= < <=, a comma, or the end after a key");
  }

  absl::Status ParseList(std::vector<Selector::Value>& values) {
    SkipSpace();
    if (!Take("(")) return Error("( before a list of values");
    do {
      SkipSpace();
      SOCKDRIFT_ASSIGN_OR_RETURN(Selector::Value value, ParseValue());
      values.push_back(std::move(value));
      SkipSpace();
    } while (Take(","));
    if (!Take(")")) return Error("a comma or ) after a value");
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> ParseKey() {
    const size_t start = at_;
    while (!AtEnd() && IsKeyCharacter(Peek())) ++at_;
    if (at_ == start) {
      return Error(
          "a key: the name of a label or fact, of letters, digits and . _ / -");
    }
    return std::string(text_.substr(start, at_ - start));
  }

  absl::StatusOr<Selector::Value> ParseValue() {
    if (!AtEnd() && Peek() == '"') return ParseQuoted();
    const size_t start = at_;
    while (!AtEnd() && IsValueCharacter(Peek())) ++at_;
    if (at_ == start) return Error("a value (\"\" for an empty one)");
    Selector::Value value{std::string(text_.substr(start, at_ - start))};
    value.pattern = absl::StrContains(value.text, '*');
    return value;
  }

  absl::StatusOr<Selector::Value> ParseQuoted() {
    ++at_;
    const size_t end = text_.find('"', at_);
    if (end == absl::string_view::npos) {
      at_ = text_.size();
      return Error("the \" that ends the value");
    }
    Selector::Value value{std::string(text_.substr(at_, end - at_))};
    at_ = end + 1;
    return value;
  }

  bool AtEnd() const { return at_ >= text_.size(); }
  char Peek() const { return text_[at_]; }
  void SkipSpace() {
    while (!AtEnd() && absl::ascii_isspace(Peek())) ++at_;
  }
  bool Take(absl::string_view token) {
    if (!absl::StartsWith(text_.substr(at_), token)) return false;
    at_ += token.size();
    return true;
  }
  bool TakeWord(absl::string_view word) {
    const absl::string_view rest = text_.substr(at_);
    if (!absl::StartsWith(rest, word)) return false;
    if (rest.size() > word.size() && IsKeyCharacter(rest[word.size()])) {
      return false;
    }
    at_ += word.size();
    last_word_ = word;
    return true;
  }
  absl::Status Error(absl::string_view wanted) const {
    const std::string found =
        AtEnd() ? "the end" : absl::StrCat("\"", text_.substr(at_, 1), "\"");
    return absl::InvalidArgumentError(
        absl::StrCat("selector \"", text_, "\", column ", at_ + 1, ": wanted ",
                     wanted, ", found ", found));
  }

  absl::string_view text_;
  size_t at_ = 0;
  absl::string_view last_word_;
};

absl::StatusOr<Selector> Selector::Parse(absl::string_view text) {
  return SelectorParser(text).Parse();
}

bool Selector::Matches(const Selectable& host) const {
  return std::ranges::all_of(
      requirements_, [&](const Requirement& r) { return Holds(r, host); });
}

bool Selector::Holds(const Requirement& requirement, const Selectable& host) {
  const std::string* found = nullptr;
  std::string id;
  if (requirement.key == "host") {
    id = std::string(host.host);
    found = &id;
  }
  for (const auto* map : {host.labels, host.facts}) {
    if (found != nullptr || map == nullptr) continue;
    const auto it = map->find(requirement.key);
    if (it != map->end()) found = &it->second;
  }
  const auto among = [&] {
    return std::ranges::any_of(requirement.values, [&](const Value& value) {
      return value.pattern ? MatchesWildcard(value.text, *found)
                           : value.text == *found;
    });
  };
  const auto compared = [&] {
    return CompareVersions(*found, requirement.values[0].text);
  };
  switch (requirement.relation) {
    case Relation::kExists:
      return found != nullptr;
    case Relation::kMissing:
      return found == nullptr;
    case Relation::kIn:
      return found != nullptr && among();
    case Relation::kNotIn:
      return found == nullptr || !among();
    case Relation::kGreater:
      return found != nullptr && compared() > 0;
    case Relation::kGreaterEqual:
      return found != nullptr && compared() >= 0;
    case Relation::kLess:
      return found != nullptr && compared() < 0;
    case Relation::kLessEqual:
      return found != nullptr && compared() <= 0;
  }
  return false;
}

bool MatchesWildcard(absl::string_view pattern, absl::string_view text) {
  size_t p = 0;
  size_t t = 0;
  size_t star = absl::string_view::npos;
  size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != absl::string_view::npos) {
      // The last star takes one character more.
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

}  // namespace sockdrift
