#include "cli/interrupt.h"

#include <csignal>

namespace sockdrift {
namespace {

volatile sig_atomic_t g_interrupted = 0;

void Note(int) { g_interrupted = 1; }

}  // namespace

void WatchInterrupts() {
  struct sigaction action = {};
  action.sa_handler = Note;
  // The second one finds the default action again.
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

bool Interrupted() { return g_interrupted != 0; }

}  // namespace sockdrift
