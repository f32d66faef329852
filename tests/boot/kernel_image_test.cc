#include "boot/kernel_image.h"

#include "boot/decompress.h"
#include "boot/elf_file.h"
#include "gtest/gtest.h"
#include "tests/boot/made_files.h"
#include "tests/support/require.h"

namespace sockdrift {
namespace {

using testing::MakeBzImage;
using testing::MakeElf;
using testing::MakeVmlinux;

std::string Packed(const std::string& program, absl::string_view bytes) {
  return Filter({program, "-c"}, bytes).value_or("");
}

TEST(KernelImage, KnowsABzImageAndItsRelease) {
  const auto head =
      RecogniseImage(MakeBzImage("packed", "6.1.0-56-amd64 (d@d) #1 SMP"));
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->form, ImageForm::kBzImage);
  EXPECT_EQ(head->release, "6.1.0-56-amd64");
}

TEST(KernelImage, TellsAKernelFromAProgramByWhereItIsLoaded) {
  const auto kernel = RecogniseImage(MakeVmlinux(true));
  ASSERT_TRUE(kernel.has_value());
  EXPECT_EQ(kernel->form, ImageForm::kVmlinux);
  const auto program = RecogniseImage(MakeElf({{}}));
  ASSERT_TRUE(program.has_value());
  EXPECT_EQ(program->form, ImageForm::kUml);
}

TEST(KernelImage, KnowsAnArm64Image) {
  std::string image(64, '\0');
  image.replace(0x38, 4, "ARM\x64");
  const auto head = RecogniseImage(image);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->arch, Arch::kArm64);
}

TEST(KernelImage, KnowsNothingOfOtherFiles) {
  EXPECT_FALSE(RecogniseImage("").has_value());
  EXPECT_FALSE(RecogniseImage(std::string(4096, '\0')).has_value());
  EXPECT_FALSE(RecogniseImage("#!/bin/sh\n").has_value());
  EXPECT_FALSE(RecogniseImage(MakeElf({{}}, EM_AARCH64)).has_value());
}

class UnpackedBy : public ::testing::TestWithParam<std::string> {};

TEST_P(UnpackedBy, IsTheKernelThatQemuStarts) {
  SOCKDRIFT_REQUIRE_OR_SKIP("program:" + GetParam());
  const std::string kernel = MakeVmlinux(true);
  // Behind the packed bytes stands their size.
  const std::string image =
      MakeBzImage(Packed(GetParam(), kernel) + "\x10\0\0\0", "6.1");
  EXPECT_EQ(BootableImage(image), kernel);
}

INSTANTIATE_TEST_SUITE_P(KernelImage, UnpackedBy,
                         ::testing::Values("gzip", "xz", "zstd", "lz4",
                                           "bzip2"),
                         [](const auto& instance) { return instance.param; });

TEST(KernelImage, StaysABzImageWhereQemuCannotStartWhatIsInIt) {
  const std::string image =
      MakeBzImage(Packed("gzip", MakeVmlinux(false)), "4.4");
  EXPECT_EQ(BootableImage(image), image);
}

TEST(KernelImage, StaysABzImageWhereItsPackingIsUnknown) {
  const std::string image = MakeBzImage("packed in a new way", "9.9");
  EXPECT_EQ(BootableImage(image), image);
}

TEST(KernelImage, CutOffAnywhereIsReadWithoutHarm) {
  const std::string image = MakeBzImage(Packed("gzip", MakeVmlinux(true)), "6");
  for (size_t size = 0; size < image.size(); size += 7) {
    BootableImage(image.substr(0, size));
  }
}

TEST(KernelImage, CutOffIsToldFromAWholeOne) {
  const std::string packed = Packed("gzip", MakeVmlinux(true));
  const std::string image = MakeBzImage(packed, "6");
  const size_t end = image.find(packed) + packed.size();
  EXPECT_FALSE(IsCutOff(image));
  EXPECT_FALSE(IsCutOff(image.substr(0, end)));
  EXPECT_TRUE(IsCutOff(image.substr(0, end - 1)));
  EXPECT_TRUE(IsCutOff(image.substr(0, 1024)));
  EXPECT_FALSE(IsCutOff(MakeVmlinux(true)));
  EXPECT_FALSE(IsCutOff("no kernel"));
}

TEST(ElfFile, CutOffAnywhereIsReadWithoutHarm) {
  const std::string kernel = MakeVmlinux(true);
  for (size_t size = 0; size < kernel.size(); ++size) {
    ReadElf(kernel.substr(0, size));
    LoadedPart(kernel.substr(0, size));
  }
}

TEST(ElfFile, LosesWhatIsForDebuggersOnly) {
  const std::string whole = MakeElf({{}}, EM_X86_64, "symbols and lines");
  const std::string part = LoadedPart(whole);
  EXPECT_EQ(part.size(), whole.size() - 17);
  EXPECT_EQ(part.substr(sizeof(Elf64_Ehdr)),
            whole.substr(sizeof(Elf64_Ehdr), part.size() - sizeof(Elf64_Ehdr)));
  Elf64_Ehdr head;
  std::memcpy(&head, part.data(), sizeof(head));
  EXPECT_EQ(head.e_shnum, 0);
  EXPECT_EQ(head.e_shoff, 0u);
}

}  // namespace
}  // namespace sockdrift
