// SIGTERM and SIGINT: the first asks for an orderly end, the second ends the
// process at once.
#ifndef SOCKDRIFT_AGENT_MAIN_ENDING_SIGNALS_H_
#define SOCKDRIFT_AGENT_MAIN_ENDING_SIGNALS_H_

#include <signal.h>

#include <atomic>
#include <functional>
#include <thread>

namespace sockdrift {

// Must be made before any other thread is, so that all threads inherit the
// blocked signals and this one's alone receives them.
class EndingSignals {
 public:
  EndingSignals();
  ~EndingSignals();
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  // Calls `first` from a thread of its own at the first signal, also one that
  // came before this call. Once only.
  void Await(std::function<void()> first);

 private:
  sigset_t ending_;
  std::atomic<bool> over_{false};
  std::thread waiter_;
};

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_MAIN_ENDING_SIGNALS_H_
