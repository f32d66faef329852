#include "gate/report/counted.h"

#include "absl/strings/str_cat.h"
#include "core/divergence/render.h"

namespace sockdrift {

std::string Counted(uint64_t number, absl::string_view singular,
                    absl::string_view plural) {
  return absl::StrCat(WithCommas(number), " ", number == 1 ? singular : plural);
}

}  // namespace sockdrift
