// The folder of kernels that lab/fetch fetched: NAME/about.json and beside it
// `vmlinux`, `modules/` and `config` (kind "linux"), `linux` ("uml") or `runsc`
// ("gvisor").
#ifndef SOCKDRIFT_BOOT_LAB_CACHE_H_
#define SOCKDRIFT_BOOT_LAB_CACHE_H_

#include <string>

#include "absl/status/statusor.h"
#include "boot/kernel.h"

namespace sockdrift {

// NOT_FOUND where nothing of that name is there; DATA_LOSS where what is there
// cannot be understood.
absl::StatusOr<KernelPlace> FindInLabCache(const std::string& name);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_LAB_CACHE_H_
