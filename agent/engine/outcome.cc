#include "agent/engine/outcome.h"

#include <arpa/inet.h>

#include "absl/strings/str_cat.h"
#include "core/net/errno_name.h"
#include "core/net/lookup_error_name.h"

namespace sockdrift {
namespace {

constexpr absl::string_view kWords[] = {"nothing", "timeout", "not-reached",
                                        "eof",     "other",   "not-supported"};
static_assert(std::size(kWords) == static_cast<size_t>(Word::kCount));

}  // namespace

OutcomeCodes::OutcomeCodes(Tally& tally, const PortNames& ports)
    : ports_(ports) {
  WriteTo(tally);
}

void OutcomeCodes::WriteTo(Tally& tally) {
  tally_ = &tally;
  errnos_.fill(0);
  numbers_.fill(0);
  addresses_.clear();
  texts_.clear();
  ok_ = tally.Intern("ok");
  texts_["ok"] = ok_;
  for (size_t i = 0; i < words_.size(); ++i) {
    words_[i] = tally.Intern(kWords[i]);
    texts_[kWords[i]] = words_[i];
  }
}

uint32_t OutcomeCodes::NewErrno(int number) {
  const absl::string_view name = ErrnoName(number);
  // A number that no header names still is an answer; it is the same one on
  // every architecture that lacks the name.
  const uint32_t code =
      CodeOf(OfText(name.empty() ? absl::string_view("EUNKNOWN") : name));
  if (number >= 0 && number < kErrnos) errnos_[number] = code;
  return code;
}

uint32_t OutcomeCodes::LookupCode(int error) {
  const absl::string_view name = LookupErrorName(error);
  return CodeOf(OfText(name.empty() ? absl::string_view("EUNKNOWN") : name));
}

std::string OutcomeCodes::TextOfCode(uint32_t code) const {
  for (const auto& [text, known] : texts_) {
    if (known == code) return text;
  }
  for (const auto& [address, known] : addresses_) {
    if (known != code) continue;
    return absl::StrCat(AddressText(address, true), ":",
                        LabelText(address.port_label));
  }
  return "other";
}

Outcome OutcomeCodes::OfText(absl::string_view text) {
  const auto it = texts_.find(text);
  uint32_t code = 0;
  if (it != texts_.end()) {
    code = it->second;
  } else {
    code = tally_->Intern(text);
    texts_.emplace(std::string(text), code);
  }
  return {OutcomeKind::kCode, static_cast<int32_t>(code)};
}

Outcome OutcomeCodes::OfNumber(int64_t number) {
  if (number < 0 || number >= kNumbers) return OfText(absl::StrCat(number));
  if (numbers_[number] == 0) {
    numbers_[number] = CodeOf(OfText(absl::StrCat(number)));
  }
  return {OutcomeKind::kCode, static_cast<int32_t>(numbers_[number])};
}

std::string OutcomeCodes::LabelText(uint32_t label) const {
  if (label == port_label::kZero) return "0";
  if (label == port_label::kChosen) return "0*";
  const uint32_t index = label & 0xffff;
  switch (label & ~0xffffu) {
    case port_label::kSymbol:
      return ports_.symbols[index].text;
    case port_label::kNamed:
      return ports_.named[index].name;
    default:
      return absl::StrCat(index);
  }
}

std::string OutcomeCodes::AddressText(const ShownAddress& address,
                                      bool brackets) {
  char text[INET6_ADDRSTRLEN] = "";
  switch (address.form) {
    case ShownAddress::Form::kInet:
      return inet_ntop(AF_INET, address.address.data(), text, sizeof text);
    case ShownAddress::Form::kMapped:
      return absl::StrCat(
          "v4mapped(",
          inet_ntop(AF_INET, address.address.data(), text, sizeof text), ")");
    case ShownAddress::Form::kInet6:
      inet_ntop(AF_INET6, address.address.data(), text, sizeof text);
      return brackets ? absl::StrCat("[", text, "]") : std::string(text);
    case ShownAddress::Form::kOther:
      break;
  }
  return "other";
}

Outcome OutcomeCodes::OfAddress(const ShownAddress& address) {
  auto it = addresses_.find(address);
  if (it == addresses_.end()) {
    const Outcome outcome = OfText(absl::StrCat(AddressText(address, true), ":",
                                                LabelText(address.port_label)));
    it = addresses_.emplace(address, CodeOf(outcome)).first;
  }
  return {OutcomeKind::kCode, static_cast<int32_t>(it->second)};
}

}  // namespace sockdrift
