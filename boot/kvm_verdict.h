// Whether guests run under this machine's KVM. That it opens is no proof: under
// some hypervisors ordinary kernels die in it after a moment. So each kernel is
// tried once, and what came of it kept until this machine boots again.
#ifndef SOCKDRIFT_BOOT_KVM_VERDICT_H_
#define SOCKDRIFT_BOOT_KVM_VERDICT_H_

#include <optional>
#include <string>

#include "boot/kernel.h"

namespace sockdrift {

// Whether there is a KVM for machines of that kind at all.
bool KvmOpens(Arch arch);

// What is known: whether this kernel runs in it; false also where any kernel is
// known to die in it. nullopt: it has to be tried.
std::optional<bool> KvmVerdict(const KernelPlace& kernel);
// Notes it. `works` false only for a kernel that runs without KVM: one that
// runs nowhere says nothing of KVM.
void NoteKvmVerdict(const KernelPlace& kernel, bool works);

}  // namespace sockdrift

#endif  // SOCKDRIFT_BOOT_KVM_VERDICT_H_
