// Processes that a sandbox or an emulator leaves when it is killed.
#ifndef SOCKDRIFT_BOOT_ORPHANS_H_
#define SOCKDRIFT_BOOT_ORPHANS_H_

#include <optional>
#include <string>
#include <vector>

namespace sockdrift {

// From its making on, orphans below this process become its children; with its
// end all children are killed and waited for. For a process whose only work is
// what it guards, and with one thread.
class OrphanGuard {
 public:
  OrphanGuard();
  ~OrphanGuard();
  OrphanGuard(const OrphanGuard&) = delete;
  OrphanGuard& operator=(const OrphanGuard&) = delete;
};

// Goes on in a child of this process (nullopt), so that whichever of the two is
// killed, the other one puts things in order: the child gets SIGTERM when its
// parent has ended. The parent passes SIGINT, SIGTERM and SIGHUP on, and
// returns when the child has ended and what that left is killed: its exit
// status, or 128 and the number of the signal that ended it. Those signals stay
// blocked. Precondition: this process has one thread.
std::optional<int> GoOnInChild();

// The command, of a process that is killed when this one ends, however that
// ended. Precondition: the thread that starts it lives as long as the process.
std::vector<std::string> EndingWithUs(std::vector<std::string> command);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_ORPHANS_H_
