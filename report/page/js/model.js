// The report as the views need it: every plan with its cells, its columns and
// what becomes of each cell when the groups are compared.
import { coordinates, rawIndices } from "./axes.js";
import { expandRuns, markRows } from "./codes.js";

export const FORMAT = 1;

// How a cell ended; the numbers are those of a record.
export const DONE = 1;
export const STATUS = ["", "DONE", "SKIP", "ERROR", "UNSTABLE", "MISS"];

// What a cell is over all groups.
export const ALIKE = 0; // tested in every group, with the same outcomes
export const DIFFERS = 1; // some group differs from the reference
export const PARTLY = 2; // tested in some groups only; no difference seen
export const SKIPPED = 3; // tested in none: it could not be set up
export const TROUBLE = 4; // ERROR, UNSTABLE or MISS in some group
export const STATE_WORDS = [
  "alike",
  "differs",
  "tested in some groups only",
  "not tested (SKIP)",
  "ERROR, UNSTABLE or MISS",
];

// Beside a colour, so that nobody needs to tell colours apart.
export const STATE_SIGNS = ["", "≠", "·", "/", "!"];
// What the style sheet calls them.
export const STATE_NAMES = ["alike", "differs", "partly", "skipped", "trouble"];

function readRecord(record, size, first) {
  const columns = record.columns.map((runs, i) =>
    expandRuns(runs, size, first === null ? null : first[i]),
  );
  return {
    hosts: record.hosts,
    group: record.group,
    all: columns,
    status: columns[0],
    reason: columns[1],
    columns: columns.slice(2),
  };
}

// The first observation in which two records differ in a cell, or -1.
export function firstDifference(a, b, cell) {
  if (a.status[cell] !== DONE || b.status[cell] !== DONE) return -1;
  return a.columns.findIndex((column, i) => column[cell] !== b.columns[i][cell]);
}

function stateOf(cell, records, reference) {
  let done = 0;
  let trouble = false;
  for (const record of records) {
    if (firstDifference(reference, record, cell) >= 0) return DIFFERS;
    if (record.status[cell] === DONE) ++done;
    else if (STATUS[record.status[cell]] !== "SKIP") trouble = true;
  }
  if (trouble) return TROUBLE;
  if (done === 0) return SKIPPED;
  return done === records.length ? ALIKE : PARTLY;
}

function statesOf(plan) {
  const states = new Uint8Array(plan.size);
  // Where every host is undecided there is no group to look at.
  const shown = plan.shown;
  for (let cell = 0; cell < plan.size; ++cell) {
    states[cell] = stateOf(cell, shown, shown[plan.referenceShown]);
  }
  return states;
}

function readPlan(json, index, profiles) {
  const raw = rawIndices(json.axes, json.excluded);
  const size = raw.length;
  const plan = { ...json, index, size };
  plan.acknowledged = json.acknowledged ?? [];
  plan.key = `${json.plan} (${json.world})`;
  plan.coordinates = coordinates(json.axes, raw);
  plan.records = [];
  for (const record of json.records) {
    const first = plan.records.length === 0 ? null : plan.records[0].all;
    plan.records.push(readRecord(record, size, first));
  }
  plan.groups = json.groups.map((group, i) => ({
    ...group,
    index: i,
    // The group by the letters of the hosts' profiles, as everywhere else.
    letters: profiles.filter((p) => p.groups[index] === i).map((p) => p.letter),
  }));
  // What stands side by side: the groups, the reference first, then by letter; a
  // plan on which every host is undecided shows its records.
  const firstProfile = (group) => profiles.findIndex((p) => p.groups[index] === group.index);
  const order = [...plan.groups].sort(
    (a, b) =>
      (b.index === json.reference) - (a.index === json.reference) ||
      firstProfile(a) - firstProfile(b),
  );
  plan.columns = order.map((group) => ({
    name: group.letters.join(" ") || `#${group.index + 1}`,
    hosts: group.hosts,
    group,
    record: plan.records[group.record],
  }));
  if (order.length === 0) {
    plan.columns = plan.records.map((record, i) => ({
      name: `?${i + 1}`,
      hosts: record.hosts,
      group: null,
      record,
    }));
  }
  plan.shown = plan.columns.map((column) => column.record);
  plan.referenceShown = 0;
  plan.states = statesOf(plan);
  plan.differing = plan.states.reduce((n, s) => n + (s === DIFFERS), 0);
  plan.compared = countCompared(plan);
  return plan;
}

// Cells that two hosts or more have DONE.
function countCompared(plan) {
  let count = 0;
  for (let cell = 0; cell < plan.size; ++cell) {
    let hosts = 0;
    for (const record of plan.records) {
      if (record.status[cell] === DONE) hosts += record.hosts.length;
    }
    if (hosts > 1) ++count;
  }
  return count;
}

// How many cells of a record have each status, by its number.
export function countStatuses(record) {
  const counts = new Array(STATUS.length).fill(0);
  for (const status of record.status) ++counts[status];
  return counts;
}

// 1 in each cell that a rule of a group covers.
export function ruleMarks(plan, group, rule) {
  return markRows(plan.groups[group].rules[rule].cells, plan.size);
}

export function readReport(json) {
  if (json.format !== FORMAT) {
    throw new Error(`data of format ${json.format}, but the page reads ${FORMAT}`);
  }
  const report = { ...json };
  report.plans = json.plans.map((plan, i) => readPlan(plan, i, json.profiles));
  report.profiles = json.profiles.map((profile) => ({
    ...profile,
    // The plans in which it is not with the reference, most cells first.
    differs: report.plans
      .map((plan) => ({ plan, group: profile.groups[plan.index] }))
      .filter(({ plan, group }) => group >= 0 && group !== plan.reference)
      .map(({ plan, group }) => ({ plan, group: plan.groups[group] }))
      .filter(({ group }) => group.differing > 0)
      .sort((a, b) => b.group.differing - a.group.differing),
  }));
  return report;
}

export function totals(report) {
  const sum = (of) => report.plans.reduce((n, plan) => n + of(plan), 0);
  const inState = (state) =>
    sum((plan) => plan.states.reduce((n, s) => n + (s === state), 0));
  return {
    hosts: report.hosts.length,
    profiles: report.profiles.length,
    plans: report.plans.length,
    cells: sum((plan) => plan.size),
    compared: sum((plan) => plan.compared),
    differing: sum((plan) => plan.differing),
    differingPlans: sum((plan) => (plan.differing > 0 ? 1 : 0)),
    skipped: inState(SKIPPED),
    partly: inState(PARTLY),
    trouble: inState(TROUBLE),
  };
}
