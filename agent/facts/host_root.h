// The folder below which the host's files are read: "/" or a fixture.
#ifndef SOCKDRIFT_AGENT_FACTS_HOST_ROOT_H_
#define SOCKDRIFT_AGENT_FACTS_HOST_ROOT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace sockdrift {

// One line: blanks at both ends and control characters dropped, every run of
// blanks in between one space.
std::string OneLine(absl::string_view text);

// Paths are absolute ("/proc/cmdline") and looked up below the root. Files that
// are missing or may not be read count as empty.
class HostRoot {
 public:
  explicit HostRoot(std::string root);

  bool Exists(absl::string_view path) const;
  bool IsDirectory(absl::string_view path) const;
  // The first MiB of the file.
  std::string Read(absl::string_view path) const;
  std::string Line(absl::string_view path) const { return OneLine(Read(path)); }
  // The names in the folder, sorted, without "." and "..".
  std::vector<std::string> List(absl::string_view path) const;

 private:
  std::string Below(absl::string_view path) const;

  std::string root_;  // without a slash at its end
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_FACTS_HOST_ROOT_H_
