// What is said of a host's likeness to entries of the atlas, in the same voice
// everywhere, and of what its kernel calls itself.
#ifndef SOCKDRIFT_ATLAS_LIKENESS_TEXT_H_
#define SOCKDRIFT_ATLAS_LIKENESS_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "atlas/likeness.h"

namespace sockdrift {

// What a kernel calls itself, against what it behaves like.
struct KernelClaim {
  std::string version;   // "6.8.0"; empty: not known
  bool is_like = false;  // one of the nearest entries is of its series
  // The entry of its series, where there is one and it is none of the nearest;
  // points into what was ranked.
  const Likeness* namesake = nullptr;
};

// `version` is a release or what KernelVersionOf gives ("6.1.0-46-amd64" is of
// the series 6.1); `ranked` is not empty and must outlive the answer.
KernelClaim CompareKernel(const std::vector<Likeness>& ranked,
                          absl::string_view version);

// Preconditions of all: `ranked` is not empty.
// "behaves like 6.18 (Linux 6.18.15-1 (Debian)) in all 118,275 cells
// compared", "behaves most like …: 76 of … cells differ", "far from every
// entry: …", and what the kernel calls itself where that is another thing.
std::string LikenessSentence(const Atlas& atlas,
                             const std::vector<Likeness>& ranked,
                             const KernelClaim& kernel);
// In a few words, for tables: "6.16 to 6.19", "6.18 but for 76 cells", "none,
// 6.18 is nearest"; ", not 6.8" where the kernel calls itself so.
std::string LikenessWords(const Atlas& atlas,
                          const std::vector<Likeness>& ranked,
                          const KernelClaim& kernel);

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_LIKENESS_TEXT_H_
