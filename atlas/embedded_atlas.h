// The atlas that came with this program.
#ifndef SOCKDRIFT_ATLAS_EMBEDDED_ATLAS_H_
#define SOCKDRIFT_ATLAS_EMBEDDED_ATLAS_H_

#include "absl/strings/string_view.h"
#include "atlas/atlas.h"

namespace sockdrift {

// Its bytes: a behaviour file with a host an entry.
absl::string_view EmbeddedAtlas();

// Opened when it is first asked for.
const Atlas& BuiltInAtlas();

}  // namespace sockdrift

#endif  // SOCKDRIFT_ATLAS_EMBEDDED_ATLAS_H_
