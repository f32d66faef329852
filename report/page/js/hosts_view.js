// The hosts, their facts, and every cell that was not tested.
import { badge, byId, el, replace } from "./dom.js";
import { expandRuns } from "./codes.js";
import { DONE, STATUS } from "./model.js";
import { commas, counted, listed } from "./text.js";

function letterOf(report, host) {
  return report.profiles.find((profile) => profile.hosts.includes(host))?.letter ?? "";
}

function table(caption, heads, rows) {
  return el(
    "div.scroll",
    { tabindex: "0", role: "region", "aria-label": caption },
    el(
      "table",
      {},
      el("caption", {}, caption),
      el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, rows.map((cells) => el("tr", {}, cells.map((cell) => el("td", {}, cell))))),
    ),
  );
}

function hostsTable(report) {
  return table(
    counted(report.hosts.length, "host", "hosts"),
    ["group", "host", "from", "seen"],
    report.hosts.map((host, i) => [badge(letterOf(report, i)), host.name, host.source, host.seen]),
  );
}

// A row for each value of a fact, with the hosts that have it.
function factRows(report, fact) {
  const codes = expandRuns(fact.hosts, report.hosts.length);
  return fact.values.map((value, code) => {
    const hosts = [];
    codes.forEach((one, host) => one === code && hosts.push(host));
    const letters = [...new Set(hosts.map((host) => letterOf(report, host)))].sort();
    return [
      fact.fact,
      value,
      commas(hosts.length),
      listed(letters, 8),
      listed(hosts.map((host) => report.hosts[host].name), 3),
    ];
  });
}

function factsTables(report) {
  const heads = ["fact", "value", "hosts", "groups", "which"];
  const { same, differing } = report.facts;
  const rows = (relevant) =>
    differing.filter((fact) => fact.relevant === relevant).flatMap((fact) => factRows(report, fact));
  const telling = rows(true);
  const others = rows(false);
  return [
    report.hosts.length > 1 &&
      (telling.length > 0
        ? table("Facts that differ and can bear on sockets", heads, telling)
        : el("p", {}, "No fact that can bear on sockets differs.")),
    others.length > 0 &&
      el("details", {}, el("summary", {}, "Facts that differ and cannot explain anything"),
        table("Names, times, sizes", heads, others)),
    el("details", {}, el("summary", {}, counted(same.length, "fact that all hosts share", "facts that all hosts share")),
      table("The same on all hosts", ["fact", "value"], same)),
  ];
}

// Status and reason of cells that are not DONE, with how many cells and hosts.
export function untested(plan) {
  const found = new Map();
  for (const record of plan.records) {
    const here = new Map();
    for (let cell = 0; cell < plan.size; ++cell) {
      if (record.status[cell] === DONE) continue;
      const key = record.status[cell] * 65536 + record.reason[cell];
      here.set(key, (here.get(key) ?? 0) + 1);
    }
    for (const [key, cells] of here) {
      const one = found.get(key) ?? { cells: 0, hosts: [] };
      one.cells = Math.max(one.cells, cells);
      one.hosts.push(...record.hosts);
      found.set(key, one);
    }
  }
  return [...found].map(([key, one]) => ({
    status: STATUS[Math.floor(key / 65536)],
    reason: key % 65536 === 0 ? "" : plan.reasons[(key % 65536) - 1],
    ...one,
  }));
}

// The hosts that have no record of the plan.
export function withoutRecord(plan, hosts) {
  const ran = new Set(plan.records.flatMap((record) => record.hosts));
  const missing = [];
  for (let host = 0; host < hosts; ++host) if (!ran.has(host)) missing.push(host);
  return missing;
}

function untestedOf(plan, hosts) {
  const missing = withoutRecord(plan, hosts);
  const notRun = { status: "not run", cells: plan.size, reason: "", hosts: missing };
  return missing.length === 0 ? untested(plan) : [...untested(plan), notRun];
}

function untestedTable(report) {
  const named = (hosts) => listed(hosts.map((host) => report.hosts[host].name), 3);
  const rows = report.plans.flatMap((plan) =>
    untestedOf(plan, report.hosts.length).map((one) => [
      plan.plan,
      one.status,
      commas(one.cells),
      one.reason,
      one.hosts.length === report.hosts.length ? "all" : named(one.hosts),
    ]),
  );
  if (rows.length === 0) return el("p", {}, "Every cell was tested on every host.");
  return table("Cells that were not tested, with the reason", ["plan", "status", "cells", "reason", "hosts"], rows);
}

export function showHosts(report) {
  replace(byId("untested-body"), untestedTable(report));
  replace(byId("hosts-body"), hostsTable(report), factsTables(report));
}
