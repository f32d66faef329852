// Ctrl-C as a question: the first one asks the work to end, so that probes are
// reaped and nothing is left behind; a second one ends the process.
#ifndef SOCKDRIFT_CLI_INTERRUPT_H_
#define SOCKDRIFT_CLI_INTERRUPT_H_

namespace sockdrift {

// From now on SIGINT and SIGTERM are noted, once each.
void WatchInterrupts();
// Whether one has come.
bool Interrupted();

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_INTERRUPT_H_
