// Kernel images as builds and distributions make them.
#ifndef SOCKDRIFT_BOOT_KERNEL_IMAGE_H_
#define SOCKDRIFT_BOOT_KERNEL_IMAGE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boot/machine_kind.h"

namespace sockdrift {

enum class ImageForm {
  kBzImage,  // x86's vmlinuz (Documentation/arch/x86/boot.rst)
  kVmlinux,  // x86's ELF kernel
  kImage,    // arm64's (Documentation/arch/arm64/booting.rst)
  kZboot,    // an arm64 Image packed into an EFI program
  kUml,      // user-mode Linux: a program
};

struct ImageHead {
  ImageForm form;
  Arch arch;
  std::string release;  // "6.1.0-56-amd64", where the head says it
};

// By the image's first bytes, of which 64 KiB are enough; nullopt for what is
// no kernel that can be booted here. A packed Image must be unpacked before.
std::optional<ImageHead> RecogniseImage(absl::string_view bytes);

// Whether the file of a packed kernel ends before that does.
bool IsCutOff(absl::string_view bytes);

// The kernel in the form that a machine starts fastest: of a bzImage the ELF
// kernel in it where that has an entry for qemu, of a zboot the Image; anything
// else, and what cannot be unpacked, as it is.
std::string BootableImage(std::string bytes);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_KERNEL_IMAGE_H_
