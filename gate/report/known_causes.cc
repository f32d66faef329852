#include "gate/report/known_causes.h"

#include "absl/strings/str_cat.h"
#include "core/causes/render_causes.h"
#include "core/divergence/render.h"

namespace sockdrift {
namespace {

constexpr size_t kIndent = 4;

std::string CauseOfSide(const CauseTotal& total, const std::string& side,
                        size_t differing) {
  return absl::StrCat("known: ", side, ": ", total.cause->title, ": ",
                      WithCommas(total.cells), " of ",
                      Counted(differing, "cell", "cells"), RenderDoubt(total),
                      " (", total.cause->id, ")");
}

}  // namespace

std::vector<std::string> CauseLines(const CauseSummary& summary,
                                    const std::vector<std::string>& sides,
                                    size_t width, size_t most) {
  const size_t differing = summary.covered() + summary.uncovered();
  std::vector<std::string> lines;
  if (differing == 0) return lines;
  const std::vector<CauseTotal> totals = summary.Totals();
  const size_t rest = summary.uncovered() > 0 ? 1 : 0;
  for (size_t i = 0; i < totals.size(); ++i) {
    const std::vector<std::string> next =
        Wrap(CauseOfSide(totals[i], sides[static_cast<size_t>(totals[i].side)],
                         differing),
             width, kIndent);
    const size_t counts = i + 1 == totals.size() ? rest : rest + 1;
    if (next.size() + counts > most - lines.size()) {
      lines.push_back(absl::StrCat(
          "… and ",
          Counted(totals.size() - i, "more known cause", "more known causes"),
          ": --output json has them all"));
      break;
    }
    lines.insert(lines.end(), next.begin(), next.end());
  }
  if (rest > 0) {
    lines.push_back(
        absl::StrCat("without a known cause: ",
                     Counted(summary.uncovered(), "cell", "cells")));
  }
  return lines;
}

std::vector<std::string> CauseLinesOfHost(const CauseSummary& summary,
                                          size_t width) {
  std::vector<std::string> lines;
  for (const CauseTotal& total : summary.Totals()) {
    for (std::string& line :
         Wrap(absl::StrCat("known: ", total.cause->title, ": in ",
                           Counted(total.cells, "cell", "cells"), " at most (",
                           total.cause->id, ")"),
              width, kIndent)) {
      lines.push_back(std::move(line));
    }
  }
  return lines;
}

Json CausesJson(const CauseSummary& summary,
                const std::vector<std::string>& sides) {
  Json list = Json::array();
  for (const CauseTotal& total : summary.Totals()) {
    Json entry = {{"cause", total.cause->id},
                  {"title", total.cause->title},
                  {"effect", total.cause->effect},
                  {"cells", total.cells},
                  {"plans", total.plans},
                  {"kernel", total.kernel},
                  {"kernel_named", total.kernel_named},
                  {"given_known", !total.given_unknown}};
    if (!sides.empty()) entry["side"] = sides[static_cast<size_t>(total.side)];
    list.push_back(std::move(entry));
  }
  return list;
}

}  // namespace sockdrift
