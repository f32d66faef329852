// A Unix socket that hands everything on to another one and counts the bytes.
#ifndef SOCKDRIFT_TESTS_SUPPORT_COUNTING_PROXY_H_
#define SOCKDRIFT_TESTS_SUPPORT_COUNTING_PROXY_H_

#include <cstdint>
#include <string>
#include <thread>

#include "agent/os/unique_fd.h"
#include "core/base/mutex.h"

namespace sockdrift::testing {

class CountingProxy {
 public:
  // Listens on `path`; each connection is joined to one of its own to `to`.
  CountingProxy(const std::string& path, const std::string& to);
  ~CountingProxy();
  CountingProxy(const CountingProxy&) = delete;
  CountingProxy& operator=(const CountingProxy&) = delete;

  // What has passed so far, both ways: everything, and everything but HTTP/2
  // PING frames (keepalive and bandwidth estimates).
  struct Counts {
    int64_t bytes = 0;
    int64_t besides_pings = 0;
  };
  Counts counts();

 private:
  void Serve();

  const std::string to_;
  UniqueFd listener_;
  UniqueFd stop_;
  Mutex mutex_;
  Counts counts_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace sockdrift::testing

#endif  // SOCKDRIFT_TESTS_SUPPORT_COUNTING_PROXY_H_
