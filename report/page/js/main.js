// Puts the views together: one filter, one open plan, one open cell.
import { cellName, findCell } from "./axes.js";
import { startCell } from "./cell_view.js";
import { showClaims } from "./claims_view.js";
import { unpack } from "./codes.js";
import { byId } from "./dom.js";
import { matchCells } from "./filter.js";
import { showMatches, startFilter } from "./filter_view.js";
import { showGroups } from "./groups_view.js";
import { showHosts } from "./hosts_view.js";
import { readReport, ruleMarks } from "./model.js";
import { startPlanList } from "./plan_list_view.js";
import { startPlan } from "./plan_view.js";
import { showSummary } from "./summary_view.js";
import { startTheme } from "./theme.js";

// "#bind.conflict (replica)[a.addr=::1,…]": where a reader is, for a link.
function remember(plan, cell) {
  const name = cell < 0 ? "" : cellName(plan, cell);
  history.replaceState(null, "", `#${encodeURIComponent(plan.key + name)}`);
}

function remembered(report) {
  let name = "";
  try {
    name = decodeURIComponent(location.hash.slice(1));
  } catch {
    return null; // somebody cut the link
  }
  const plan = report.plans.find((one) => name.startsWith(one.key));
  if (plan === undefined) return null;
  const rest = name.slice(plan.key.length);
  return { plan, cell: rest === "" ? -1 : findCell(plan, rest) };
}

function start(report) {
  byId("made").textContent = `${report.made_by}, ${report.made}`;
  let matches = [];
  let counts = [];
  startTheme(() => {
    list.show(matches, counts);
    planView.redraw();
  });
  const planView = startPlan(report, {
    openCell: (plan, cell, order) => cellView.open(plan, cell, order),
    openRule: (plan, group, rule) => openRule(plan, group, rule),
    filterOutcome: (text) => filter.set({ outcome: text }),
  });
  const cellView = startCell(report, (plan, cell) => {
    remember(plan, cell);
    if (cell >= 0) planView.go(cell);
  });
  const open = (plan) => {
    list.mark(plan);
    planView.show(plan, plan === null ? null : matches[plan.index], filter.get());
  };
  const openPlan = (plan) => {
    open(plan);
    remember(plan, -1);
    byId("plan-name").focus();
  };
  const list = startPlanList(report, { openPlan });
  const filter = startFilter(report, (next) => {
    matches = report.plans.map((plan) => matchCells(plan, next));
    counts = matches.map((marks) => marks.reduce((n, mark) => n + mark, 0));
    showMatches(counts, report);
    list.show(matches, counts);
    // The open plan stays where it has matches left.
    const now = planView.current();
    const stays = now !== null && counts[now.index] > 0;
    open(stays ? now : list.first(counts));
  });
  const openRule = (plan, group, rule) => {
    const marks = rule === null ? null : ruleMarks(plan, group, rule);
    filter.set({ rule: rule === null ? null : { plan: plan.index, group, rule, marks } });
    openPlan(plan);
    document.querySelector("button.rule[aria-pressed=true]")?.focus();
  };
  showSummary(report);
  showGroups(report, { openRule });
  showClaims(report);
  showHosts(report);
  // Before cells are drawn: how they are laid out depends on the room there is.
  byId("loading").hidden = true;
  byId("report").hidden = false;
  const place = remembered(report);
  filter.set({});
  if (place !== null) {
    open(place.plan);
    if (place.cell >= 0) cellView.open(place.plan, place.cell, [place.cell]);
  }
  document.documentElement.dataset.ready = "true";
}

export async function main() {
  try {
    start(readReport(await unpack(byId("data").textContent)));
  } catch (error) {
    byId("loading").textContent =
      `This report cannot be shown: ${error.message}. It needs a browser of 2023 or later.`;
    throw error;
  }
}

main();
