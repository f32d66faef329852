#include "core/causes/render_causes.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace sockdrift {

std::string RenderKernelRange(const KernelRange& range) {
  if (range.from.empty()) return absl::StrCat("before ", range.below);
  if (range.below.empty()) return absl::StrCat("from ", range.from);
  return absl::StrCat(range.from, " to before ", range.below);
}

std::string RenderKernels(const Cause& cause) {
  if (cause.kernels.empty()) return "whatever the kernel";
  return absl::StrJoin(cause.kernels, ", or ",
                       [](std::string* out, const KernelRange& range) {
                         out->append(RenderKernelRange(range));
                       });
}

std::string RenderDoubt(const CauseTotal& total) {
  std::string text;
  if (!total.kernel_named) {
    const std::string kernel = total.kernel.empty()
                                   ? "its kernel is not known"
                                   : absl::StrCat("its kernel ", total.kernel);
    absl::StrAppend(&text, ", although ", kernel,
                    total.kernel.empty() ? ", and the cause names "
                                         : " is none that the cause names (",
                    RenderKernels(*total.cause),
                    total.kernel.empty() ? "" : ")");
  }
  if (total.given_unknown) {
    const std::string facts =
        absl::StrJoin(total.cause->given, ", ",
                      [](std::string* out, const FactCondition& condition) {
                        out->append(condition.fact);
                      });
    absl::StrAppend(&text, ", if ", facts, " is as the cause says");
  }
  return text;
}

}  // namespace sockdrift
