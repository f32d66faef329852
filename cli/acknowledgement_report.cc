#include "cli/acknowledgement_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/table.h"
#include "cli/wire_text.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

constexpr int kHostsNamed = 4;

std::string CellsText(const v1::Acknowledgement& acknowledgement) {
  return Counted(static_cast<uint64_t>(acknowledgement.cell_count()), "cell",
                 "cells");
}

// The last day, in red once it is over.
TableCell ExpiryCell(const v1::Acknowledgement& acknowledgement) {
  if (acknowledgement.has_remove_time()) {
    return {absl::StrCat("removed ", TimeText(acknowledgement.remove_time())),
            Paint::kDim};
  }
  return {acknowledgement.expired() ? acknowledgement.expires() + ", expired"
                                    : acknowledgement.expires(),
          acknowledgement.expired() ? Paint::kBad : Paint::kNone};
}

// Which hosts and behaviours it is narrowed to, after its query.
std::string CellsAndHosts(const v1::Acknowledgement& acknowledgement) {
  std::string text = acknowledgement.where();
  if (!acknowledgement.selector().empty()) {
    absl::StrAppend(&text, "  -l ", acknowledgement.selector());
  }
  if (!acknowledgement.behaviour().empty()) {
    absl::StrAppend(&text, "  --behaviour ", acknowledgement.behaviour());
  }
  return text;
}

}  // namespace

std::string AcknowledgementsTable(
    const v1::ListAcknowledgementsResponse& response, const Console& console) {
  Table table({{.title = "ID"},
               {.title = "WHERE", .shrinks = true},
               {.title = "CELLS", .alignment = Alignment::kRight},
               {.title = "HOSTS", .alignment = Alignment::kRight},
               {.title = "LAST DAY"},
               {.title = "OWNER", .shrinks = true},
               {.title = "BY", .shrinks = true},
               {.title = "REASON", .shrinks = true},
               {.title = "LINK", .shrinks = true}});
  for (const v1::Acknowledgement& one : response.acknowledgements()) {
    table.Add({one.id(), CellsAndHosts(one),
               WithCommas(static_cast<uint64_t>(one.cell_count())),
               WithCommas(static_cast<uint64_t>(one.host_ids_size())),
               ExpiryCell(one), one.owner(), one.created_by(), one.reason(),
               one.link()});
  }
  return table.Render(console);
}

std::string MeaningText(const v1::Acknowledgement& acknowledgement) {
  const auto& hosts = acknowledgement.host_ids();
  if (hosts.empty()) return "no cell in which hosts differ now";
  const int named = std::min(hosts.size(), kHostsNamed);
  std::string text = absl::StrCat(
      CellsText(acknowledgement), " on ",
      Counted(static_cast<uint64_t>(hosts.size()), "host", "hosts"), ": ",
      absl::StrJoin(hosts.begin(), hosts.begin() + named, ", "));
  if (named < hosts.size()) {
    absl::StrAppend(&text, " and ", hosts.size() - named, " more");
  }
  return text;
}

std::string AcknowledgedText(const v1::Acknowledgement& acknowledgement) {
  const v1::Acknowledgement& it = acknowledgement;
  const std::string why =
      absl::StrCat(it.reason(), it.link().empty() ? "" : " (", it.link(),
                   it.link().empty() ? "" : ")");
  if (it.expired()) {
    return absl::StrCat("acknowledgement ", it.id(), " by ", it.owner(),
                        " expired after ", it.expires(), ": ", CellsText(it),
                        it.cell_count() == 1 ? " counts" : " count",
                        " again: ", why);
  }
  return absl::StrCat("acknowledged ", it.id(), " by ", it.owner(), " until ",
                      it.expires(), ": ", CellsText(it), ": ", why);
}

}  // namespace sockdrift
