// What a step answered, and the tally's codes for it.
#ifndef SOCKDRIFT_AGENT_ENGINE_OUTCOME_H_
#define SOCKDRIFT_AGENT_ENGINE_OUTCOME_H_

#include <netinet/in.h>

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "agent/engine/endpoint.h"
#include "agent/job/tally.h"

namespace sockdrift {

enum class OutcomeKind : uint8_t {
  kOk,
  kErrno,        // value: the number
  kLookupError,  // value: what getaddrinfo returned
  kWord,         // value: a Word
  kCode,         // value: a code of the tally
};

enum class Word : uint8_t {
  kNothing,
  kTimeout,
  kNotReached,
  kEof,
  kOther,
  kNotSupported,
  kCount,  // of words
};

struct Outcome {
  OutcomeKind kind = OutcomeKind::kOk;
  int32_t value = 0;

  static Outcome Ok() { return {}; }
  // Of a result that is minus errno when it is negative.
  static Outcome OfResult(int result) {
    if (result >= 0) return {};
    return {OutcomeKind::kErrno, -result};
  }
  static Outcome OfLookup(int error) {
    return {OutcomeKind::kLookupError, error};
  }
  static Outcome Of(Word word) {
    return {OutcomeKind::kWord, static_cast<int32_t>(word)};
  }
  bool is_errno() const { return kind == OutcomeKind::kErrno; }
  bool is_error() const {
    return is_errno() || kind == OutcomeKind::kLookupError;
  }
  bool is(Word word) const {
    return kind == OutcomeKind::kWord && value == static_cast<int32_t>(word);
  }
};

// An address as an outcome shows it; `port` is a label of PortLabels.
struct ShownAddress {
  enum class Form : uint8_t { kInet, kInet6, kMapped, kOther };
  Form form = Form::kOther;
  std::array<uint8_t, 16> address = {};  // IPv4 in the first four
  uint32_t port_label = 0;

  friend bool operator==(const ShownAddress&, const ShownAddress&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const ShownAddress& a) {
    return H::combine(std::move(h), a.form, a.address, a.port_label);
  }
};

// What stands for a port number in an outcome. Labels are numbers, so that
// nothing is written while a cell runs.
namespace port_label {
inline constexpr uint32_t kZero = 0;           // 0: not bound
inline constexpr uint32_t kChosen = 1;         // 0*: the kernel chose it
inline constexpr uint32_t kSymbol = 0x1'0000;  // + index of a symbol
inline constexpr uint32_t kNamed = 0x2'0000;   // + index of a name
inline constexpr uint32_t kFixed = 0x3'0000;   // + the number itself
}  // namespace port_label

// Outcomes to codes. Each distinct one becomes a text once; after that it is an
// array or hash look-up.
class OutcomeCodes {
 public:
  OutcomeCodes(Tally& tally, const PortNames& ports);

  // Forgets all codes and takes those of another tally from now on.
  void WriteTo(Tally& tally);

  uint32_t CodeOf(Outcome outcome) {
    switch (outcome.kind) {
      case OutcomeKind::kOk:
        return ok_;
      case OutcomeKind::kErrno:
        return ErrnoCode(outcome.value);
      case OutcomeKind::kLookupError:
        return LookupCode(outcome.value);
      case OutcomeKind::kWord:
        return words_[outcome.value];
      case OutcomeKind::kCode:
        break;
    }
    return static_cast<uint32_t>(outcome.value);
  }
  // The text of an outcome; for messages.
  std::string TextOf(Outcome outcome) { return TextOfCode(CodeOf(outcome)); }
  std::string TextOfCode(uint32_t code) const;

  Outcome OfText(absl::string_view text);
  Outcome OfNumber(int64_t number);
  // 127.0.0.1:A, [::1]:0*, v4mapped(127.0.0.1):A
  Outcome OfAddress(const ShownAddress& address);

  // A port label's text: "A", "0*" …
  std::string LabelText(uint32_t label) const;
  // An address without its port.
  static std::string AddressText(const ShownAddress& address, bool brackets);

 private:
  static constexpr int kErrnos = 512;
  static constexpr int kNumbers = 256;

  uint32_t ErrnoCode(int number) {
    if (number >= 0 && number < kErrnos && errnos_[number] != 0) {
      return errnos_[number];
    }
    return NewErrno(number);
  }
  uint32_t NewErrno(int number);
  uint32_t LookupCode(int error);

  Tally* tally_;
  const PortNames& ports_;
  uint32_t ok_;
  std::array<uint32_t, static_cast<size_t>(Word::kCount)> words_;
  std::array<uint32_t, kErrnos> errnos_ = {};
  std::array<uint32_t, kNumbers> numbers_ = {};
  absl::flat_hash_map<ShownAddress, uint32_t> addresses_;
  absl::flat_hash_map<std::string, uint32_t> texts_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_OUTCOME_H_
