// The kernel's defaults of the sysctls that bear on sockets.
#ifndef SOCKDRIFT_AGENT_WORLDS_PRISTINE_H_
#define SOCKDRIFT_AGENT_WORLDS_PRISTINE_H_

#include "agent/worlds/sysctls.h"

namespace sockdrift {

// What a fresh network namespace of a mainline kernel begins with, written
// explicitly because distributions and net.core.devconf_inherit_init_net make
// it begin with something else. A kernel need not have all of these names.
// Nothing that follows from the size of memory is among them.
const Sysctls& PristineSysctls();

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_WORLDS_PRISTINE_H_
