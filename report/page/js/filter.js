// Which cells a reader wants to see.
import { STATUS } from "./model.js";
import { markOption } from "./steps.js";

export const EMPTY = {
  text: "",
  plan: "",
  state: "",
  address: "",
  option: "",
  outcome: "",
  rule: null, // { plan, group, rule, marks }
};

export function isEmpty(filter) {
  return Object.keys(EMPTY).every((key) => filter[key] === EMPTY[key]);
}

// "bind" is a suite, "bind.conflict" a plan.
function planMatches(plan, wanted) {
  return (
    wanted === "" ||
    plan.plan === wanted ||
    plan.key === wanted ||
    plan.plan.startsWith(`${wanted}.`)
  );
}

// Takes the cells out in which no axis has a value that is good.
function keepByValue(plan, matches, isGood) {
  const tables = plan.axes.map((axis) =>
    axis.values.map((value, i) => (isGood(axis, value, i) ? 1 : 0)),
  );
  const axes = tables.map((_, i) => i).filter((i) => tables[i].includes(1));
  for (let cell = 0; cell < plan.size; ++cell) {
    if (!matches[cell]) continue;
    let good = 0;
    for (const axis of axes) good |= tables[axis][plan.coordinates[axis][cell]];
    matches[cell] = good;
  }
}

// 1 in each cell in which some column has an outcome that is good.
function markOutcomes(plan, isGood) {
  const marks = new Uint8Array(plan.size);
  const codes = [0, ...plan.outcomes.map((text) => (isGood(text) ? 1 : 0))];
  if (!codes.includes(1)) return marks;
  for (const record of plan.shown) {
    for (const column of record.columns) {
      for (let cell = 0; cell < plan.size; ++cell) {
        marks[cell] |= codes[column[cell]];
      }
    }
  }
  return marks;
}

// 1 in each cell of which some column's status or reason has the word.
function markReasons(plan, word) {
  const marks = new Uint8Array(plan.size);
  const statuses = STATUS.map((name) => (name.toLowerCase() === word ? 1 : 0));
  const has = (text) => (text.toLowerCase().includes(word) ? 1 : 0);
  const reasons = [0, ...plan.reasons.map(has)];
  if (!reasons.includes(1) && !statuses.includes(1)) return marks;
  for (const record of plan.shown) {
    for (let cell = 0; cell < plan.size; ++cell) {
      marks[cell] |= reasons[record.reason[cell]];
      marks[cell] |= statuses[record.status[cell]];
    }
  }
  return marks;
}

// 1 in each cell that a word of the free text is about. "axis=value" means that
// value where there is one, and is a piece of text otherwise.
function markWord(plan, word) {
  const inHead = [plan.key, plan.title].some((text) =>
    text.toLowerCase().includes(word),
  );
  if (inHead) return new Uint8Array(plan.size).fill(1);
  const names = plan.axes.map((axis) =>
    axis.values.map((value) => `${axis.name}=${value}`.toLowerCase()),
  );
  const exact = names.some((axis) => axis.includes(word));
  const marks = new Uint8Array(plan.size).fill(1);
  keepByValue(plan, marks, (axis, value) => {
    const name = `${axis.name}=${value}`.toLowerCase();
    return exact ? name === word : name.includes(word);
  });
  const others = [
    markOutcomes(plan, (text) => text.toLowerCase().includes(word)),
    markReasons(plan, word),
  ];
  for (const other of others) {
    for (let cell = 0; cell < plan.size; ++cell) marks[cell] |= other[cell];
  }
  return marks;
}

function keep(matches, marks) {
  for (let cell = 0; cell < matches.length; ++cell) matches[cell] &= marks[cell];
}

// An address as the filter offers it: "inet6" or "loopback" are kinds of
// addresses, "mapped" is IPv4 in IPv6, "=::1" is that one.
export function addressMatches(wanted, value, kind) {
  if (kind === "") return false;
  if (wanted.startsWith("=")) return value === wanted.slice(1);
  const [family, ip, scope] = kind.split(" ");
  if (wanted === "mapped") return family === "inet6" && ip === "4";
  return wanted === family || wanted === scope;
}

// 1 in each cell of the plan that the filter lets through.
export function matchCells(plan, filter) {
  const matches = new Uint8Array(plan.size);
  if (!planMatches(plan, filter.plan)) return matches;
  if (filter.rule !== null && filter.rule.plan !== plan.index) return matches;
  matches.fill(1);
  if (filter.rule !== null) keep(matches, filter.rule.marks);
  if (filter.state !== "") {
    const state = Number(filter.state);
    for (let cell = 0; cell < plan.size; ++cell) {
      matches[cell] &= plan.states[cell] === state;
    }
  }
  if (filter.address !== "") {
    keepByValue(plan, matches, (axis, value, i) =>
      addressMatches(filter.address, value, axis.addresses[i] ?? ""),
    );
  }
  if (filter.option !== "") keep(matches, markOption(plan, filter.option));
  if (filter.outcome !== "") {
    keep(matches, markOutcomes(plan, (text) => text === filter.outcome));
  }
  for (const word of filter.text.toLowerCase().split(/\s+/).filter(Boolean)) {
    keep(matches, markWord(plan, word));
  }
  return matches;
}

// What the filter can offer, over all plans: suites and plans, addresses,
// options, outcomes; each once, most plans first where that helps.
export function choices(report, optionsOf) {
  const addresses = new Set();
  const options = new Set();
  const outcomes = new Map();
  for (const plan of report.plans) {
    for (const axis of plan.axes) {
      axis.addresses.forEach((kind, i) => {
        if (kind !== "") addresses.add(axis.values[i]);
      });
    }
    for (const option of optionsOf(plan)) options.add(option);
    for (const text of plan.outcomes) {
      outcomes.set(text, (outcomes.get(text) ?? 0) + 1);
    }
  }
  const suites = new Set(report.plans.map((plan) => plan.plan.split(".")[0]));
  return {
    suites: [...suites].sort(),
    plans: report.plans.map((plan) => plan.key),
    addresses: [...addresses].sort(),
    options: [...options].sort(),
    outcomes: [...outcomes.keys()].sort(
      (a, b) => outcomes.get(b) - outcomes.get(a) || (a < b ? -1 : 1),
    ),
  };
}
