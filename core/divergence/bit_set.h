// A fixed-size set of small numbers as words of bits, for the loops that try
// thousands of boxes or of facts.
#ifndef SOCKDRIFT_CORE_DIVERGENCE_BIT_SET_H_
#define SOCKDRIFT_CORE_DIVERGENCE_BIT_SET_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sockdrift {

// Operations on two sets need both to be of the same size.
class BitSet {
 public:
  BitSet() = default;
  explicit BitSet(size_t size) : size_(size), words_((size + 63) / 64, 0) {}

  size_t size() const { return size_; }
  void Set(size_t i) { words_[i / 64] |= uint64_t{1} << (i % 64); }
  void Clear(size_t i) { words_[i / 64] &= ~(uint64_t{1} << (i % 64)); }
  bool Has(size_t i) const { return (words_[i / 64] >> (i % 64)) & 1; }

  void SetAll() {
    for (uint64_t& word : words_) word = ~uint64_t{0};
    if (size_ % 64 != 0) words_.back() = (uint64_t{1} << (size_ % 64)) - 1;
  }

  BitSet& operator&=(const BitSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= other.words_[i];
    return *this;
  }
  BitSet& operator|=(const BitSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
    return *this;
  }
  // Removes what `other` has.
  BitSet& operator-=(const BitSet& other) {
    for (size_t i = 0; i < words_.size(); ++i) words_[i] &= ~other.words_[i];
    return *this;
  }

  bool Empty() const {
    for (uint64_t word : words_) {
      if (word != 0) return false;
    }
    return true;
  }
  size_t Count() const {
    size_t count = 0;
    for (uint64_t word : words_) count += std::popcount(word);
    return count;
  }

  // Whether, and in how many numbers, the sets meet.
  friend bool Meet(const BitSet& a, const BitSet& b) {
    for (size_t i = 0; i < a.words_.size(); ++i) {
      if ((a.words_[i] & b.words_[i]) != 0) return true;
    }
    return false;
  }
  friend size_t CountMeet(const BitSet& a, const BitSet& b) {
    size_t count = 0;
    for (size_t i = 0; i < a.words_.size(); ++i) {
      count += std::popcount(a.words_[i] & b.words_[i]);
    }
    return count;
  }

  // Calls `visit(number)` for each number of the set, ascending.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (size_t i = 0; i < words_.size(); ++i) {
      for (uint64_t word = words_[i]; word != 0; word &= word - 1) {
        visit(i * 64 + std::countr_zero(word));
      }
    }
  }

  friend bool operator==(const BitSet&, const BitSet&) = default;
  friend auto operator<=>(const BitSet&, const BitSet&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const BitSet& set) {
    return H::combine(std::move(h), set.words_);
  }

 private:
  size_t size_ = 0;
  std::vector<uint64_t> words_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_DIVERGENCE_BIT_SET_H_
