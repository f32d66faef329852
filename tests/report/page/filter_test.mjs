import assert from "node:assert/strict";
import test from "node:test";
import { addressMatches, choices, EMPTY, isEmpty, matchCells } from "../../../report/page/js/filter.js";
import { DIFFERS, ruleMarks } from "../../../report/page/js/model.js";
import { optionsOf } from "../../../report/page/js/steps.js";
import { smallPlan, smallReport } from "./small_plan.mjs";

function cellsOf(filter) {
  const cells = [];
  matchCells(smallPlan(), { ...EMPTY, ...filter }).forEach((match, cell) => match && cells.push(cell));
  return cells;
}

test("an empty filter lets everything through", () => {
  assert.ok(isEmpty({ ...EMPTY }));
  assert.deepEqual(cellsOf({}), [0, 1, 2, 3, 4]);
});

test("a plan, its suite, and no other", () => {
  assert.equal(cellsOf({ plan: "bind" }).length, 5);
  assert.equal(cellsOf({ plan: "bind.small (replica)" }).length, 5);
  assert.deepEqual(cellsOf({ plan: "bin" }), []);
});

test("an address and a kind of addresses", () => {
  assert.deepEqual(cellsOf({ address: "=::1" }), [2, 3, 4]);
  assert.deepEqual(cellsOf({ address: "inet" }), [0, 1]);
  assert.deepEqual(cellsOf({ address: "loopback" }), [2, 3, 4]);
  assert.ok(addressMatches("mapped", "::ffff:127.0.0.1", "inet6 4 loopback"));
  assert.ok(!addressMatches("mapped", "::1", "inet6 6 loopback"));
});

test("an option, only where a call sets it", () => {
  assert.deepEqual(cellsOf({ option: "SO_REUSEADDR" }), [1, 3, 4]);
});

test("an outcome, on any side", () => {
  assert.deepEqual(cellsOf({ outcome: "EACCES" }), [1]);
});

test("a state", () => {
  assert.deepEqual(cellsOf({ state: String(DIFFERS) }), [1]);
});

test("words must all be found: in axes, outcomes, titles, reasons, statuses", () => {
  assert.deepEqual(cellsOf({ text: "reuse=1" }), [1, 4]);
  assert.deepEqual(cellsOf({ text: "REUSE=1 ::1" }), [4]);
  assert.deepEqual(cellsOf({ text: "eacces" }), [1]);
  assert.equal(cellsOf({ text: "who" }).length, 5);
  assert.deepEqual(cellsOf({ text: "right" }), [4]);
  assert.deepEqual(cellsOf({ text: "unstable" }), [2]);
  assert.deepEqual(cellsOf({ text: "nowhere" }), []);
});

test("axis=value means that value where there is one", () => {
  const plan = smallPlan();
  plan.axes[0].values = ["::", "::1"]; // the first begins the second
  const count = (text) => matchCells(plan, { ...EMPTY, text }).reduce((n, match) => n + match, 0);
  assert.equal(count("addr=::"), 2);
  assert.equal(count("addr=::1"), 3);
  assert.equal(count("addr=:"), 5);
});

test("a rule's cells, in its own plan only", () => {
  const marks = ruleMarks(smallPlan(), 1, 0);
  assert.deepEqual(cellsOf({ rule: { plan: 0, group: 1, rule: 0, marks } }), [1]);
  assert.deepEqual(cellsOf({ rule: { plan: 7, group: 1, rule: 0, marks } }), []);
});

test("filters narrow each other", () => {
  assert.deepEqual(cellsOf({ address: "inet", option: "SO_REUSEADDR" }), [1]);
});

test("the bar offers what there is", () => {
  const all = choices(smallReport(), optionsOf);
  assert.deepEqual(all.suites, ["bind"]);
  assert.deepEqual(all.addresses, ["0.0.0.0", "::1"]);
  assert.deepEqual(all.options, ["SO_REUSEADDR"]);
  assert.deepEqual(all.outcomes, ["EACCES", "ok"]);
});
