#include "wire/record_text.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "core/base/status_macros.h"
#include "core/plan/cells.h"
#include "wire/digests.h"

namespace sockdrift {
namespace {

// A changed cell changes one line of so many.
constexpr size_t kCellsOfALine = 100;
constexpr size_t kCodeSize = 3;
constexpr absl::string_view kCodeLetters = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr absl::string_view kEmptyWord = "\\e";
constexpr absl::string_view kReasonMark = "#";

constexpr CellStatus kStatuses[] = {CellStatus::kDone, CellStatus::kSkip,
                                    CellStatus::kError, CellStatus::kUnstable,
                                    CellStatus::kMiss};

std::string Escape(absl::string_view text, bool blanks) {
  std::string out;
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == ' ' && blanks) {
      out += "\\s";
    } else if (absl::ascii_iscntrl(static_cast<unsigned char>(c))) {
      absl::StrAppend(&out, "\\x",
                      absl::BytesToHexString(absl::string_view(&c, 1)));
    } else {
      out += c;
    }
  }
  return out;
}

// "bind.a=ok bind.b=EADDRINUSE", "SKIP # the reason". What stands for a cell in
// two records is the same text where the cell did the same.
std::string KindText(const Record& record, const Program& program,
                     size_t cell) {
  std::vector<std::string> words;
  if (record.status[cell] != CellStatus::kDone) {
    words.emplace_back(CellStatusName(record.status[cell]));
  }
  for (size_t i = 0; i < program.observations.size(); ++i) {
    if (record.columns[i][cell] == kNotObserved) continue;
    words.push_back(absl::StrCat(program.observations[i], "=",
                                 EscapeWord(record.Outcome(i, cell))));
  }
  if (record.reason[cell] != 0) {
    words.push_back(
        absl::StrCat(kReasonMark, " ", EscapeLine(record.Reason(cell))));
  }
  return absl::StrJoin(words, " ");
}

std::string CodeOf(absl::string_view kind, size_t size) {
  const Digest digest = Sha256(kind);
  std::string code;
  for (size_t i = 0; i < size; ++i) code += kCodeLetters[digest.bytes[i] % 32];
  return code;
}

// Kinds in their order: where two would have one code the later one's is
// longer.
std::map<std::string, std::string> CodesOf(const std::set<std::string>& kinds) {
  std::map<std::string, std::string> codes;
  std::set<std::string> taken;
  for (const std::string& kind : kinds) {
    size_t size = kCodeSize;
    while (!taken.insert(CodeOf(kind, size)).second) ++size;
    codes[kind] = CodeOf(kind, size);
  }
  return codes;
}

// "12*k7f a2b": what the cells from `first` on are.
std::string RunsOf(const std::vector<const std::string*>& codes, size_t first,
                   size_t end) {
  std::string line;
  while (first < end) {
    size_t next = first;
    while (next < end && *codes[next] == *codes[first]) ++next;
    absl::StrAppend(&line, " ");
    if (next - first > 1) absl::StrAppend(&line, next - first, "*");
    absl::StrAppend(&line, *codes[first]);
    first = next;
  }
  return line;
}

// The text's code, a new one where it is new.
uint32_t CodeOfText(std::string text, std::map<std::string, uint32_t>& codes,
                    std::vector<std::string>& texts) {
  const auto [it, is_new] =
      codes.try_emplace(text, static_cast<uint32_t>(codes.size() + 1));
  if (is_new) texts.push_back(std::move(text));
  return it->second;
}

}  // namespace

std::string EscapeWord(absl::string_view text) {
  return text.empty() ? std::string(kEmptyWord) : Escape(text, true);
}

std::string EscapeLine(absl::string_view text) {
  std::string out = Escape(text, false);
  // Blanks at the end are lost on the way through editors.
  if (!out.empty() && out.back() == ' ') out.replace(out.size() - 1, 1, "\\s");
  return out;
}

absl::StatusOr<std::string> Unescape(absl::string_view text) {
  std::string out;
  if (text == kEmptyWord) return out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\\') {
      out += text[i];
      continue;
    }
    const char c = ++i < text.size() ? text[i] : '\0';
    if (c == '\\') {
      out += '\\';
    } else if (c == 's') {
      out += ' ';
    } else if (c == 'x' && i + 2 < text.size() &&
               absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 1])) &&
               absl::ascii_isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      out += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", text, "\" has a wrong escape"));
    }
  }
  return out;
}

