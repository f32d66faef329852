// One cell: its system calls in order, with what each group was answered.
import { cellName, valuesOf } from "./axes.js";
import { byId, el, replace } from "./dom.js";
import { DONE, STATE_WORDS, STATUS } from "./model.js";
import { callsOf } from "./steps.js";
import { counted } from "./text.js";

function answer(plan, record, cell, observation) {
  if (observation < 0) return "";
  if (record.status[cell] !== DONE) return STATUS[record.status[cell]];
  const code = record.columns[observation][cell];
  return code === 0 ? "" : plan.outcomes[code - 1];
}

function callRow(plan, cell, call, columns) {
  const answers = columns.map((c) => answer(plan, c.record, cell, call.observation));
  const comparable = columns.every((c) => c.record.status[cell] === DONE);
  const differs = comparable && answers.some((text) => text !== answers[0]);
  const text = el("code", {}, "  ".repeat(call.depth) + call.text);
  // Roles, because on a phone the style sheet makes blocks of rows.
  const td = (name, ...children) => el(name, { role: "cell" }, children);
  return el(
    differs ? "tr.differs" : "tr",
    { role: "row" },
    td("td.mark", differs && el("span", { role: "img", "aria-label": "differs" }, "≠")),
    td("td.call", text),
    td("td.observation", call.observation < 0 ? "" : plan.observations[call.observation]),
    answers.map((one, i) =>
      el("td.answer", { role: "cell", "data-name": columns[i].name }, one),
    ),
  );
}

// Every record of the plan stands in the cell's table, not the groups' alone:
// members that could not test the cell are told too.
function columnsOf(plan, cell) {
  const others = plan.records.filter(
    (record) =>
      !plan.shown.includes(record) && record.status[cell] !== DONE,
  );
  return [
    ...plan.columns,
    ...others.map((record) => ({ name: "", hosts: record.hosts, record })),
  ];
}

function whyNot(plan, cell, report) {
  const notes = [];
  for (const { record, hosts } of columnsOf(plan, cell)) {
    if (record.status[cell] === DONE) continue;
    const reason = record.reason[cell];
    const names = hosts.length > 3
      ? counted(hosts.length, "host", "hosts")
      : hosts.map((host) => report.hosts[host].name).join(", ");
    notes.push(
      el(
        "p.note",
        {},
        `${STATUS[record.status[cell]]} on ${names}`,
        reason === 0 ? "" : `: ${plan.reasons[reason - 1]}`,
      ),
    );
  }
  return notes;
}

function headOf(column, report) {
  const names = column.hosts.map((host) => report.hosts[host].name);
  const hosts = names.length === 1 ? names[0] : counted(names.length, "host", "hosts");
  return el(
    "th",
    { scope: "col" },
    column.name,
    el("span.aside", {}, ` ${hosts}`),
  );
}

function body(report, plan, cell) {
  const calls = callsOf(plan, cell);
  return [
    el("p.state", {}, STATE_WORDS[plan.states[cell]]),
    el("ul.axes", {}, valuesOf(plan, cell).map((value) => el("li", {}, value))),
    plan.setup.length > 0 && el("p.aside", {}, `Set up: ${plan.setup.join("; ")}.`),
    whyNot(plan, cell, report),
    el(
      "div.scroll",
      { tabindex: "0", role: "region", "aria-label": "System calls" },
      el(
        "table.calls",
        { role: "table" },
        el(
          "thead",
          {},
          el(
            "tr",
            {},
            el("th", { scope: "col" }, el("span.hidden", {}, "differs")),
            el("th", { scope: "col" }, "call"),
            el("th", { scope: "col" }, "observed as"),
            plan.columns.map((column) => headOf(column, report)),
          ),
        ),
        el("tbody", {}, calls.map((call) => callRow(plan, cell, call, plan.columns))),
      ),
    ),
    el("p.aside", {}, "The cell's name, which sockdrift reproduce makes a program of:"),
    el("p.name", {}, el("code", {}, plan.plan + cellName(plan, cell))),
  ];
}

// `order` gives the cells among which one goes back and forth.
export function startCell(report, changed) {
  const dialog = byId("cell");
  let now = null; // { plan, cell, order }

  const show = () => {
    const { plan, cell, order } = now;
    byId("cell-title").textContent = plan.plan;
    const at = order.indexOf(cell);
    byId("cell-previous").disabled = at <= 0;
    byId("cell-next").disabled = at < 0 || at + 1 >= order.length;
    replace(byId("cell-body"), body(report, plan, cell));
    changed(plan, cell);
  };
  const move = (by) => {
    const at = now.order.indexOf(now.cell) + by;
    if (at < 0 || at >= now.order.length) return;
    now.cell = now.order[at];
    show();
  };
  byId("cell-previous").onclick = () => move(-1);
  byId("cell-next").onclick = () => move(1);
  byId("cell-close").onclick = () => dialog.close();
  dialog.onkeydown = (event) => {
    if (event.target.closest(".scroll") !== null) return;
    if (event.key === "ArrowLeft") move(-1);
    if (event.key === "ArrowRight") move(1);
  };
  dialog.onclick = (event) => {
    if (event.target === dialog) dialog.close();
  };
  dialog.onclose = () => changed(now.plan, -1);
  return {
    open(plan, cell, order) {
      now = { plan, cell, order };
      show();
      if (!dialog.open) dialog.showModal();
      byId("cell-body").scrollTop = 0;
    },
  };
}
