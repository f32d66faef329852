// What a sample's outcomes come to: a class that is the same each time.
#ifndef SOCKDRIFT_AGENT_ENGINE_DISTRIBUTION_CLASS_H_
#define SOCKDRIFT_AGENT_ENGINE_DISTRIBUTION_CLASS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sockdrift {

// "all:x" of one outcome; "even:{x,y}" where each has at least a quarter of an
// equal share; else "mixed:{x,y}". The outcomes are distinct, each with how
// often it was seen, one at least; they come sorted.
std::string DistributionClass(
    std::vector<std::pair<std::string, int64_t>> counts);

}  // namespace sockdrift

#endif  // SOCKDRIFT_AGENT_ENGINE_DISTRIBUTION_CLASS_H_
