// Processes that a sandbox or an emulator leaves when it is killed.
#ifndef SOCKDRIFT_BOOT_ORPHANS_H_
#define SOCKDRIFT_BOOT_ORPHANS_H_

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

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_ORPHANS_H_
