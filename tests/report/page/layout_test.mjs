import assert from "node:assert/strict";
import test from "node:test";
import { arrange, chooseColumns, step } from "../../../report/page/js/layout.js";
import { smallPlan } from "./small_plan.mjs";

const all = Uint8Array.of(1, 1, 1, 1, 1);

test("every shown cell stands in exactly one place", () => {
  const map = arrange(smallPlan(), [0], [1], all);
  assert.equal(map.rows.count, 2);
  assert.equal(map.columns.count, 3);
  assert.deepEqual([...map.at], [0, -1, 1, 2, 3, 4]);
  map.placeOf.forEach((place, cell) => assert.equal(map.at[place], cell));
});

test("rows and columns without a cell are left out", () => {
  const map = arrange(smallPlan(), [0], [1], Uint8Array.of(0, 1, 0, 0, 0));
  assert.deepEqual([...map.at], [1]);
  assert.deepEqual(map.columns.levels, [[{ from: 0, count: 1, value: 2 }]]);
});

test("labels reach over what stands below them", () => {
  const map = arrange(smallPlan(), [], [0, 1], all);
  assert.deepEqual(map.columns.levels[0], [
    { from: 0, count: 2, value: 0 },
    { from: 2, count: 3, value: 1 },
  ]);
  assert.equal(map.columns.levels[1].length, 5);
});

test("an inner label ends where the outer one does", () => {
  // Alone, the value 1 of `reuse` would reach over both addresses.
  const map = arrange(smallPlan(), [0, 1], [], Uint8Array.of(0, 1, 0, 0, 1));
  assert.deepEqual(map.rows.levels[1], [
    { from: 0, count: 1, value: 2 },
    { from: 1, count: 1, value: 2 },
  ]);
});

test("arrow keys jump over places without a cell and stop at the edge", () => {
  const map = arrange(smallPlan(), [0], [1], all);
  assert.equal(step(map, 0, 0, 1), 2);
  assert.equal(step(map, 2, 0, -1), 0);
  assert.equal(step(map, 0, 1, 0), 3);
  assert.equal(step(map, 4, -1, 0), 4); // nothing above it
  assert.equal(step(map, 5, 0, 1), 5);
});

test("columns take the last axes, as many as fit, and leave one for the rows", () => {
  const plan = { axes: [2, 3, 4, 5].map((n) => ({ values: new Array(n) })) };
  assert.deepEqual(chooseColumns(plan, 60), [1, 2, 3]);
  assert.deepEqual(chooseColumns(plan, 20), [2, 3]);
  assert.deepEqual(chooseColumns(plan, 1), [3]);
  assert.deepEqual(chooseColumns({ axes: plan.axes.slice(0, 1) }, 60), []);
});
