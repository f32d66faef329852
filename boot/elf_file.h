// What booting must know of an ELF file (elf(5)), 64 bits and little-endian.
#ifndef SOCKDRIFT_BOOT_ELF_FILE_H_
#define SOCKDRIFT_BOOT_ELF_FILE_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "boot/machine_kind.h"

namespace sockdrift {

struct ElfFile {
  std::optional<Arch> arch;      // nullopt: neither of the two
  bool needs_loader = false;     // it is linked dynamically
  bool in_kernel_space = false;  // loaded where only a kernel lies
  bool has_pvh_entry = false;    // qemu can start it without a boot loader
  uint64_t loaded_bytes = 0;     // what follows is for debuggers
};

// nullopt for what is no such file, or is cut off within its headers.
std::optional<ElfFile> ReadElf(absl::string_view bytes);

// The part that is loaded when it runs: no symbols, no debugging information.
std::string LoadedPart(absl::string_view elf);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_ELF_FILE_H_
