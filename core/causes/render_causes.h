// Known causes as text, in the same voice everywhere.
#ifndef SOCKDRIFT_CORE_CAUSES_RENDER_CAUSES_H_
#define SOCKDRIFT_CORE_CAUSES_RENDER_CAUSES_H_

#include <string>

#include "core/causes/match.h"

namespace sockdrift {

// "6.1.168 to before 6.2", "before 5.4", "from 7.0".
std::string RenderKernelRange(const KernelRange& range);
// "6.1.168 to before 6.2, or before 5.4"; "whatever the kernel" for none.
std::string RenderKernels(const Cause& cause);

// ", although its kernel 6.8.0 is none that the cause names (before 6.3)" and
// what else is doubtful; empty where nothing is.
std::string RenderDoubt(const CauseTotal& total);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CORE_CAUSES_RENDER_CAUSES_H_
