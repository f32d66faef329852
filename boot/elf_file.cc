#include "boot/elf_file.h"

#include <elf.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace sockdrift {
namespace {

constexpr uint32_t kPvhEntryNote = 18;  // XEN_ELFNOTE_PHYS32_ENTRY

template <typename T>
bool ReadAt(absl::string_view bytes, uint64_t at, T& value) {
  if (at > bytes.size() || bytes.size() - at < sizeof(T)) return false;
  std::memcpy(&value, bytes.data() + at, sizeof(T));
  return true;
}

uint64_t Aligned(uint64_t size) { return (size + 3) / 4 * 4; }

bool HasPvhNote(absl::string_view notes) {
  Elf64_Nhdr head;
  for (uint64_t at = 0; ReadAt(notes, at, head);) {
    const uint64_t name = at + sizeof(head);
    if (head.n_type == kPvhEntryNote && head.n_namesz == 4 &&
        notes.substr(name, 4) == absl::string_view("Xen\0", 4)) {
      return true;
    }
    at = name + Aligned(head.n_namesz) + Aligned(head.n_descsz);
  }
  return false;
}

bool ReadHead(absl::string_view bytes, Elf64_Ehdr& head) {
  return ReadAt(bytes, 0, head) &&
         std::memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
         head.e_ident[EI_CLASS] == ELFCLASS64 &&
         head.e_ident[EI_DATA] == ELFDATA2LSB &&
         head.e_phentsize == sizeof(Elf64_Phdr);
}

}  // namespace

std::optional<ElfFile> ReadElf(absl::string_view bytes) {
  Elf64_Ehdr head;
  if (!ReadHead(bytes, head)) return std::nullopt;
  ElfFile file;
  if (head.e_machine == EM_X86_64) file.arch = Arch::kX86_64;
  if (head.e_machine == EM_AARCH64) file.arch = Arch::kArm64;
  for (uint64_t i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr part;
    if (!ReadAt(bytes, head.e_phoff + i * sizeof(part), part)) {
      return std::nullopt;
    }
    file.needs_loader |= part.p_type == PT_INTERP;
    file.in_kernel_space |=
        part.p_type == PT_LOAD && static_cast<int64_t>(part.p_vaddr) < 0;
    if (part.p_type == PT_LOAD) {
      file.loaded_bytes =
          std::max<uint64_t>(file.loaded_bytes, part.p_offset + part.p_filesz);
    }
    if (part.p_type == PT_NOTE && part.p_offset < bytes.size()) {
      file.has_pvh_entry |=
          HasPvhNote(bytes.substr(part.p_offset, part.p_filesz));
    }
  }
  return file;
}

std::string LoadedPart(absl::string_view elf) {
  const std::optional<ElfFile> file = ReadElf(elf);
  Elf64_Ehdr head;
  if (!file.has_value() || !ReadHead(elf, head)) return std::string(elf);
  // The table of what is cut off.
  head.e_shoff = 0;
  head.e_shnum = 0;
  head.e_shstrndx = SHN_UNDEF;
  std::string part(reinterpret_cast<const char*>(&head), sizeof(head));
  const uint64_t rest = std::max<uint64_t>(file->loaded_bytes, sizeof(head));
  absl::StrAppend(&part, elf.substr(sizeof(head), rest - sizeof(head)));
  return part;
}

}  // namespace sockdrift
