#include "tests/support/counting_proxy.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cstring>
#include <list>
#include <vector>

#include "gtest/gtest.h"

namespace sockdrift::testing {
namespace {

constexpr size_t kPreface = 24;
constexpr size_t kFrameHead = 9;
constexpr uint8_t kPing = 6;

sockaddr_un AddressOf(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  EXPECT_LT(path.size(), sizeof address.sun_path);
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

// Walks the HTTP/2 frames of one direction to tell pings from the rest.
class FrameCounter {
 public:
  explicit FrameCounter(bool has_preface) : skip_(has_preface ? kPreface : 0) {}

  // Bytes of `data` that belong to no PING frame.
  int64_t BesidesPings(const char* data, size_t size) {
    int64_t count = 0;
    for (size_t i = 0; i < size; ++i) {
      if (skip_ > 0) {
        --skip_;
        count += in_ping_ ? 0 : 1;
        continue;
      }
      head_[filled_++] = static_cast<uint8_t>(data[i]);
      if (filled_ < kFrameHead) continue;
      filled_ = 0;
      in_ping_ = head_[3] == kPing;
      skip_ = size_t{head_[0]} << 16 | size_t{head_[1]} << 8 | head_[2];
      count += in_ping_ ? 0 : static_cast<int64_t>(kFrameHead);
    }
    return count;
  }

 private:
  size_t skip_;
  bool in_ping_ = false;
  size_t filled_ = 0;
  std::array<uint8_t, kFrameHead> head_ = {};
};

struct Pair {
  UniqueFd client;
  UniqueFd server;
  FrameCounter up{/*has_preface=*/true};
  FrameCounter down{/*has_preface=*/false};
};

// Hands on what is there; false when one side has ended.
bool Pump(int from, int to, FrameCounter& counter,
          CountingProxy::Counts& counts) {
  std::array<char, 65536> buffer;
  const ssize_t size = read(from, buffer.data(), buffer.size());
  if (size <= 0) return false;
  counts.bytes += size;
  counts.besides_pings +=
      counter.BesidesPings(buffer.data(), static_cast<size_t>(size));
  for (ssize_t sent = 0; sent < size;) {
    const ssize_t wrote = send(to, buffer.data() + sent,
                               static_cast<size_t>(size - sent), MSG_NOSIGNAL);
    if (wrote <= 0) return false;
    sent += wrote;
  }
  return true;
}

}  // namespace

CountingProxy::CountingProxy(const std::string& path, const std::string& to)
    : to_(to),
      listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)),
      stop_(eventfd(0, EFD_CLOEXEC)) {
  const sockaddr_un address = AddressOf(path);
  EXPECT_EQ(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address),
                 sizeof address),
            0);
  EXPECT_EQ(listen(listener_.get(), 8), 0);
  thread_ = std::thread([this] { Serve(); });
}

CountingProxy::~CountingProxy() {
  const uint64_t one = 1;
  EXPECT_EQ(write(stop_.get(), &one, sizeof one),
            static_cast<ssize_t>(sizeof one));
  thread_.join();
}

CountingProxy::Counts CountingProxy::counts() {
  MutexLock lock(&mutex_);
  return counts_;
}

void CountingProxy::Serve() {
  std::list<Pair> pairs;
  for (;;) {
    std::vector<pollfd> fds = {{stop_.get(), POLLIN, 0},
                               {listener_.get(), POLLIN, 0}};
    for (const Pair& pair : pairs) {
      fds.push_back({pair.client.get(), POLLIN, 0});
      fds.push_back({pair.server.get(), POLLIN, 0});
    }
    if (poll(fds.data(), fds.size(), -1) < 0) continue;
    if (fds[0].revents != 0) return;
    size_t next = 2;
    for (auto pair = pairs.begin(); pair != pairs.end(); next += 2) {
      MutexLock lock(&mutex_);
      bool alive = true;
      if (fds[next].revents != 0) {
        alive = Pump(pair->client.get(), pair->server.get(), pair->up, counts_);
      }
      if (alive && fds[next + 1].revents != 0) {
        alive =
            Pump(pair->server.get(), pair->client.get(), pair->down, counts_);
      }
      pair = alive ? std::next(pair) : pairs.erase(pair);
    }
    if (fds[1].revents == 0) continue;
    Pair pair;
    pair.client.reset(accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    pair.server.reset(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_un address = AddressOf(to_);
    if (connect(pair.server.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0) {
      pairs.push_back(std::move(pair));
    }
  }
}

}  // namespace sockdrift::testing
