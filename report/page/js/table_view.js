// The cells of a plan as a table: what the map shows, for those who cannot or
// would rather not look at it.
import { byId, el, replace } from "./dom.js";
import { firstDifference, STATE_WORDS, STATUS } from "./model.js";
import { commas, counted } from "./text.js";

const ROWS = 100; // of a page

// Which observation a row tells: the chosen one, or the first that differs, or
// the last that was observed.
function toldObservation(plan, cell, chosen) {
  if (chosen >= 0) return chosen;
  const reference = plan.shown[plan.referenceShown];
  for (const record of plan.shown) {
    const differs = firstDifference(reference, record, cell);
    if (differs >= 0) return differs;
  }
  for (let i = plan.observations.length - 1; i >= 0; --i) {
    if (reference.columns[i][cell] !== 0) return i;
  }
  return -1;
}

function outcomeText(plan, record, cell, observation) {
  if (record.status[cell] !== 1) return STATUS[record.status[cell]];
  if (observation < 0) return "(nothing observed)";
  const code = record.columns[observation][cell];
  return code === 0 ? "(not observed)" : plan.outcomes[code - 1];
}

function row(plan, cell, chosen, open) {
  const observation = toldObservation(plan, cell, chosen);
  return el(
    "tr",
    {},
    el(
      "td",
      {},
      el(
        "button.link",
        { onclick: () => open(cell), "aria-label": `Open cell ${cell + 1}` },
        commas(cell + 1),
      ),
    ),
    plan.axes.map((axis, i) =>
      el("td", {}, axis.values[plan.coordinates[i][cell]]),
    ),
    el("td", {}, STATE_WORDS[plan.states[cell]]),
    el("td", {}, observation < 0 ? "" : plan.observations[observation]),
    plan.columns.map(({ record }) =>
      el("td", {}, outcomeText(plan, record, cell, observation)),
    ),
  );
}

function pager(page, pages, go) {
  const button = (text, to, label) =>
    el(
      "button",
      { onclick: () => go(to), disabled: to < 0 || to >= pages, "aria-label": label },
      text,
    );
  return el(
    "p.pager",
    {},
    button("‹", page - 1, "Previous page"),
    ` page ${commas(page + 1)} of ${commas(pages)} `,
    button("›", page + 1, "Next page"),
  );
}

export function showTable(plan, cells, chosen, open, page = 0) {
  const pages = Math.max(1, Math.ceil(cells.length / ROWS));
  const shown = cells.slice(page * ROWS, (page + 1) * ROWS);
  const heads = [
    "cell",
    ...plan.axes.map((axis) => axis.name),
    "state",
    "observation",
    ...plan.columns.map((column) => column.name),
  ];
  replace(
    byId("table"),
    el(
      "table",
      {},
      el("caption", {}, `${counted(cells.length, "cell", "cells")} of ${plan.plan}`),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, shown.map((cell) => row(plan, cell, chosen, open))),
    ),
    pages > 1 && pager(page, pages, (to) => showTable(plan, cells, chosen, open, to)),
  );
}