std::vector<std::string> RecordLines(const Record& record,
                                     const Program& program) {
  std::vector<std::string> kind_of(record.cells());
  std::set<std::string> kinds;
  for (size_t cell = 0; cell < record.cells(); ++cell) {
    kind_of[cell] = KindText(record, program, cell);
    kinds.insert(kind_of[cell]);
  }
  const std::map<std::string, std::string> codes = CodesOf(kinds);
  std::vector<std::string> lines;
  for (const auto& [kind, code] : codes) {
    lines.push_back(absl::StrCat("kind ", code, kind.empty() ? "" : " ", kind));
  }
  std::vector<const std::string*> code_of;
  code_of.reserve(kind_of.size());
  for (const std::string& kind : kind_of) code_of.push_back(&codes.at(kind));
  for (size_t first = 0; first < code_of.size(); first += kCellsOfALine) {
    const size_t end = std::min(first + kCellsOfALine, code_of.size());
    lines.push_back(absl::StrCat("cells ", first, RunsOf(code_of, first, end)));
  }
  return lines;
}

RecordLineReader::RecordLineReader(const Program& program)
    : program_(program), size_(CellSpace(program).size()) {
  record_.columns.resize(program.observations.size());
}

absl::Status RecordLineReader::ReadWord(absl::string_view word,
                                        KindOfCell& kind) {
  for (const CellStatus status : kStatuses) {
    if (word != CellStatusName(status)) continue;
    kind.status = status;
    return absl::OkStatus();
  }
  const std::pair<absl::string_view, absl::string_view> pair =
      absl::StrSplit(word, absl::MaxSplits('=', 1));
  const auto found = std::find(program_.observations.begin(),
                               program_.observations.end(), pair.first);
  if (found == program_.observations.end()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", word, "\": the plan has no observation ", pair.first));
  }
  SOCKDRIFT_ASSIGN_OR_RETURN(std::string outcome, Unescape(pair.second));
  kind.codes[static_cast<size_t>(found - program_.observations.begin())] =
      CodeOfText(std::move(outcome), outcomes_, record_.outcomes);
  return absl::OkStatus();
}

absl::Status RecordLineReader::Kind(absl::string_view rest) {
  const std::vector<absl::string_view> words = absl::StrSplit(rest, ' ');
  KindOfCell kind;
  kind.codes.assign(program_.observations.size(), kNotObserved);
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == kReasonMark) {
      SOCKDRIFT_ASSIGN_OR_RETURN(
          std::string reason,
          Unescape(absl::StrJoin(words.begin() + static_cast<long>(i) + 1,
                                 words.end(), " ")));
      kind.reason = CodeOfText(std::move(reason), reasons_, record_.reasons);
      break;
    }
    SOCKDRIFT_RETURN_IF_ERROR(ReadWord(words[i], kind));
  }
  if (!kinds_.emplace(words[0], std::move(kind)).second) {
    return absl::InvalidArgumentError(
        absl::StrCat("the code ", words[0], " stands twice"));
  }
  return absl::OkStatus();
}

absl::Status RecordLineReader::AddCells(uint64_t count,
                                        const KindOfCell& kind) {
  if (count > size_ - record_.cells()) {
    return absl::InvalidArgumentError(
        absl::StrCat("more cells than the plan's ", size_));
  }
  record_.status.insert(record_.status.end(), count, kind.status);
  record_.reason.insert(record_.reason.end(), count, kind.reason);
  for (size_t i = 0; i < record_.columns.size(); ++i) {
    record_.columns[i].insert(record_.columns[i].end(), count, kind.codes[i]);
  }
  return absl::OkStatus();
}

absl::Status RecordLineReader::Cells(absl::string_view rest) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(rest, ' ', absl::SkipEmpty());
  uint64_t first = 0;
  if (words.empty() || !absl::SimpleAtoi(words[0], &first) ||
      first != record_.cells()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the line is to begin with cell ", record_.cells(),
                     ", as the last "
                     "one ends"));
  }
  for (size_t i = 1; i < words.size(); ++i) {
    absl::string_view code = words[i];
    uint64_t count = 1;
    const size_t star = code.find('*');
    if (star != absl::string_view::npos) {
      if (!absl::SimpleAtoi(code.substr(0, star), &count)) {
        return absl::InvalidArgumentError(
            absl::StrCat("\"", code, "\" is no number of cells"));
      }
      code = code.substr(star + 1);
    }
    const auto kind = kinds_.find(code);
    if (kind == kinds_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("there is no kind ", code));
    }
    SOCKDRIFT_RETURN_IF_ERROR(AddCells(count, kind->second));
  }
  return absl::OkStatus();
}

absl::StatusOr<Record> RecordLineReader::Finish() && {
  SOCKDRIFT_RETURN_IF_ERROR(CheckShape(record_, program_));
  Canonicalise(record_);
  return std::move(record_);
}

}  // namespace sockdrift
