#include "boot/guest_memory.h"

#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/boot/made_files.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using testing::MakeElf;

class GuestProgram : public ::testing::Test {
 protected:
  std::string WhyRefused(absl::string_view content) {
    const std::string path = folder_ / "program";
    std::ofstream(path, std::ios::binary) << content;
    return std::string(
        ReadGuestProgram(path, Arch::kX86_64).status().message());
  }

  testing::TemporaryFolder folder_;
};

TEST_F(GuestProgram, IsTakenWhenItNeedsNothing) {
  EXPECT_EQ(WhyRefused(MakeElf({{}})), "");
}

TEST_F(GuestProgram, IsRefusedWhenItNeedsLibraries) {
  EXPECT_THAT(WhyRefused(MakeElf({{}, {.type = PT_INTERP}})),
              HasSubstr("linked dynamically"));
}

TEST_F(GuestProgram, IsRefusedWhenItIsAScript) {
  EXPECT_THAT(WhyRefused("#!/bin/sh\n"), HasSubstr("is no program"));
}

TEST_F(GuestProgram, IsRefusedWhenItIsOfAnotherMachine) {
  EXPECT_THAT(WhyRefused(MakeElf({{}}, EM_AARCH64)),
              HasSubstr("is no program of x86_64"));
}

TEST(GuestMemory, HoldsOneProgramWhereTheCommandIsTheProbe) {
  GuestMemory memory;
  memory.init = "the probe";
  memory.arguments = {"--stream"};
  memory.environment = {{"A", "b"}};
  memory.line = "ttyS1";
  KernelFiles kernel;
  kernel.release = "6.1";
  kernel.config = "CONFIG_IPV6=y\n";
  kernel.modules = {{"veth", "a module"}};
  const std::string image = MakeInitramfs(memory, kernel);
  EXPECT_THAT(image, HasSubstr(std::string("/init\0--stream\0", 15)));
  EXPECT_THAT(image, HasSubstr(std::string("A=b\0", 4)));
  EXPECT_THAT(image, HasSubstr("boot/config-6.1"));
  EXPECT_THAT(image, HasSubstr("guest/modules/00-veth.ko"));
  EXPECT_EQ(image.find("guest/bin"), std::string::npos);
}

TEST(GuestMemory, HoldsAnotherProgramUnderItsName) {
  GuestMemory memory;
  memory.program = "another one";
  memory.program_path = "/home/me/mytest";
  const std::string image = MakeInitramfs(memory, {});
  EXPECT_THAT(image, HasSubstr(std::string("/guest/bin/mytest\0", 18)));
  EXPECT_THAT(image, HasSubstr("another one"));
  EXPECT_EQ(image.find("guest/folder"), std::string::npos);
  EXPECT_EQ(image.find("guest/network"), std::string::npos);
}

TEST(GuestMemory, NamesAProgramOfTheHostsFilesByItsPathThere) {
  GuestMemory memory;
  memory.program_path = "/usr/bin/curl";
  memory.arguments = {"--version"};
  memory.folder = "/home/me";
  memory.network = true;
  const std::string image = MakeInitramfs(memory, {});
  EXPECT_THAT(image, HasSubstr(std::string("/usr/bin/curl\0--version\0", 24)));
  EXPECT_THAT(image, HasSubstr("/home/me"));
  EXPECT_THAT(image, HasSubstr("guest/network"));
  EXPECT_EQ(image.find("guest/bin"), std::string::npos);
}

}  // namespace
}  // namespace sockdrift
