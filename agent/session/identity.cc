#include "agent/session/identity.h"

#include <unistd.h>

#include <array>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "wire/digests.h"
#include "wire/file_bytes.h"

namespace sockdrift {
namespace {

constexpr size_t kMaxHostId = 128;
constexpr size_t kMaxLabel = 63;

bool Holds(absl::string_view text, absl::string_view others) {
  for (const char c : text) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) &&
        others.find(c) == absl::string_view::npos) {
      return false;
    }
  }
  return true;
}

}  // namespace

absl::Status ValidateHostId(absl::string_view id) {
  if (!id.empty() && id.size() <= kMaxHostId && Holds(id, "._:-")) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("the host id '", id, "' must be 1 to ", kMaxHostId,
                   " letters, digits and characters of ._:-"));
}

std::string DefaultHostId(const std::string& root) {
  const absl::StatusOr<std::string> machine =
      ReadFileBytes(absl::StrCat(root, "/etc/machine-id"), 1024);
  const absl::string_view id =
      machine.ok() ? absl::StripAsciiWhitespace(*machine) : "";
  if (!id.empty()) {
    return Sha256(absl::StrCat("sockdrift-host/", id)).Hex().substr(0, 32);
  }
  std::array<char, 256> name = {};
  if (gethostname(name.data(), name.size() - 1) != 0) return "";
  return name.data();
}

std::string NewUuid() {
  std::random_device random;
  std::array<uint32_t, 4> words = {random(), random(), random(), random()};
  words[1] = (words[1] & 0xffff0fff) | 0x00004000;  // version 4
  words[2] = (words[2] & 0x3fffffff) | 0x80000000;  // the RFC 4122 variant
  return absl::StrFormat("%08x-%04x-%04x-%04x-%04x%08x", words[0],
                         words[1] >> 16, words[1] & 0xffff, words[2] >> 16,
                         words[2] & 0xffff, words[3]);
}

absl::StatusOr<std::map<std::string, std::string>> ParseLabels(
    const std::vector<std::string>& labels) {
  std::map<std::string, std::string> out;
  for (const std::string& label : labels) {
    const std::vector<std::string> parts =
        absl::StrSplit(label, absl::MaxSplits('=', 1));
    if (parts.size() != 2 || parts[0].empty() || parts[0].size() > kMaxLabel ||
        parts[1].size() > kMaxLabel || !Holds(parts[0], "._/-") ||
        !Holds(parts[1], "._/-")) {
      return absl::InvalidArgumentError(absl::StrCat(
          "the label '", label, "' must be name=value, each at most ",
          kMaxLabel, " letters, digits and characters of ._/-"));
    }
    if (!out.emplace(parts[0], parts[1]).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the label '", parts[0], "' is given twice"));
    }
  }
  return out;
}

}  // namespace sockdrift
