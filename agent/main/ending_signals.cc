#include "agent/main/ending_signals.h"

#include <unistd.h>

#include <utility>

namespace sockdrift {
namespace {

constexpr int kEndedBySignal = 128;

}  // namespace

EndingSignals::EndingSignals() {
  sigemptyset(&ending_);
  sigaddset(&ending_, SIGTERM);
  sigaddset(&ending_, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ending_, nullptr);
}

EndingSignals::~EndingSignals() {
  if (!waiter_.joinable()) return;
  over_ = true;
  pthread_kill(waiter_.native_handle(), SIGTERM);
  waiter_.join();
}

void EndingSignals::Await(std::function<void()> first) {
  waiter_ = std::thread([this, first = std::move(first)] {
    int number = 0;
    sigwait(&ending_, &number);
    if (over_) return;
    first();
    sigwait(&ending_, &number);
    if (!over_) _exit(kEndedBySignal + number);
  });
}

}  // namespace sockdrift
