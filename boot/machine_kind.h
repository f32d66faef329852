#ifndef SOCKDRIFT_BOOT_MACHINE_KIND_H_
#define SOCKDRIFT_BOOT_MACHINE_KIND_H_

#include "absl/strings/string_view.h"

namespace sockdrift {

enum class Arch { kX86_64, kArm64 };

// As `uname -m` says: "x86_64", "aarch64".
inline absl::string_view ArchName(Arch arch) {
  return arch == Arch::kX86_64 ? "x86_64" : "aarch64";
}

// The one that this program was built for.
inline constexpr Arch kArchHere =
#if defined(__aarch64__)
    Arch::kArm64;
#else
    Arch::kX86_64;
#endif

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_MACHINE_KIND_H_
