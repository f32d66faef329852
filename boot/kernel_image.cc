#include "boot/kernel_image.h"

#include "boot/decompress.h"
#include "boot/elf_file.h"

namespace sockdrift {
namespace {

// Places in a bzImage.
constexpr size_t kSetupSectors = 0x1f1;
constexpr size_t kBootMagic = 0x202;
constexpr size_t kReleaseOffset = 0x20e;
constexpr size_t kPayloadOffset = 0x248;
constexpr size_t kPayloadSize = 0x24c;
constexpr size_t kSector = 512;
// Places in an arm64 Image and in an EFI zboot program.
constexpr size_t kImageMagic = 0x38;
constexpr size_t kZbootMagic = 4;
constexpr size_t kZbootOffset = 8;
constexpr size_t kZbootSize = 12;

// An unsigned little-endian number; 0 beyond the end.
uint64_t NumberAt(absl::string_view bytes, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = 0; i < size && at + i < bytes.size(); ++i) {
    number |= static_cast<uint64_t>(static_cast<uint8_t>(bytes[at + i]))
              << (8 * i);
  }
  return number;
}

absl::string_view Part(absl::string_view bytes, uint64_t at, uint64_t size) {
  return at < bytes.size() ? bytes.substr(at, size) : absl::string_view();
}

// "6.1.0-56-amd64 (debian-kernel@…) #1 SMP …"
std::string ReleaseOf(absl::string_view image) {
  const uint64_t offset = NumberAt(image, kReleaseOffset, 2);
  if (offset == 0) return "";
  const absl::string_view text = Part(image, kSector + offset, 256);
  return std::string(
      text.substr(0, text.find_first_of(absl::string_view(" \0", 2))));
}

// Where the packed kernel lies in an image.
struct Extent {
  uint64_t at = 0;
  uint64_t size = 0;  // 0: there is none
};

Extent PayloadOfBzImage(absl::string_view image) {
  const uint64_t sectors = NumberAt(image, kSetupSectors, 1);
  // 0 stands for 4, for the sake of old boot loaders.
  const uint64_t setup = ((sectors == 0 ? 4 : sectors) + 1) * kSector;
  return {setup + NumberAt(image, kPayloadOffset, 4),
          NumberAt(image, kPayloadSize, 4)};
}

Extent PayloadOf(absl::string_view image) {
  const std::optional<ImageHead> head = RecogniseImage(image);
  if (!head.has_value()) return {};
  if (head->form == ImageForm::kBzImage) return PayloadOfBzImage(image);
  if (head->form == ImageForm::kZboot) {
    return {NumberAt(image, kZbootOffset, 4), NumberAt(image, kZbootSize, 4)};
  }
  return {};
}

}  // namespace

std::optional<ImageHead> RecogniseImage(absl::string_view bytes) {
  if (Part(bytes, kBootMagic, 4) == "HdrS") {
    return ImageHead{ImageForm::kBzImage, Arch::kX86_64, ReleaseOf(bytes)};
  }
  if (Part(bytes, kImageMagic, 4) == "ARM\x64") {
    return ImageHead{ImageForm::kImage, Arch::kArm64, ""};
  }
  if (Part(bytes, 0, 2) == "MZ" && Part(bytes, kZbootMagic, 4) == "zimg") {
    return ImageHead{ImageForm::kZboot, Arch::kArm64, ""};
  }
  const std::optional<ElfFile> elf = ReadElf(bytes);
  if (!elf.has_value() || elf->arch != Arch::kX86_64) return std::nullopt;
  return ImageHead{elf->in_kernel_space ? ImageForm::kVmlinux : ImageForm::kUml,
                   Arch::kX86_64, ""};
}

bool IsCutOff(absl::string_view bytes) {
  const Extent payload = PayloadOf(bytes);
  return payload.at + payload.size > bytes.size();
}

std::string BootableImage(std::string bytes) {
  const Extent extent = PayloadOf(bytes);
  const absl::string_view payload = Part(bytes, extent.at, extent.size);
  if (payload.empty()) return bytes;
  absl::StatusOr<std::string> inner = Decompress(payload);
  if (!inner.ok()) return bytes;
  const std::optional<ElfFile> elf = ReadElf(*inner);
  const std::optional<ImageHead> unpacked = RecogniseImage(*inner);
  const bool better =
      (elf.has_value() && elf->has_pvh_entry) ||
      (unpacked.has_value() && unpacked->form == ImageForm::kImage);
  return better ? *std::move(inner) : bytes;
}

}  // namespace sockdrift
