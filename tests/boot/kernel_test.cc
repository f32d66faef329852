#include "boot/kernel.h"

#include <stdlib.h>

#include <filesystem>
#include <fstream>

#include "boot/decompress.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/boot/made_files.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Kernels : public ::testing::Test {
 protected:
  Kernels() { ::setenv("SOCKDRIFT_LAB_CACHE", folder_.path().c_str(), 1); }
  ~Kernels() override { ::unsetenv("SOCKDRIFT_LAB_CACHE"); }

  std::string Write(const std::string& name, absl::string_view content) {
    const fs::path path = folder_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
    return path;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Kernels, OfTheCacheAreListedLowestVersionFirst) {
  for (const char* name : {"6.12", "6.1", "gvisor", "5.10"}) {
    Write(std::string(name) + "/about.json", "{}");
  }
  Write(".part.6.13/about.json", "{}");
  Write("not-fetched/vmlinux", "");
  EXPECT_THAT(LabCacheNames(), ElementsAre("5.10", "6.1", "6.12", "gvisor"));
}

TEST_F(Kernels, OfTheCacheAreKnownByWhatTheirFetchingWrote) {
  Write("6.1/about.json",
        R"({"kind": "linux", "release": "6.1.0-56-amd64",
            "package": "linux-image-6.1.0-56-amd64", "version": "6.1.192-2"})");
  Write("6.1/vmlinux", testing::MakeVmlinux(true));
  Write("6.1/config", "CONFIG_IPV6=y\n");
  Write("6.1/modules/01-inet_diag.ko", "one");
  Write("6.1/modules/02-tcp_diag.ko", "two");
  Write("6.1/modules-host/03-9p.ko", "three");
  const auto place = FindKernel("6.1");
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->kind, KernelKind::kLinux);
  EXPECT_EQ(place->arch, Arch::kX86_64);
  EXPECT_EQ(place->package_version, "6.1.192-2");
  const auto files = ReadKernel(*place);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->release, "6.1.0-56-amd64");
  EXPECT_EQ(files->config, "CONFIG_IPV6=y\n");
  ASSERT_EQ(files->modules.size(), 2u);
  EXPECT_EQ(files->modules[0].name, "inet_diag");
  EXPECT_EQ(files->modules[1].content, "two");
  const auto sharing = ReadKernel(*place, /*shares_host=*/true);
  ASSERT_TRUE(sharing.ok()) << sharing.status();
  ASSERT_EQ(sharing->modules.size(), 3u);
  EXPECT_EQ(sharing->modules[2].name, "9p");
}

TEST_F(Kernels, OfTheCacheSayTheirKindAndMachine) {
  Write("uml/about.json", R"({"kind": "uml"})");
  Write("uml/linux", "");
  Write("gvisor/about.json", R"({"kind": "gvisor"})");
  Write("gvisor/runsc", "");
  Write("arm/about.json", R"({"kind": "linux", "arch": "arm64"})");
  Write("arm/vmlinux", "");
  EXPECT_EQ(FindKernel("uml")->kind, KernelKind::kUml);
  EXPECT_EQ(FindKernel("gvisor")->kind, KernelKind::kGvisor);
  EXPECT_EQ(FindKernel("arm")->arch, Arch::kArm64);
}

TEST_F(Kernels, ThatAreNowhereAreToldWithThoseThatThereAre) {
  Write("6.1/about.json", "{}");
  const auto place = FindKernel("6.2");
  EXPECT_TRUE(absl::IsNotFound(place.status()));
  EXPECT_THAT(std::string(place.status().message()),
              HasSubstr("there is 6.1\n"));
  EXPECT_THAT(std::string(place.status().message()),
              HasSubstr("lab/fetch 6.2"));
  EXPECT_TRUE(absl::IsNotFound(FindKernel("..").status()));
}

TEST_F(Kernels, OfTheCacheThatAreBrokenAreNoUnknownOnes) {
  Write("6.1/about.json", "{");
  EXPECT_TRUE(absl::IsDataLoss(FindKernel("6.1").status()));
  Write("6.12/about.json", R"({"kind": "linux"})");
  EXPECT_THAT(std::string(FindKernel("6.12").status().message()),
              HasSubstr("lab/fetch --again 6.12"));
}

TEST_F(Kernels, AreFilesToo) {
  const std::string path = Write(
      "vmlinuz", testing::MakeBzImage("packed", "6.18.0-rc1 (me@here) #1"));
  const auto place = FindKernel(path);
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->name, "vmlinuz");
  EXPECT_EQ(place->release, "6.18.0-rc1");
}

TEST_F(Kernels, OfArm64ArePackedAsAWhole) {
  std::string image(64, '\0');
  image.replace(0x38, 4, "ARM\x64");
  const auto packed = Filter({"gzip", "-c"}, image);
  ASSERT_TRUE(packed.ok());
  const auto place = FindKernel(Write("Image.gz", *packed));
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->arch, Arch::kArm64);
  EXPECT_EQ(ReadKernel(*place)->image, image);
}

TEST_F(Kernels, AreNoOtherFiles) {
  for (const char* content : {"", "#!/bin/sh\n", "\x1f\x8b not packed"}) {
    const auto place = FindKernel(Write("other", content));
    EXPECT_TRUE(absl::IsInvalidArgument(place.status())) << content;
    EXPECT_THAT(std::string(place.status().message()), HasSubstr("no kernel"));
  }
  EXPECT_THAT(std::string(FindKernel(folder_ / "gone").status().message()),
              HasSubstr("No such file"));
}

}  // namespace
}  // namespace sockdrift
