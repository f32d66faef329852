#ifndef SOCKDRIFT_CORE_BASE_LIMITS_H_
#define SOCKDRIFT_CORE_BASE_LIMITS_H_

#include <cstdint>

namespace sockdrift {

// Limits that a program must keep; the compiler and the decoder refuse others.
inline constexpr int kMaxAxes = 32;
inline constexpr int kMaxAxisValues = 1024;
inline constexpr uint64_t kMaxMatrix = 4'000'000;   // before `except`
inline constexpr uint64_t kMaxCells = 1'000'000;    // after it
inline constexpr uint64_t kMaxScalarTexts = 65536;  // of one scalar
inline constexpr int kMaxSteps = 4096;
inline constexpr int kMaxObservations = 256;
// Cells times observations: what bounds the memory that a record takes.
inline constexpr uint64_t kMaxOutcomes = 16'000'000;
inline constexpr int kMaxRepeats = 16;
inline constexpr int kMaxPorts = 26;  // symbolic ports A … Z of one cell

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_BASE_LIMITS_H_
