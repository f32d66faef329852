// The probe as a file: it runs where nothing else is installed.
#include <elf.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/match.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/support/require.h"
#include "tests/support/subprocess.h"

namespace sockdrift {
namespace {

using ::testing::HasSubstr;
using testing::RunSubprocess;
using ::testing::StartsWith;
using testing::SubprocessEnd;

constexpr char kProbe[] = SOCKDRIFT_BINARY_DIR "/bin/sockdrift-probe";
constexpr uintmax_t kMostBytes = 3 << 20;

std::string Content() {
  std::ifstream file(kProbe, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(ProbeFileTest, IsStatic) {
  const std::string content = Content();
  Elf64_Ehdr head;
  ASSERT_GT(content.size(), sizeof(head));
  std::memcpy(&head, content.data(), sizeof(head));
  ASSERT_EQ(std::string(ELFMAG), content.substr(0, SELFMAG));
  for (int i = 0; i < head.e_phnum; ++i) {
    Elf64_Phdr segment;
    std::memcpy(&segment,
                content.data() + head.e_phoff + sizeof(segment) * size_t(i),
                sizeof(segment));
    EXPECT_NE(segment.p_type, static_cast<Elf64_Word>(PT_INTERP));
    EXPECT_NE(segment.p_type, static_cast<Elf64_Word>(PT_DYNAMIC));
  }
}

TEST(ProbeFileTest, IsUnderThreeMebibytesStripped) {
  SOCKDRIFT_REQUIRE_OR_SKIP("program:strip");
  const std::string stripped =
      (std::filesystem::path(::testing::TempDir()) / "sockdrift-stripped")
          .string();
  ASSERT_EQ(RunSubprocess({"strip", "-o", stripped, kProbe}).exit_code, 0);
  EXPECT_LT(std::filesystem::file_size(stripped), kMostBytes);
  std::filesystem::remove(stripped);
}

TEST(ProbeFileTest, HoldsNoLibraryOfTheUpperFloors) {
  const std::string content = Content();
  // Mangled or plain, what each library's symbols begin with.
  for (const char* library : {"_ZN4grpc", "grpc_init", "_ZN6google8protobuf",
                              "_ZN4YAML", "EVP_Digest", "pthread_create"}) {
    EXPECT_FALSE(absl::StrContains(content, library)) << library;
  }
}

TEST(ProbeFileTest, SaysItsVersion) {
  const SubprocessEnd end = RunSubprocess({kProbe, "--version"});
  EXPECT_EQ(end.exit_code, 0);
  EXPECT_THAT(end.out, StartsWith("sockdrift-probe "));
  EXPECT_THAT(RunSubprocess({kProbe, "--help"}).out, HasSubstr("--stream"));
}

// A container's first process ends as any other; it powers nothing off.
TEST(ProbeFileTest, KeepsItsExitCodeAsTheFirstProcessOfAContainer) {
  SOCKDRIFT_REQUIRE_OR_SKIP("root");
  SOCKDRIFT_REQUIRE_OR_SKIP("program:unshare");
  const std::vector<std::string> first = {"unshare", "--pid", "--fork", kProbe};
  std::vector<std::string> words = first;
  words.push_back("--version");
  EXPECT_EQ(RunSubprocess(words).exit_code, 0);
  words.back() = "--frobnicate";
  EXPECT_EQ(RunSubprocess(words).exit_code, 2);
}

TEST(ProbeFileTest, SaysWhatIsWrongWithItsArguments) {
  struct Wrong {
    std::vector<std::string> words;
    std::string why;
  };
  const Wrong wrongs[] = {
      {{}, "one of --stream, --try and --job-fd is needed"},
      {{"--stream", "--try", "own"}, "one of"},
      {{"--frobnicate"}, "unknown argument --frobnicate"},
      {{"--job-fd", "3"}, "go together"},
      {{"--job-fd", "x", "--tally-fd", "4"}, "\"x\" is no descriptor"},
      {{"--try"}, "--try needs a value"},
      {{"--try", "moon"}, "\"moon\" is no world"},
  };
  for (const Wrong& wrong : wrongs) {
    SCOPED_TRACE(wrong.why);
    std::vector<std::string> words = {kProbe};
    words.insert(words.end(), wrong.words.begin(), wrong.words.end());
    const SubprocessEnd end = RunSubprocess(words);
    EXPECT_EQ(end.exit_code, 2);
    EXPECT_THAT(end.err, HasSubstr(wrong.why));
  }
}

}  // namespace
}  // namespace sockdrift
