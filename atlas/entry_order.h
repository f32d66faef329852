// In which order the atlas has its entries.
#ifndef SOCKDRIFT_ATLAS_ENTRY_ORDER_H_
#define SOCKDRIFT_ATLAS_ENTRY_ORDER_H_

#include <vector>

#include "wire/behaviour_file.h"

namespace sockdrift {

// Kernels by release, variants after what they are variants of, then other
// systems by name, documented ones last.
void SortEntries(std::vector<HostBehaviour>& entries);

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_ENTRY_ORDER_H_
