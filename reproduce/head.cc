#include "reproduce/head.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "core/plan/cells.h"

namespace sockdrift {
namespace {

using absl::StrCat;

std::string NeedsOf(const Script& script) {
  if (script.names_users) {
    return "It needs root: its calls are made as several users.";
  }
  if (!script.own_namespace) {
    return "It needs no privilege (root becomes uid 65534), and runs in the "
           "network namespace in which it is started.";
  }
  return "It needs root or unprivileged user namespaces, and ip(8): it makes a "
         "network namespace of its own, and leaves nothing behind.";
}

}  // namespace

std::string FullCellName(const CellToReproduce& cell) {
  const CellSpace cells(*cell.program);
  return StrCat(cell.plan,
                CellName(*cell.program, cells.Coordinate(cell.cell)));
}

std::string HeadComment(const CellToReproduce& cell, const Script& script,
                        ProgramLanguage language) {
  const bool c = language == ProgramLanguage::kC;
  const std::string mark = c ? "// " : "# ";
  std::vector<std::string> lines = {FullCellName(cell)};
  if (!cell.title.empty()) lines.push_back(cell.title + ".");
  lines.push_back("");
  lines.push_back(
      StrCat("Made by `sockdrift reproduce`; nothing of sockdrift is needed: ",
             c ? "cc -std=c17 cell.c && ./a.out" : "python3 cell.py"));
  lines.push_back(NeedsOf(script));
  lines.push_back(
      "It prints `name: outcome` for each observation of the cell.");
  if (cell.recorded.has_value()) {
    lines.push_back(StrCat("What ", cell.recorded->where,
                           " answered stands behind each of them (was …)."));
  }
  std::string text = c ? "" : "#!/usr/bin/env python3\n";
  for (const std::string& line : lines) {
    absl::StrAppend(
        &text,
        line.empty() ? mark.substr(0, mark.size() - 1) : StrCat(mark, line),
        "\n");
  }
  return text;
}

}  // namespace sockdrift
