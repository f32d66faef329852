#include "agent/engine/proc_net_tcp.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "agent/engine/loopback.h"

namespace sockdrift {
namespace {

bool ParseHex(absl::string_view text, uint32_t& value) {
  return absl::SimpleHexAtoi(text, &value);
}

// "0100007F:1F90", or 32 digits before the colon: words of four bytes, each
// written as a number of this machine's byte order.
bool ParseEnd(absl::string_view text, in6_addr& address, uint16_t& port) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, ':');
  if (parts.size() != 2) return false;
  uint32_t number = 0;
  if (!ParseHex(parts[1], number) || number > 0xffff) return false;
  port = static_cast<uint16_t>(number);
  const absl::string_view digits = parts[0];
  if (digits.size() != 8 && digits.size() != 32) return false;
  address = {};
  if (digits.size() == 8) address.s6_addr[10] = address.s6_addr[11] = 0xff;
  uint8_t* to = address.s6_addr + (digits.size() == 8 ? 12 : 0);
  for (size_t i = 0; i < digits.size(); i += 8, to += 4) {
    if (!ParseHex(digits.substr(i, 8), number)) return false;
    std::memcpy(to, &number, 4);
  }
  return true;
}

bool ReadFile(const char* path, std::string& text) {
  const UniqueFd fd(::open(path, O_RDONLY | O_CLOEXEC));
  if (!fd.valid()) return false;
  char buffer[16384];
  ssize_t size = 0;
  while ((size = ::read(fd.get(), buffer, sizeof buffer)) > 0) {
    text.append(buffer, static_cast<size_t>(size));
  }
  return size == 0;
}

}  // namespace

std::optional<int> FindInProcNetTcp(absl::string_view text,
                                    const ConnectionEnd& end) {
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::vector<absl::string_view> words =
        absl::StrSplit(line, ' ', absl::SkipEmpty());
    ConnectionEnd here;
    uint32_t state = 0;
    if (words.size() < 4 || !ParseEnd(words[1], here.local, here.local_port) ||
        !ParseEnd(words[2], here.remote, here.remote_port) ||
        !ParseHex(words[3], state)) {
      continue;
    }
    if (here.local_port == end.local_port &&
        here.remote_port == end.remote_port &&
        std::memcmp(&here.local, &end.local, sizeof end.local) == 0 &&
        std::memcmp(&here.remote, &end.remote, sizeof end.remote) == 0) {
      return static_cast<int>(state);
    }
  }
  return std::nullopt;
}

int StateInProcNetTcp(const ConnectionEnd& end) {
  bool any = false;
  for (const char* path : {"/proc/self/net/tcp", "/proc/self/net/tcp6"}) {
    std::string text;
    if (!ReadFile(path, text)) continue;
    any = true;
    if (const std::optional<int> state = FindInProcNetTcp(text, end)) {
      return *state;
    }
  }
  return any ? kTcpClosed : -ENOSYS;
}

bool ProcNetTcpShowsOrphans() {
  for (const int family : {AF_INET, AF_INET6}) {
    std::optional<LoopbackPair> pair = ConnectOverLoopback(family);
    if (!pair.has_value()) continue;
    ConnectionEnd end;
    sockaddr_in6 address = {};
    socklen_t size = sizeof address;
    ::getsockname(pair->accepted.get(), reinterpret_cast<sockaddr*>(&address),
                  &size);
    ReadAddress(&address, end.local, end.local_port);
    size = sizeof address;
    ::getpeername(pair->accepted.get(), reinterpret_cast<sockaddr*>(&address),
                  &size);
    ReadAddress(&address, end.remote, end.remote_port);
    // The connected end stays, so that the other cannot end.
    pair->accepted.reset();
    return StateInProcNetTcp(end) != kTcpClosed;
  }
  return false;
}

}  // namespace sockdrift
