// The entries of the atlas for people and for scripts.
#ifndef SOCKDRIFT_CLI_ATLAS_REPORT_H_
#define SOCKDRIFT_CLI_ATLAS_REPORT_H_

#include <string>
#include <vector>

#include "atlas/atlas.h"
#include "atlas/likeness.h"
#include "cli/audit.h"
#include "cli/console.h"
#include "report/claims.h"
#include "wire/json/json.h"

namespace sockdrift {

// One entry in the list.
struct ListedEntry {
  const HostSection* entry = nullptr;
  size_t cells = 0;  // that are DONE
  // The other entries by likeness; empty of a documented one.
  std::vector<Likeness> others;
};

std::string AtlasListText(const Atlas& atlas,
                          const std::vector<ListedEntry>& listed,
                          const Console& console);
// The document "sockdrift.atlas/1" of docs/json.md.
std::string AtlasListJson(const Atlas& atlas,
                          const std::vector<ListedEntry>& listed);

// One entry in full. Of a documented one `claims` is empty, as documents say
// nothing of most cells.
struct ShownEntry {
  ListedEntry listed;
  Audit audit;  // of the catalogue's plans that it has
  size_t plans_missing = 0;
  std::vector<JudgedClaim> claims;
};

std::string AtlasShowText(const Atlas& atlas, const ShownEntry& shown,
                          const Console& console);
std::string AtlasShowJson(const Atlas& atlas, const ShownEntry& shown);

}  // namespace sockdrift

#endif  // SOCKDRIFT_CLI_ATLAS_REPORT_H_
