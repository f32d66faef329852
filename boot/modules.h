// Which of a kernel's modules a guest gets, and in which order.
#ifndef SOCKDRIFT_BOOT_MODULES_H_
#define SOCKDRIFT_BOOT_MODULES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "boot/kernel.h"

namespace sockdrift {

// The name of a module's file, also of a packed one: "inet_diag" of
// "…/net/ipv4/inet_diag.ko.xz"; empty for any other file.
std::string ModuleName(absl::string_view path);

// Whether plans use a module of that name, or where a guest shares the host's
// files and network that does, or one of these may need it.
bool MayBeWanted(absl::string_view module, bool shares_host = false);

// Those that plans (and sharing with the host) use and all that they depend on,
// each after its dependencies. What is missing is built in or not to be had.
// The contents are unpacked ELF files.
std::vector<KernelModule> InLoadOrder(
    const std::map<std::string, std::string>& modules,
    bool shares_host = false);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_MODULES_H_
