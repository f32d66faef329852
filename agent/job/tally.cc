#include "agent/job/tally.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "core/base/limits.h"

namespace sockdrift {
namespace {

constexpr uint64_t kMagic = 0x3179'6c6c'6174'6473;  // "sdtally1", little-endian
// Codes travel as 16 bits; a plan with more distinct outcomes than this says
// nothing about a host that a person could read.
constexpr uint32_t kMaxTexts = 8192;
constexpr uint32_t kTextBytes = 256 * 1024;
constexpr uint32_t kNoteBytes = 16 * 1024;
constexpr uint32_t kMessageBytes = 2048;
constexpr absl::string_view kOther = "other";
constexpr uint32_t kOtherCode = 1;

constexpr size_t Aligned(size_t size) { return (size + 7) & ~size_t{7}; }

size_t RunsOf(uint32_t cells, uint32_t repeats) {
  return size_t{cells} * repeats;
}

}  // namespace

struct Tally::Header {
  uint64_t magic;
  uint32_t cells;
  uint32_t observations;
  uint32_t repeats;
  uint32_t phase;
  uint64_t finished;
  uint32_t texts;
  uint32_t note_bytes;
  uint32_t message_bytes;
  uint32_t unused;
  char message[kMessageBytes];
};

Tally::Tally(uint8_t* base) : base_(base) {
  cells_ = header().cells;
  observations_ = header().observations;
  repeats_ = header().repeats;
  const size_t runs = RunsOf(cells_, repeats_);
  uint8_t* at = base + Aligned(sizeof(Header));
  const auto take = [&at](size_t size) {
    return std::exchange(at, at + Aligned(size));
  };
  text_ends_ = reinterpret_cast<uint32_t*>(take(kMaxTexts * sizeof(uint32_t)));
  texts_ = reinterpret_cast<char*>(take(kTextBytes));
  notes_ = reinterpret_cast<char*>(take(kNoteBytes));
  states_ = take(runs);
  reasons_ = reinterpret_cast<uint16_t*>(take(runs * sizeof(uint16_t)));
  codes_ = reinterpret_cast<uint16_t*>(at);
}

size_t Tally::Size(uint32_t cells, uint32_t observations, uint32_t repeats) {
  const size_t runs = RunsOf(cells, repeats);
  return Aligned(sizeof(Header)) + Aligned(kMaxTexts * sizeof(uint32_t)) +
         Aligned(kTextBytes) + Aligned(kNoteBytes) + Aligned(runs) +
         Aligned(runs * sizeof(uint16_t)) +
         Aligned(runs * observations * sizeof(uint16_t));
}

Tally Tally::Create(absl::Span<uint8_t> memory, uint32_t cells,
                    uint32_t observations, uint32_t repeats) {
  Header& header = *reinterpret_cast<Header*>(memory.data());
  header.magic = kMagic;
  header.cells = cells;
  header.observations = observations;
  header.repeats = repeats;
  Tally tally(memory.data());
  tally.Intern(kOther);
  return tally;
}

absl::StatusOr<Tally> Tally::Open(absl::Span<uint8_t> memory) {
  const auto unsound = [](absl::string_view what) {
    return absl::InvalidArgumentError(
        absl::StrCat("the memory holds no sound tally: ", what));
  };
  if (memory.size() < Size(0, 0, 0)) return unsound("it is too small");
  const Header& header = *reinterpret_cast<const Header*>(memory.data());
  if (header.magic != kMagic) return unsound("it does not begin as one");
  if (header.cells > kMaxCells || header.observations > kMaxObservations ||
      header.repeats > kMaxRepeats ||
      uint64_t{header.cells} * header.observations > kMaxOutcomes) {
    return unsound("it counts more cells than a program can have");
  }
  if (memory.size() < Size(header.cells, header.observations, header.repeats)) {
    return unsound("it is cut short");
  }
  if (header.texts > kMaxTexts || header.note_bytes > kNoteBytes ||
      header.message_bytes > kMessageBytes ||
      header.phase > static_cast<uint32_t>(TallyPhase::kFailed)) {
    return unsound("its head counts more than it has room for");
  }
  return Tally(memory.data());
}

Tally::Header& Tally::header() const {
  return *reinterpret_cast<Header*>(base_);
}

uint32_t Tally::cells() const { return cells_; }
uint32_t Tally::observations() const { return observations_; }
uint32_t Tally::repeats() const { return repeats_; }

uint64_t Tally::finished() const {
  return std::atomic_ref(header().finished).load(std::memory_order_relaxed);
}

TallyPhase Tally::phase() const {
  return static_cast<TallyPhase>(
      std::atomic_ref(header().phase).load(std::memory_order_acquire));
}

std::string Tally::message() const {
  return std::string(header().message,
                     std::min(header().message_bytes, kMessageBytes));
}

void Tally::SetPhase(TallyPhase phase, absl::string_view message) {
  message = message.substr(0, kMessageBytes);
  std::memcpy(header().message, message.data(), message.size());
  header().message_bytes = static_cast<uint32_t>(message.size());
  std::atomic_ref(header().phase)
      .store(static_cast<uint32_t>(phase), std::memory_order_release);
}

absl::string_view Tally::TextOf(uint32_t code) const {
  const uint32_t texts = std::min(header().texts, kMaxTexts);
  if (code == 0 || code > texts) return kOther;
  const uint32_t first = code == 1 ? 0 : text_ends_[code - 2];
  const uint32_t end = text_ends_[code - 1];
  if (first > end || end > kTextBytes) return kOther;
  return {texts_ + first, end - first};
}

uint32_t Tally::Intern(absl::string_view text) {
  Header& head = header();
  for (uint32_t code = 1; code <= head.texts; ++code) {
    if (TextOf(code) == text) return code;
  }
  const uint32_t first = head.texts == 0 ? 0 : text_ends_[head.texts - 1];
  if (head.texts == kMaxTexts || text.size() > kTextBytes - first) {
    return kOtherCode;
  }
  std::memcpy(texts_ + first, text.data(), text.size());
  text_ends_[head.texts] = first + static_cast<uint32_t>(text.size());
  return ++head.texts;
}

void Tally::Note(absl::string_view line) {
  Header& head = header();
  // One byte more for the line's end.
  if (line.size() >= kNoteBytes - head.note_bytes) return;
  std::memcpy(notes_ + head.note_bytes, line.data(), line.size());
  notes_[head.note_bytes + line.size()] = '\n';
  head.note_bytes += static_cast<uint32_t>(line.size()) + 1;
}

void Tally::Start(uint32_t repeat, uint32_t cell) {
  states_[RunIndex(repeat, cell)] = static_cast<uint8_t>(CellRun::kInFlight);
}

void Tally::End(uint32_t repeat, uint32_t cell, CellRun state,
                uint32_t reason) {
  const size_t run = RunIndex(repeat, cell);
  reasons_[run] = static_cast<uint16_t>(reason);
  // A writer that dies must not leave a state before what it speaks of.
  std::atomic_ref(states_[run])
      .store(static_cast<uint8_t>(state), std::memory_order_release);
  ++header().finished;
}

void Tally::Done(uint32_t repeat, uint32_t cell,
                 absl::Span<const uint32_t> codes) {
  uint16_t* to = codes_ + RunIndex(repeat, cell) * observations_;
  for (size_t i = 0; i < codes.size(); ++i) {
    to[i] = static_cast<uint16_t>(codes[i]);
  }
  End(repeat, cell, CellRun::kDone, 0);
}

void Tally::Skip(uint32_t repeat, uint32_t cell, uint32_t reason) {
  End(repeat, cell, CellRun::kSkip, reason);
}

void Tally::Error(uint32_t repeat, uint32_t cell, uint32_t reason) {
  End(repeat, cell, CellRun::kError, reason);
}

CellRun Tally::StateOf(uint32_t repeat, uint32_t cell) const {
  const uint8_t state = std::atomic_ref(states_[RunIndex(repeat, cell)])
                            .load(std::memory_order_acquire);
  return state <= static_cast<uint8_t>(CellRun::kError)
             ? static_cast<CellRun>(state)
             : CellRun::kError;
}

std::vector<std::string> Tally::Notes() const {
  const absl::string_view all(notes_,
                              std::min(header().note_bytes, kNoteBytes));
  return absl::StrSplit(all, '\n', absl::SkipEmpty());
}

}  // namespace sockdrift
