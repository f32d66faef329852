#include "boot/initramfs.h"

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "gtest/gtest.h"
#include "tests/support/require.h"
#include "tests/support/subprocess.h"
#include "tests/support/temporary_folder.h"

namespace sockdrift {
namespace {

std::string ContentOf(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path, std::ios::binary).rdbuf();
  return content.str();
}

TEST(Initramfs, IsWhatCpioReads) {
  SOCKDRIFT_REQUIRE_OR_SKIP("program:cpio");
  Initramfs image;
  image.File("/a/b/odd", "12345", 0755);
  image.Folder("/a/c");
  image.File("/a/even", absl::string_view("1\0\n4", 4));
  image.File("/empty", "");
  const testing::TemporaryFolder folder;
  std::ofstream(folder / "image", std::ios::binary) << std::move(image).Take();
  const auto end =
      testing::RunSubprocess({"cpio", "-id", "--quiet", "-F", folder / "image"},
                             {.folder = folder.path()});
  ASSERT_EQ(end.exit_code, 0) << end.err;
  EXPECT_EQ(ContentOf(folder / "a/b/odd"), "12345");
  EXPECT_EQ(ContentOf(folder / "a/even"), std::string("1\0\n4", 4));
  EXPECT_EQ(access((folder / "a/b/odd").c_str(), X_OK), 0);
  struct stat about = {};
  ASSERT_EQ(stat((folder / "a/c").c_str(), &about), 0);
  EXPECT_TRUE(S_ISDIR(about.st_mode));
  ASSERT_EQ(stat((folder / "empty").c_str(), &about), 0);
  EXPECT_EQ(about.st_size, 0);
}

TEST(Initramfs, NamesEachFolderOnce) {
  Initramfs image;
  image.File("/a/one", "");
  image.File("/a/two", "");
  image.Folder("/a");
  const std::string bytes = std::move(image).Take();
  size_t folders = 0;
  for (size_t at = 0; (at = bytes.find("000041ED", at)) != std::string::npos;
       ++at) {
    ++folders;
  }
  EXPECT_EQ(folders, 1u);
}

}  // namespace
}  // namespace sockdrift
