#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "core/base/status_macros.h"
#include "core/query/cell_query.h"

namespace sockdrift {
namespace {

using Term = CellQuery::Term;

constexpr absl::string_view kArrow = "→";
constexpr absl::string_view kPlainArrow = "->";

// Characters, not bytes: a mark below an arrow must stand where one sees it.
size_t Characters(absl::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// A query's text from some offset on, without what is in quotes.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) {}

  // The next term, blanks in quotes included; empty at the end.
  absl::StatusOr<absl::string_view> Next() {
    while (at_ < text_.size() && IsBlank(text_[at_])) ++at_;
    start_ = at_;
    bool quoted = false;
    size_t opened = 0;
    for (; at_ < text_.size() && (quoted || !IsBlank(text_[at_])); ++at_) {
      if (text_[at_] != '"') continue;
      quoted = !quoted;
      opened = at_;
    }
    if (quoted) {
      return QueryError(text_, Characters(text_.substr(0, opened)) + 1,
                        "the quote is never closed");
    }
    return text_.substr(start_, at_ - start_);
  }

  // From 1, of the character at an offset of the last term.
  size_t Position(size_t offset = 0) const {
    return Characters(text_.substr(0, start_ + offset)) + 1;
  }

 private:
  static bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n'; }

  absl::string_view text_;
  size_t start_ = 0;
  size_t at_ = 0;
};

std::string WithoutQuotes(absl::string_view text) {
  std::string plain(text);
  plain.erase(std::remove(plain.begin(), plain.end(), '"'), plain.end());
  return plain;
}

// The first of the words outside quotes, or npos.
size_t FindOutsideQuotes(absl::string_view text, absl::string_view word) {
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    quoted ^= text[i] == '"';
    if (!quoted && absl::StartsWith(text.substr(i), word)) return i;
  }
  return absl::string_view::npos;
}

CellQuery::Values SplitValues(absl::string_view text) {
  CellQuery::Values values;
  while (true) {
    const size_t bar = FindOutsideQuotes(text, "|");
    values.push_back(WithoutQuotes(text.substr(0, bar)));
    if (bar == absl::string_view::npos) return values;
    text.remove_prefix(bar + 1);
  }
}

Term::Kind KindOf(absl::string_view key) {
  if (key == "plan") return Term::Kind::kPlan;
  if (key == "world") return Term::Kind::kWorld;
  if (key == "host") return Term::Kind::kHost;
  if (key == "status") return Term::Kind::kStatus;
  if (key == "outcome") return Term::Kind::kOutcome;
  return Term::Kind::kNamed;
}

// A term whose parts have been told apart, for what is wrong with it.
class TermParser {
 public:
  TermParser(absl::string_view query, const Scanner& scanner,
             absl::string_view word)
      : query_(query), scanner_(scanner), word_(word) {}

  absl::StatusOr<Term> Parse() {
    term_.text = std::string(word_);
    term_.position = scanner_.Position();
    const size_t sign = word_.find_first_of(":=[");
    const bool is_pattern =
        sign == absl::string_view::npos || word_[sign] == '[';
    SOCKDRIFT_RETURN_IF_ERROR(is_pattern ? ReadPattern() : ReadTest(sign));
    return std::move(term_);
  }

 private:
  absl::Status Wrong(size_t offset, absl::string_view what) const {
    return QueryError(query_, scanner_.Position(offset), what);
  }

  absl::Status ReadPattern() {
    absl::StatusOr<CellPattern> pattern =
        CellPattern::Parse(WithoutQuotes(word_));
    if (!pattern.ok()) {
      return Wrong(0, absl::StrCat("\"", word_, "\" is no term: ",
                                   std::string(pattern.status().message())));
    }
    term_.kind = Term::Kind::kPattern;
    term_.pattern = *std::move(pattern);
    return absl::OkStatus();
  }

  absl::Status ReadTest(size_t sign) {
    absl::string_view key = word_.substr(0, sign);
    term_.negated = absl::ConsumeSuffix(&key, "!");
    if (key.empty()) {
      return Wrong(
          0, absl::StrCat("a name belongs before \"", word_.substr(sign, 1),
                          "\": plan, world, host, status, outcome, "
                          "an axis, an observation or a fact"));
    }
    term_.kind = KindOf(key);
    term_.name = std::string(key);
    return ReadValues(sign + 1);
  }

  absl::Status ReadValues(size_t begin) {
    const absl::string_view value = word_.substr(begin);
    if (value.empty()) {
      return Wrong(begin, absl::StrCat("a value belongs after \"",
                                       word_.substr(0, begin),
                                       "\"; \"*\" stands for any"));
    }
    absl::string_view arrow = kArrow;
    size_t at = FindOutsideQuotes(value, arrow);
    if (at == absl::string_view::npos) {
      arrow = kPlainArrow;
      at = FindOutsideQuotes(value, arrow);
    }
    term_.values = SplitValues(value.substr(0, at));
    if (at == absl::string_view::npos) return RequireNoGap(begin);
    if (term_.kind != Term::Kind::kOutcome &&
        term_.kind != Term::Kind::kNamed) {
      return Wrong(begin + at, absl::StrCat("an arrow is between outcomes; \"",
                                            term_.name, "\" has none"));
    }
    term_.to = SplitValues(value.substr(at + arrow.size()));
    return absl::OkStatus();
  }

  // Beside an arrow an empty value is "not observed"; elsewhere it is a slip.
  absl::Status RequireNoGap(size_t begin) const {
    const bool gap = std::any_of(term_.values.begin(), term_.values.end(),
                                 [](const auto& one) { return one.empty(); });
    if (!gap) return absl::OkStatus();
    return Wrong(begin, "a value beside the \"|\" is empty");
  }

  absl::string_view query_;
  const Scanner& scanner_;
  absl::string_view word_;
  Term term_;
};

}  // namespace

absl::Status QueryError(absl::string_view query, size_t position,
                        absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("position ", position, ": ", what, "\n  ", query, "\n  ",
                   std::string(position - 1, ' '), "^"));
}

absl::StatusOr<CellQuery> CellQuery::Parse(absl::string_view text) {
  CellQuery query;
  query.text_ = std::string(text);
  Scanner scanner(text);
  while (true) {
    SOCKDRIFT_ASSIGN_OR_RETURN(const absl::string_view word, scanner.Next());
    if (word.empty()) break;
    SOCKDRIFT_ASSIGN_OR_RETURN(Term term,
                               TermParser(text, scanner, word).Parse());
    query.terms_.push_back(std::move(term));
  }
  if (!query.terms_.empty()) return query;
  return QueryError(text, 1,
                    "the query is empty; terms are such as plan:bind.* or "
                    "outcome:EADDRINUSE→ok");
}

}  // namespace sockdrift
