// Kernels and programs made by hand, for tests of what reads them.
#ifndef SOCKDRIFT_TESTS_BOOT_MADE_FILES_H_
#define SOCKDRIFT_TESTS_BOOT_MADE_FILES_H_

#include <elf.h>

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sockdrift::testing {

template <typename T>
std::string BytesOf(const T& value) {
  return std::string(reinterpret_cast<const char*>(&value), sizeof(value));
}

struct MadePart {
  uint32_t type = PT_LOAD;
  uint64_t address = 0x400000;
  std::string content = "code";
};

// An ELF file with these parts, and `behind` after them.
inline std::string MakeElf(const std::vector<MadePart>& parts,
                           uint16_t machine = EM_X86_64,
                           absl::string_view behind = "") {
  Elf64_Ehdr head = {};
  std::memcpy(head.e_ident, ELFMAG, SELFMAG);
  head.e_ident[EI_CLASS] = ELFCLASS64;
  head.e_ident[EI_DATA] = ELFDATA2LSB;
  head.e_type = ET_EXEC;
  head.e_machine = machine;
  head.e_phoff = sizeof(head);
  head.e_phentsize = sizeof(Elf64_Phdr);
  head.e_phnum = static_cast<uint16_t>(parts.size());
  head.e_shoff = 4711;
  head.e_shnum = 9;
  std::string table;
  std::string contents;
  for (const MadePart& part : parts) {
    Elf64_Phdr entry = {};
    entry.p_type = part.type;
    entry.p_vaddr = part.address;
    entry.p_offset =
        sizeof(head) + parts.size() * sizeof(entry) + contents.size();
    entry.p_filesz = part.content.size();
    table += BytesOf(entry);
    contents += part.content;
  }
  return BytesOf(head) + table + contents + std::string(behind);
}

inline constexpr uint64_t kKernelSpace = 0xffffffff81000000;

// An ELF kernel, as qemu starts it (with its entry for that) or cannot.
inline std::string MakeVmlinux(bool pvh) {
  Elf64_Nhdr note = {.n_namesz = 4, .n_descsz = 8, .n_type = 18};
  std::string notes = BytesOf(Elf64_Nhdr{4, 2, 6}) +
                      std::string("GNU\0..\0\0", 8) + BytesOf(note) +
                      std::string("Xen\0entry...", 12);
  if (!pvh) notes.clear();
  return MakeElf({{PT_LOAD, kKernelSpace, "the kernel's code"},
                  {PT_NOTE, kKernelSpace, notes}});
}

// A bzImage around a packed kernel, as the boot protocol lays it out.
inline std::string MakeBzImage(absl::string_view payload,
                               absl::string_view release) {
  std::string image(3 * 512, '\0');
  image[0x1f1] = 1;  // a sector of setup behind the first
  image.replace(0x202, 4, "HdrS");
  image.replace(0x20e, 2, std::string("\x80\x00", 2));  // behind 0x200
  image.replace(0x280, release.size(), release.data(), release.size());
  image[0x248] = 16;
  const auto size = static_cast<uint32_t>(payload.size());
  image.replace(0x24c, 4, BytesOf(size));
  image.replace(2 * 512 + 16, std::string::npos, std::string(payload));
  return image + "what follows";
}

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_BOOT_MADE_FILES_H_
