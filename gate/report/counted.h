#ifndef SOCKDRIFT_GATE_REPORT_COUNTED_H_
#define SOCKDRIFT_GATE_REPORT_COUNTED_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace sockdrift {

// "1 cell", "2 cells".
std::string Counted(uint64_t number, absl::string_view singular,
                    absl::string_view plural);

}  // namespace sockdrift

#endif  // SOCKDRIFT_GATE_REPORT_COUNTED_H_
