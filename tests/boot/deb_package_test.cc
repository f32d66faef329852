#include "boot/deb_package.h"

#include <filesystem>
#include <fstream>
#include <map>

#include "absl/strings/match.h"
#include "boot/decompress.h"
#include "boot/kernel.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/boot/made_files.h"
#include "tests/support/require.h"
#include "tests/support/status_matchers.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

namespace fs = std::filesystem;

using ::testing::HasSubstr;

void Write(const fs::path& path, absl::string_view content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

// A kernel's package, as dpkg-deb makes it.
class KernelPackage : public ::testing::Test {
 protected:
  void SetUp() override { SOCKDRIFT_REQUIRE_OR_SKIP("program:dpkg-deb"); }

  std::string Make(const std::string& arch = "amd64") {
    const fs::path root = folder_ / "root";
    Write(root / "DEBIAN/control",
          "Package: linux-image-6.1\nVersion: 6.1.192-2\nArchitecture: " +
              arch + "\nMaintainer: nobody <n@example.org>\nDescription: k\n");
    const std::string package = folder_ / "kernel.deb";
    const auto end = testing::RunSubprocess(
        {"dpkg-deb", "--root-owner-group", "-Znone", "--build", root, package});
    EXPECT_EQ(end.exit_code, 0) << end.err;
    return package;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(KernelPackage, GivesItsKernelConfigurationAndModules) {
  const fs::path root = folder_ / "root";
  const std::string kernel = testing::MakeVmlinux(true);
  Write(root / "boot/vmlinuz-6.1",
        testing::MakeBzImage(Filter({"gzip", "-c"}, kernel).value_or(""),
                             "6.1.0-56-amd64 #1"));
  Write(root / "boot/config-6.1", "CONFIG_IPV6=y\n");
  Write(root / "boot/System.map-6.1", std::string(100'000, 'x'));
  // Longer than a tar's ordinary field for it.
  const fs::path deep =
      root / "lib/modules" / std::string(90, 'd') / std::string(60, 'e');
  Write(deep / "veth.ko", std::string("\0depends=\0", 10));
  Write(deep / "floppy.ko", "unused");
  const std::string package = Make();
  const auto place = FindKernel(package);
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_EQ(place->name, "kernel.deb");
  EXPECT_EQ(place->package_name, "linux-image-6.1");
  EXPECT_EQ(place->package_version, "6.1.192-2");
  const auto files = ReadKernel(*place);
  ASSERT_TRUE(files.ok()) << files.status();
  EXPECT_EQ(files->image, kernel);
  EXPECT_EQ(files->release, "6.1.0-56-amd64");
  EXPECT_EQ(files->config, "CONFIG_IPV6=y\n");
  ASSERT_EQ(files->modules.size(), 1u);
  EXPECT_EQ(files->modules[0].name, "veth");
}

TEST_F(KernelPackage, WithoutAKernelIsRefused) {
  Write(fs::path(folder_ / "root") / "usr/share/doc/readme", "none");
  const auto place = FindKernel(Make());
  ASSERT_TRUE(place.ok()) << place.status();
  EXPECT_THAT(std::string(ReadKernel(*place).status().message()),
              HasSubstr("holds no kernel"));
}

TEST_F(KernelPackage, OfAnotherMachineIsRefused) {
  const auto place = FindKernel(Make("s390x"));
  EXPECT_TRUE(absl::IsInvalidArgument(place.status()));
  EXPECT_THAT(std::string(place.status().message()), HasSubstr("s390x"));
}

TEST_F(KernelPackage, CutShortIsRefused) {
  Write(fs::path(folder_ / "root") / "boot/vmlinuz-6.1",
        std::string(300'000, 'k'));
  const std::string package = Make();
  fs::resize_file(package, fs::file_size(package) - 100'000);
  const absl::Status read = ReadDebFiles(
      package, [](absl::string_view) { return true; },
      [](absl::string_view, std::string) {});
  EXPECT_TRUE(absl::IsInvalidArgument(read)) << read;
}

// Files of an archive, fed in pieces of a size.
std::map<std::string, std::string> FilesOf(const std::string& archive,
                                           size_t piece) {
  std::map<std::string, std::string> files;
  TarReader reader(
      [](absl::string_view path) {
        return !absl::StrContains(path, "unwanted");
      },
      [&](absl::string_view path, std::string content) {
        files[std::string(path)] = std::move(content);
      });
  for (size_t at = 0; at < archive.size(); at += piece) {
    EXPECT_TRUE(reader.Feed(absl::string_view(archive).substr(at, piece)));
  }
  EXPECT_TRUE(reader.ended());
  return files;
}

class TarOf : public ::testing::TestWithParam<std::string> {};

TEST_P(TarOf, IsReadWhateverPiecesItComesIn) {
  SOCKDRIFT_REQUIRE_OR_SKIP("program:tar");
  const testing::TemporaryFolder folder;
  const std::string deep =
      "d/" + std::string(80, 'x') + "/" + std::string(60, 'y');
  Write(fs::path(folder.path()) / "in" / deep, "deep");
  Write(fs::path(folder.path()) / "in/block", std::string(512, 'b'));
  Write(fs::path(folder.path()) / "in/empty", "");
  Write(fs::path(folder.path()) / "in/unwanted", std::string(5000, 'u'));
  const auto end =
      testing::RunSubprocess({"tar", "--format=" + GetParam(), "-cf",
                              folder / "made.tar", "-C", folder / "in", "."});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  std::ostringstream archive;
  archive << std::ifstream(folder / "made.tar", std::ios::binary).rdbuf();
  const std::map<std::string, std::string> expected = {
      {deep, "deep"}, {"block", std::string(512, 'b')}, {"empty", ""}};
  for (const size_t piece : {1, 511, 512, 100'000}) {
    EXPECT_EQ(FilesOf(archive.str(), piece), expected) << piece;
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, TarOf, ::testing::Values("gnu", "ustar"),
                         [](const auto& instance) { return instance.param; });

TEST(TarReader, RefusesWhatIsNoArchive) {
  TarReader reader([](absl::string_view) { return true; },
                   [](absl::string_view, std::string) { FAIL(); });
  EXPECT_FALSE(reader.Feed(std::string(1024, 'x')));
}

}  // namespace
}  // namespace sockdrift
