// Kernels that can be booted, from the words that people name them by.
#ifndef SOCKDRIFT_BOOT_KERNEL_H_
#define SOCKDRIFT_BOOT_KERNEL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boot/machine_kind.h"

namespace sockdrift {

enum class KernelKind { kLinux, kUml, kGvisor };

// Where a kernel is and what is known of it before it is read.
struct KernelPlace {
  std::string name;  // as it was named; of a file its last part
  KernelKind kind = KernelKind::kLinux;
  Arch arch = Arch::kX86_64;
  std::string image;    // a file: the image, the UML binary, runsc
  std::string package;  // a Debian package file that holds the image; or empty
  std::string modules;  // a folder of NN-NAME.ko; or empty
  // Likewise, to be loaded after those where a guest shares the host's files or
  // network.
  std::string host_modules;
  std::string config;   // a file of build options; or empty
  std::string release;  // "6.1.0-56-amd64"; empty where only the image knows
  // Of the package that it came from, as `dpkg` would say; empty where unknown.
  std::string package_name;
  std::string package_version;
};

// A file (a kernel image, a Debian package of one, a UML binary; a word with a
// slash is always one), else a name of the lab's cache (LabCacheFolder).
// NOT_FOUND lists what there is; INVALID_ARGUMENT: it is no kernel.
absl::StatusOr<KernelPlace> FindKernel(const std::string& word);

// $SOCKDRIFT_LAB_CACHE, else sockdrift-lab in $XDG_CACHE_HOME or ~/.cache.
std::string LabCacheFolder();
// The names that are there, the lower version first.
std::vector<std::string> LabCacheNames();

struct KernelModule {
  std::string name;  // "veth"
  std::string content;
};

// What a guest is made of.
struct KernelFiles {
  std::string image;                  // in the form that is booted
  std::vector<KernelModule> modules;  // in the order of loading
  std::string config;                 // empty where there is none
  std::string release;                // empty where unknown
};

// Reads (and unpacks) all of it, what a guest needs to share the host's files
// and network only where that is wanted; of user-mode Linux all but the image,
// which is a program that is started where it lies. FAILED_PRECONDITION says
// why it cannot be had.
absl::StatusOr<KernelFiles> ReadKernel(const KernelPlace& place,
                                       bool shares_host = false);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_KERNEL_H_
